
-- Jobs of ours that run once more, as jobs of their own.

-- what is taken over
local SAME = { 'flow_id', 'project_id', 'name', 'dag', 'config', 'sync_type',
               'priority' }


-- the record, or nil and the error's reply
local function over(id)
    local record = read('job:' .. id)

    if not record then
        return nil, fail('not_found', id)
    end

    if record.role ~= 'initiator' then
        return nil, fail('wrong_state', 'only its initiator runs it again')
    end

    if not job.is_over(record) then
        return nil, fail('wrong_state', record.status .. ': wait for its end, '
                                        .. 'or stop it first')
    end

    return record
end


-- nil, or the reply: it takes over what that job has not done
local function refused_tasks(old, config)
    local tasks = job.reusable(old)

    for name, task_id in pairs(job.reused(config)) do
        if tasks[name] ~= task_id then
            return fail('wrong_state', name .. ' did not succeed')
        end
    end

    return nil
end


-- input: job_id (of ours, over)
-- output: ok dag config tasks (JSON: step -> the task whose output a later
--         job may take over) | not_found | wrong_state
define('job_rerun_of', 1, READ, function(id)
    local record, refused = over(id)

    if not record then
        return refused
    end

    local tasks = job.reusable(record)

    return ok('dag', record.dag, 'config', record.config,
              'tasks', next(tasks) and cjson.encode(tasks) or '{}')
end)


-- input: new_id job_id (of ours, over) name value... (dag config priority
--        name, where they are otherwise; installed: as of job_create)
-- output: ok job_id (of the new job, which its parties must approve) |
--         not_found | wrong_state (not over; what it takes over did not
--         succeed; its flow, project or a component is not for use)
--         | reuse_missing | invalid_config | invalid_dag
-- evidence: JOB_CREATED
define('job_rerun', 2, WORK, function(id, old_id, ...)
    local old, refused = over(old_id)
    local fields = { rerun_of = old_id, autostart = '0' }

    if not old then
        return refused
    end

    for _, name in ipairs(SAME) do
        fields[name] = old[name]
    end

    with(fields, fields_of(...))

    local installed = fields.installed

    fields.installed = nil
    refused = job.refused(old.flow_id, fields, installed)
              or job.role_refused(fields.config, true)
              or refused_tasks(old, fields.config)
              or job.refused_reuse(self_node, fields)

    if refused then
        return refused
    end

    job.create(id, 'initiator', self_node, fields)

    return ok('job_id', id)
end)
