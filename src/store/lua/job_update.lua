
-- Jobs that are changed. What a party approved is what it is made of: other
-- content needs another approval, and the one that there is ends.

local TOO_LATE = 'it has started: only its name and priority change now; '
                 .. 'stop it, then job/rerun with what is to be otherwise'


-- the record, or nil and the error's reply. whole: more than its name and
-- priority is to change.
local function changeable(id, whole)
    local record = read('job:' .. id)

    if not record then
        return nil, fail('not_found', id)
    end

    if job.is_over(record) then
        return nil, fail('wrong_state', record.status
                                        .. ': job/rerun makes another one')
    end

    if record.cancel == '1' then
        return nil, fail('wrong_state', 'it is being stopped')
    end

    if whole and record.role ~= 'initiator' then
        return nil, fail('wrong_state', 'its initiator changes it; here only '
                                        .. 'its priority changes')
    end

    if whole and record.autostart == '1' then
        return nil, fail('wrong_state', 'it starts by itself: stop it, then '
                                        .. 'job/rerun')
    end

    if whole and (record.started == '1' or record.status ~= 'PENDING') then
        return nil, fail('wrong_state', TOO_LATE)
    end

    return record
end


-- Ends what a party approved or has still to answer. The answer to a request
-- that waits is of no effect: the job knows that request no longer.
local function give_back(record, node_id)
    local subject = audit.subject('out', 'job', node_id,
                                  record['audit.' .. node_id] or '')
    local one = read(subject)

    redis.call('HDEL', key('job:' .. record.job_id), 'audit.' .. node_id,
               'permit.' .. node_id)

    if one and one.status == 'APPROVED' then
        audit.give_back(subject, one)

    elseif one and one.status == 'APPLIED' and one.withdrawn ~= '1' then
        write(subject, { withdrawn = '1', update_time = now })
        evidence('AUDIT_WITHDRAWN', subject, 'peer', one.node_id)
    end
end


-- input: job_id
-- output: ok dag config version, of a job whose content may be changed
--         | not_found | wrong_state
define('job_update_of', 1, READ, function(id)
    local record, refused = changeable(id, true)

    if not record then
        return refused
    end

    return ok('dag', record.dag, 'config', record.config,
              'version', record.version or '1')
end)


local function new_priority(record, priority)
    record.priority = priority

    for _, task_id in ipairs(job.task_ids(record.job_id)) do
        task.requeue(record, task_id)
    end
end


-- nil, or the error's reply
local function refused_content(record, fields, installed)
    if not fields.dag then
        return nil
    end

    if not job.roles(fields.config) then
        return fail('invalid_config', 'role')
    end

    local new = with({ project_id = record.project_id,
                       flow_id = record.flow_id },
                     { dag = fields.dag, config = fields.config })

    return job.refused(record.flow_id, new, installed)
           or job.role_refused(fields.config, true)
           or job.refused_reuse(self_node, new)
end


local function write_change(record, changed)
    local names = {}

    for name in pairs(changed) do
        if name ~= 'parties' and name ~= 'version' then
            names[#names + 1] = name
        end
    end

    table.sort(names)
    write('job:' .. record.job_id, with(changed, { update_time = now }))
    evidence('JOB_UPDATED', 'job:' .. record.job_id, 'fields',
             table.concat(names, ' '), 'version', changed.version)

    if changed.config then
        job.let_outputs(record.job_id, record.config)
        job.hold_outputs(record.job_id, changed.config)
    end

    if changed.priority then
        new_priority(record, changed.priority)
    end
end


-- input: job_id version (the one that was read; '': any) name value... (name,
--        priority; dag, config, parties and installed, as of job_create,
--        together)
-- output: ok version asks (JSON: the nodes that must approve it anew)
--         | not_found | conflict (it has changed since that version)
--         | wrong_state | invalid_config | invalid_dag | reuse_missing
-- evidence: JOB_UPDATED; AUDIT_TERMINATED and AUDIT_WITHDRAWN for the
--           approvals and requests of what it was
define('job_update', 2, WRITE, function(id, version, ...)
    local fields = fields_of(...)
    local record, refused = changeable(id, fields.dag ~= nil)

    if not record then
        return refused
    end

    local old, installed = record.version or '1', fields.installed

    fields.installed = nil

    if version ~= '' and version ~= old then
        return fail('conflict', 'version is ' .. old)
    end

    if record.role ~= 'initiator' and fields.name then
        return fail('wrong_state', 'its initiator names it')
    end

    refused = refused_content(record, fields, installed)

    if refused then
        return refused
    end

    local changed = differing(record, fields)

    if not changed then
        return ok('version', old, 'asks', '[]')
    end

    changed.version = string.format('%d', tonumber(old) + 1)
    write_change(record, changed)

    if not changed.dag and not changed.config then
        return ok('version', changed.version, 'asks', '[]')
    end

    for node_id in string.gmatch(record.parties or '', '%S+') do
        give_back(record, node_id)
    end

    local asks = {}

    for node_id in string.gmatch(fields.parties or '', '%S+') do
        asks[#asks + 1] = node_id
    end

    return ok('version', changed.version, 'asks', json_list(asks))
end)
