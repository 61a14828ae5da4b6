
-- Nil, or the error's reply: what a new job of ours is made of is not for
-- use. Gives the job its flow's project.
function job.refused(flow_id, fields, installed)
    local refused = object.refused('flow', flow_id)

    if refused then
        return refused
    end

    if (fields.project_id or '') == '' then
        fields.project_id = get(object.subject('flow', flow_id),
                                'project_id') or ''
    end

    if object.is_closed('project', fields.project_id) then
        return object.refused('project', fields.project_id)
    end

    for name in string.gmatch(installed or '', '%S+') do
        if not object.is_registered(name) then
            return fail('invalid_dag', 'this node has no component ' .. name)
        end
    end

    local step = object.refused_step(fields.dag, object.is_online)

    return step and fail('wrong_state', step .. ' is not for use') or nil
end


-- input: job_id flow_id parties (remote node ids separated by spaces; '': of
--        the config) name value... (project_id dag config sync_type priority
--        name; installed: components that must be registered here)
-- output: ok job_id (also when it was created with the same values)
--         | not_found (the flow) | conflict | invalid_config | invalid_dag
--         | wrong_state (the flow, its project or a component is not for use)
-- evidence: JOB_CREATED
define('job_create', 3, WORK, function(id, flow_id, parties, ...)
    local same = read('job:' .. id)
    local fields = fields_of(...)

    local installed = fields.installed

    fields.flow_id, fields.installed = flow_id, nil

    if same then
        if same.role ~= 'initiator' or differing(same, fields) then
            return fail('conflict', id)
        end

        return ok('job_id', id)
    end

    local refused = job.refused(flow_id, fields, installed)

    if refused then
        return refused
    end

    if not job.roles(fields.config) then
        return fail('invalid_config', 'role')
    end

    local role_refused = job.role_refused(fields.config, true)

    if role_refused then
        return role_refused
    end

    job.create(id, 'initiator', self_node,
               with(fields, { parties = parties, autostart = '0' }))

    return ok('job_id', id)
end)


-- input: job_id
-- output: ok (also when started before) | not_found | wrong_state
--         | job_not_approved (detail: the nodes)
-- evidence: FLOW_EXECUTED
define('job_start', 1, WRITE, function(id)
    local record = read('job:' .. id)

    if not record then
        return fail('not_found', id)
    end

    if record.role ~= 'initiator' then
        return fail('wrong_state', 'only its initiator starts it')
    end

    if job.is_over(record) or record.cancel == '1' then
        return fail('wrong_state', record.status)
    end

    if record.started == '1' then
        return ok()
    end

    local missing = job.missing(record)

    if missing ~= '' then
        return fail('job_not_approved', missing)
    end

    job.start(id)

    return ok()
end)


-- input: job_id
-- output: ok (also when it is over) | not_found
-- evidence: JOB_STOPPED, TASK_FAILED for own tasks not yet taken
define('job_stop', 1, RELIEF, function(id)
    local record = read('job:' .. id)

    if not record then
        return fail('not_found', id)
    end

    if record.role == 'initiator' then
        job.stop(record)

    else
        job.ask_stop(record)
        job.end_of_partner(id, record.initiator)
    end

    return ok()
end)


local NEXT = {
    PENDING = { RUNNING = true, FAILED = true },
    RUNNING = { SUCCESS = true, FAILED = true }
}


-- input: job_id status name value... (cause, progress, unstopped, begun.<task>)
-- output: ok (no change when it is over) | not_found | wrong_state (also of a
--         step that is disabled)
-- evidence: JOB_STARTED or JOB_FINISHED
define('job_advance', 2, RELIEF, function(id, status, ...)
    local record = read('job:' .. id)
    local fields = fields_of(...)

    if not record then
        return fail('not_found', id)
    end

    if job.is_over(record) then
        return ok()
    end

    fields.job_id, fields.role, fields.initiator = nil, nil, nil

    for name, value in pairs(fields) do
        local begun = string.match(name, '^begun%.(.*)')

        -- disabled since the scheduler has looked
        if begun and (record[name] or '') == '' and value ~= ''
           and task.is_disabled(record, begun)
        then
            return fail('wrong_state', begun .. ' is disabled')
        end
    end

    -- a task that runs again does not take a job back
    if fields.progress then
        local advanced = estimate.advance(record, fields.progress)

        fields.progress = advanced and fields.progress or nil
        with(fields, advanced or {})
    end

    if record.status == status then
        write('job:' .. id, with(fields, { update_time = now }))
        return ok()
    end

    if not NEXT[record.status][status] then
        return fail('wrong_state', record.status)
    end

    if status == 'RUNNING' then
        write('job:' .. id, fields)
        job.running(id)

    else
        if status == 'SUCCESS' then
            fields.progress = '100'
        end

        job.finish(id, status, fields)
    end

    return ok()
end)


-- input: job_id node_id since (epoch ms; '': it can be reached) error
-- output: ok | not_found
define('job_contact', 4, RELIEF, function(id, node_id, since, text)
    if not exists('job:' .. id) then
        return fail('not_found', id)
    end

    if since == '' then
        redis.call('HDEL', key('job:' .. id), 'contact.' .. node_id)
    else
        write('job:' .. id, { ['contact.' .. node_id] = since .. ' ' .. text })
    end

    return ok()
end)


-- A task of the job could begin, but for those under way of other jobs.
-- input: job_id held ('1', or '': not any more)
-- output: ok | not_found
define('job_held', 2, RELIEF, function(id, held)
    local record = read('job:' .. id)

    if not record then
        return fail('not_found', id)
    end

    if held == '' then
        redis.call('HDEL', key('job:' .. id), 'held')

    elseif not record.held then
        write('job:' .. id, { held = now })
    end

    return ok()
end)
