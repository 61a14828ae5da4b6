
-- The calls between a job's initiator and its partners: tasks.


-- of a job here: the components of a DAG, and many tries of each
local MAX_TASKS = 4096


-- nil, or the error's reply: the initiator may not start this task. shown:
-- mode and ident of the caller, cnf of its permit.
local function refused_start(record, peer, jti, task_id, fields, shown)
    if jti == '' then
        return fail('permit_missing', record.job_id)
    end

    if jti ~= record.jti then
        return fail('permit_invalid', jti)
    end

    if shown.cnf and not permit.is_bound(shown.mode, shown.ident, shown.cnf,
                             redis.call('GET', key('nodeof:' .. peer)))
    then
        return permit.deny(jti, peer, 'permit_invalid',
                           'it is bound to another key')
    end

    if job.is_over(record) or record.cancel == '1' then
        return fail('wrong_state', record.status)
    end

    if redis.call('SCARD', key('job-tasks:' .. record.job_id)) >= MAX_TASKS
    then
        return fail('too_many', record.job_id)
    end

    return task.refused(record, task_id, fields)
end


-- nil, or the reply: the DAG that was approved has no such step, or that one
-- is done
local function unknown_step(record, task_name)
    if job.reused(record.config)[task_name] then
        return fail('wrong_state', 'the output of ' .. task_name
                                   .. ' is taken over')
    end

    for _, step in ipairs(job.components(record.dag)) do
        if step.name == task_name then
            return nil
        end
    end

    return fail('invalid_fields', '/task_name: is no component of the DAG')
end


-- One use of the permit and the task, or the error's reply.
function task.begin(record, peer, task_id, task_name, jti, fields, shown)
    local refused = refused_start(record, peer, jti, task_id, fields, shown)
                    or unknown_step(record, task_name)
                    or task.refused_component(record, task_name)

    if refused then
        return refused
    end

    local component = job.component(record, task_name)
    local name, detail = permit.charge(jti, {
        id = task_id, peer = peer, kind = 'job',
        resource_id = record.job_id, project = record.project_id,
        component = component, algorithm = component
    })

    if name then
        return permit.deny(jti, peer, name, detail)
    end

    if record.status == 'PENDING' then
        job.running(record.job_id)
        record.status = 'RUNNING'
    end

    task.create(record, task_id, task_name, fields)

    return nil
end


-- input: peer job_id task_id task_name jti ("*": the job's own) name value...
--        (session_id token; mode ident of the caller and cnf of its permit)
-- output: ok components (JSON: what this node runs for it; also when it was
--         started before, without a second charge)
--         | not_permitted | permit_missing | permit_invalid | permit_revoked
--         | permit_expired | permit_exhausted | permit_scope | wrong_state
--         | conflict (another job's, or of another name) | invalid_config
--         | invalid_fields (task_name is none of the DAG) | too_many (tasks
--         of the job)
-- evidence: TASK_CREATED, and as permit_guard; JOB_STARTED when it was not yet
define('sched_task_start', 5, WRITE, function(peer, job_id, task_id, task_name,
                                              jti, ...)
    local record, ended = job.of_peer(peer, job_id)
    local same = pick('task:' .. task_id, 'job_id', 'task_name')
    local fields = task.session_fields(task_id, ...)

    if ended then
        return permit.deny(jti, peer, 'permit_revoked', job_id)
    end

    if job.awaited(peer, job_id) then
        return task.wait(peer, job_id, task_id, task_name, fields) or ok()
    end

    if not record then
        return absent('sched_task_start', job_id, exists('job:' .. job_id))
    end

    if same.job_id then
        return same.job_id == job_id and same.task_name == task_name
               and identity.answer(record, task_name)
               or fail('conflict', task_id)
    end

    return task.begin(record, peer, task_id, task_name,
                      jti == '*' and record.jti or jti, fields,
                      fields_of(...))
           or identity.answer(record, task_name)
end)


-- the task, if the peer is the initiator of its job; else nil
local function of_peer(peer, task_id)
    local record = read('task:' .. task_id)

    if record and record.initiator == peer then
        return record
    end

    return nil
end


-- input: peer task_id role ("host", "host.0" or '')
-- output: ok status progress stage cause facts, and of one that waits
--         pending_reason pending_reason_zh | not_found
define('sched_task_poll', 3, RELIEF, function(peer, task_id, role)
    local record = of_peer(peer, task_id)
    local held = task.waiting(peer, task_id)

    if held then
        return task.waiting_reply(peer, held)
    end

    if not record or (role ~= '' and role ~= record.role
                      and role ~= string.match(record.role, '^[^.]*'))
    then
        return absent('sched_task_poll', task_id, exists('task:' .. task_id))
    end

    job.heard(record.job_id)

    local reply = ok('status', record.status, 'progress', record.progress,
                     'stage', record.stage, 'cause', record.cause,
                     'facts', record.facts)

    if record.status == 'PENDING' then
        local told = pending.told(record)

        for _, name in ipairs({ 'pending_reason', 'pending_reason_zh' }) do
            reply[#reply + 1] = name
            reply[#reply + 1] = told[name]
        end
    end

    return reply
end)


-- input: peer task_id
-- output: ok (also when it is over) | not_found
-- evidence: TASK_STOPPED, or TASK_FAILED when nobody had taken it
define('sched_task_stop', 2, RELIEF, function(peer, task_id)
    local record = of_peer(peer, task_id)

    if not record then
        return absent('sched_task_stop', task_id, exists('task:' .. task_id))
    end

    task.cancel(record)

    return ok()
end)


-- input: peer task_id status role name value... (progress stage cause facts)
-- output: ok (no change when it is over) | not_found | invalid_fields
-- evidence: TASK_STARTED, TASK_FINISHED or TASK_FAILED
define('sched_task_callback', 4, RELIEF, function(peer, task_id, status, role,
                                                  ...)
    if not ptask.is_status(status) then
        return fail('invalid_fields', 'status')
    end

    local before = ptask.update(task_id, peer, status, fields_of(...))

    if not before then
        return absent('sched_task_callback', task_id,
                      exists('ptask:' .. task_id .. ':' .. self_node)
                      or exists('task:' .. task_id))
    end

    if not task.is_over(before) then
        job.notify(before.job_id, 'callback')
    end

    return ok()
end)
