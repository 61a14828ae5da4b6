
-- The life of an own task, as the runner drives it.


-- input: job_id task_id task_name name value... (session_id token)
-- output: ok (also when it was started before) | not_found | wrong_state
--         | conflict | invalid_config
-- evidence: TASK_CREATED
define('task_start', 3, WRITE, function(job_id, task_id, task_name, ...)
    local job_record = read('job:' .. job_id)
    local same = get('task:' .. task_id, 'job_id')
    local fields = task.session_fields(task_id, ...)

    if not job_record or job_record.role ~= 'initiator' then
        return fail('not_found', job_id)
    end

    if same then
        return same == job_id and ok() or fail('conflict', task_id)
    end

    if job.is_over(job_record) or job_record.cancel == '1' then
        return fail('wrong_state', job_record.status)
    end

    local refused = task.refused(job_record, task_id, fields)
                    or task.refused_component(job_record, task_name)

    if refused then
        return refused
    end

    task.create(job_record, task_id, task_name, fields)

    return ok()
end)


-- input: task_id owner lease_ms; and "first": of the tasks that wait the first
--        one instead, if there is one (the longest waiting, where a point of
--        priority counts as ten seconds); secret (proves its callbacks);
--        the id of the entry that lets the caller take one, which goes
--        whatever the answer is
-- output: ok, the task (epoch among its fields) and job_dag job_config
--         job_initiator | not_found | wrong_state (not PENDING)
-- evidence: TASK_STARTED
define('task_claim', 3, WRITE, function(task_id, owner, lease_ms, which,
                                        secret, entry_id)
    if entry_id then
        stream_drop('tasks', entry_id)
    end

    if which == 'first' then
        task_id = task.first(task_id)
    end

    local subject = 'task:' .. task_id
    local record = read(subject)

    if not record then
        return fail('not_found', task_id)
    end

    if record.status ~= 'PENDING' then
        return fail('wrong_state', record.status)
    end

    task.unqueue(task_id)

    local epoch = redis.call('HINCRBY', key(subject), 'epoch', 1)

    redis.call('ZADD', key('leases'), now + lease_ms, task_id)
    write(subject, { status = 'RUNNING', owner = owner, start_time = now,
                     update_time = now, secret = secret or '', said = '',
                     said_cause = '' })
    evidence('TASK_STARTED', subject, 'owner', owner,
             'epoch', string.format('%d', epoch))

    if record.initiator == self_node then
        ptask.update(task_id, self_node, 'RUNNING', {})
    end

    local reply = ok_record(subject)
    local job_record = read('job:' .. record.job_id) or {}

    -- whose job it is decides what data it may have
    if (job_record.handed_by or '') ~= '' then
        job_record.initiator = job_record.handed_by
    end

    for _, name in ipairs({ 'dag', 'config', 'initiator' }) do
        reply[#reply + 1] = 'job_' .. name
        reply[#reply + 1] = job_record[name] or ''
    end

    return reply
end)


-- input: task_id epoch lease_ms
-- output: ok cancel (0, 1) said (SUCCESS, FAILED or '') | not_found
--         | wrong_state (over, or another epoch)
define('task_beat', 3, RELIEF, function(task_id, epoch, lease_ms)
    local record, error_reply = task.held(task_id, epoch)

    if not record then
        return error_reply
    end

    redis.call('ZADD', key('leases'), now + lease_ms, task_id)

    return ok('cancel', record.cancel, 'said', record.said or '')
end)


-- input: task_id epoch name value... (progress stage facts sent received)
-- output: ok | not_found | wrong_state
define('task_note', 2, WRITE, function(task_id, epoch, ...)
    local record, error_reply = task.held(task_id, epoch)
    local fields, changed = fields_of(...), { update_time = now }

    if not record then
        return error_reply
    end

    for _, name in ipairs({ 'progress', 'stage', 'facts', 'sent',
                            'received' }) do
        changed[name] = fields[name]
    end

    with(changed, estimate.advance(record, fields.progress) or {})
    write('task:' .. task_id, changed)
    feed.progress('task:' .. task_id)
    task.tell(with(record, changed))

    return ok()
end)


-- input: task_id epoch parameters (SHA-256 of what the component is given, as
--        a JSON object) inputs (a JSON array: data, outputs, models)
-- output: ok | not_found | wrong_state (over, or another epoch)
-- evidence: COMP_INPUT
define('task_inputs', 4, WRITE, function(task_id, epoch, parameters, inputs)
    local record, error_reply = task.held(task_id, epoch)

    if not record then
        return error_reply
    end

    evidence('COMP_INPUT', 'task:' .. task_id, 'job_id', record.job_id,
             'role', record.role, 'peer', record.initiator,
             'parameters', parameters, 'inputs', inputs)

    return ok()
end)


-- larger models come with their digest
local MAX_DIGESTED = 16384


local function create_model(record, model, model_digest)
    local job_record = read('job:' .. record.job_id) or {}

    if model_digest == '' and #model <= MAX_DIGESTED then
        model_digest = digest.sha256(model)
    end

    object.create('model', 'M.' .. record.task_id, {
        task_id = record.task_id, job_id = record.job_id,
        project_id = job_record.project_id or '', name = record.task_name,
        algorithm = job.component(job_record, record.task_name),
        model = model, digest = model_digest, provision = 'offline',
        release_date = now
    })

    return 'M.' .. record.task_id
end


-- input: task_id epoch status (SUCCESS, FAILED) name value... (cause facts
--        report model model_digest, outputs: a list, see artefact.lua; for
--        the evidence: log_digest report_digest)
-- output: ok status, which the component itself may have said otherwise
--         (also when it ended so before) | not_found | wrong_state
--         | invalid_fields (status, outputs) | conflict (an output is there
--         with another digest)
-- evidence: TASK_FINISHED or TASK_FAILED, RES_CREATED for a model,
--           ARTEFACT_CREATED for each output; RES_ESCROW_CREATED for one
--           that its job wants in escrow, RES_ESCROW_FAILED when it cannot
define('task_end', 3, RELIEF, function(task_id, epoch, status, ...)
    local record, error_reply = task.held(task_id, epoch)
    local fields, changed = fields_of(...), {}

    if status ~= 'SUCCESS' and status ~= 'FAILED' then
        return fail('invalid_fields', 'status')
    end

    local outputs, unsound = artefact.read(task_id, fields.outputs)

    if not outputs then
        return unsound
    end

    if not record then
        local same = read('task:' .. task_id) or {}

        status = task.said_end(same, status, {})

        return same.epoch == epoch and same.status == status
               and ok('status', status) or error_reply
    end

    for _, name in ipairs({ 'cause', 'facts', 'report' }) do
        changed[name] = fields[name]
    end

    if (fields.model or '') ~= '' then
        changed.model_id = create_model(record, fields.model,
                                        fields.model_digest or '')
    end

    status = task.said_end(record, status, changed)
    changed.report = order.take_report(record, changed.report, status)

    if status == 'SUCCESS' then
        artefact.keep(record, outputs)
    end

    task.finish(record, status, changed, {
        log_digest = fields.log_digest, report_digest = fields.report_digest
    })

    return ok('status', status)
end)


-- input: -
-- output: ok and a list of task_id job_id role: tasks whose lease was over,
--         now FAILED with task_lost; contracts whose time is over end
-- evidence: TASK_FAILED for each, CONTRACT_EXPIRED
define('task_reap', 0, RELIEF, function()
    local lost = redis.call('ZRANGEBYSCORE', key('leases'), '-inf', now,
                            'LIMIT', 0, 64)
    local records = {}

    contract.expire()

    for i, task_id in ipairs(lost) do
        local record = read('task:' .. task_id)

        task.fail(record, 'task_lost')
        records[i] = { 'task_id', task_id, 'job_id', record.job_id,
                       'role', record.role }
    end

    return ok_list(#records, records)
end)
