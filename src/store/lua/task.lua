
-- Tasks: this node's own part of them. What their functions share.


function task.is_over(record)
    return record.status == 'SUCCESS' or record.status == 'FAILED'
end


-- nil, or the error's reply, and then nothing was done
function task.refused(job_record, task_id, fields)
    local old = get('session:' .. fields.session_id, 'task_id')

    if not job.party(job_record.config, self_node) then
        return fail('invalid_config', 'no role for this node')
    end

    if old and old ~= task_id then
        return fail('conflict', fields.session_id)
    end

    return nil
end


-- nil, or the error's reply: the component of a task is disabled here
function task.refused_component(job_record, task_name)
    for _, step in ipairs(job.components(job_record.dag)) do
        if step.name == task_name
           and not object.is_usable(step, object.is_enabled)
        then
            return fail('wrong_state', 'component ' .. step.componentName
                                       .. ' is disabled')
        end
    end

    return nil
end


-- A point of priority is worth that many ms of waiting: what is urgent goes
-- first, and nothing waits for ever behind it.
local POINT = 10000


-- Queued for the runners. Each entry of the stream lets one of them take the
-- task that is first now.
function task.queue(job_record, task_id)
    local priority = tonumber(job_record.priority or '') or 0

    redis.call('ZADD', key('tasks-waiting'), now - priority * POINT, task_id)
    redis.call('XADD', key('tasks'), '*', 'task_id', task_id)
end


-- the priority of its job has changed
function task.requeue(job_record, task_id)
    local priority = tonumber(job_record.priority or '') or 0
    local since = get('task:' .. task_id, 'create_time')

    if redis.call('ZSCORE', key('tasks-waiting'), task_id) and since then
        redis.call('ZADD', key('tasks-waiting'), since - priority * POINT,
                   task_id)
    end
end


function task.unqueue(task_id)
    redis.call('ZREM', key('tasks-waiting'), task_id)
end


-- the task that a runner takes next, or the one given
function task.first(task_id)
    local first = redis.call('ZRANGE', key('tasks-waiting'), 0, 0)[1]

    while first and get('task:' .. first, 'status') ~= 'PENDING' do
        task.unqueue(first)
        first = redis.call('ZRANGE', key('tasks-waiting'), 0, 0)[1]
    end

    return first or task_id
end


-- how many tasks are before a task that waits for a runner; nil: it does not
function task.rank(task_id)
    return redis.call('ZRANK', key('tasks-waiting'), task_id) or nil
end


-- fields: session_id token
function task.create(job_record, task_id, task_name, fields)
    local job_id = job_record.job_id

    write('task:' .. task_id, {
        task_id = task_id, job_id = job_id, task_name = task_name,
        role = job.party(job_record.config, self_node),
        initiator = job_record.initiator, status = 'PENDING', epoch = '0',
        cancel = '0', progress = '0', stage = '', cause = '', facts = '',
        report = '', model_id = '', owner = '',
        session_id = fields.session_id, token = fields.token,
        create_time = now, start_time = '', finish_time = '',
        update_time = now
    })
    session.create(fields.session_id, job_record, task_id, fields.token)
    redis.call('SADD', key('job-tasks:' .. job_id), task_id)
    index('task', task_id)
    task.queue(job_record, task_id)
    evidence('TASK_CREATED', 'task:' .. task_id, 'job_id', job_id)
end


-- session_id and token of a start request
function task.session_fields(task_id, ...)
    local fields = fields_of(...)

    if (fields.session_id or '') == '' then
        fields.session_id = 'session_' .. task_id
    end

    return { session_id = fields.session_id, token = fields.token or '' }
end


local function callback_body(record)
    local body = '{"task_id":' .. quote(record.task_id)
                 .. ',"status":' .. quote(record.status)
                 .. ',"role":' .. quote(record.role)
                 .. ',"progress":' .. (string.match(record.progress, '^%d+$')
                                       or '0')
                 .. ',"stage":' .. quote(record.stage)

    if record.cause ~= '' then
        body = body .. ',"cause":' .. json(record.cause)
    end

    if record.facts ~= '' then
        body = body .. ',"facts":' .. json(record.facts)
    end

    return body .. '}'
end


-- Tells the initiator. A message about the task that was not delivered yet
-- is replaced: a fast task must not fill the outbox.
function task.tell(record)
    local to = contract.live(record.initiator)
    local note = key('note:' .. record.task_id)
    local pending = redis.call('GET', note)

    if record.initiator == self_node then
        ptask.update(record.task_id, self_node, record.status, record)
        job.notify(record.job_id, 'callback')
        return
    end

    if pending then
        outbox_drop(pending)
    end

    -- without a contract there is nobody to tell
    if to and task.is_told(to, record.job_id) then
        redis.call('SET', note, outbox(to, 'task:' .. record.task_id,
                             '/v1/interconn/schedule/task/callback',
                             callback_body(record), record.status))
    end
end


-- the error of a cause, or nil
function task.error_of(cause)
    return string.match(cause or '', '"error":"([%w_]+)"')
end


-- What the evidence says of an end, as far as it is known, in pairs.
local function told_of_end(record, fields, digests)
    local list = { 'job_id', record.job_id, 'task_name', record.task_name,
                   'role', record.role }
    local more = { { 'error', task.error_of(fields.cause) },
                   { 'model_id', fields.model_id },
                   { 'report_digest', digests.report_digest },
                   { 'log_digest', digests.log_digest },
                   { 'sent', record.sent }, { 'received', record.received } }

    for i = 1, #more do
        if (more[i][2] or '') ~= '' then
            list[#list + 1] = more[i][1]
            list[#list + 1] = more[i][2]
        end
    end

    return list
end


-- digests: of its report and its log, for the evidence; or nil
function task.finish(record, status, fields, digests)
    local subject = 'task:' .. record.task_id

    with(fields, { status = status, finish_time = now, update_time = now,
                   cause = causes.of_part(fields.cause, record, self_node) })

    if status == 'SUCCESS' then
        fields.progress = '100'
    end

    write(subject, fields)
    feed.over(subject)
    redis.call('ZREM', key('leases'), record.task_id)
    task.unqueue(record.task_id)
    log.close(record.task_id)
    evidence(status == 'SUCCESS' and 'TASK_FINISHED' or 'TASK_FAILED',
             subject, unpack(told_of_end(record, fields, digests or {})))
    task.tell(with(record, fields))

    local job_record = read('job:' .. record.job_id)

    if job_record then
        job.settle_partner(job_record)
    end
end


-- ended by the store, not by its component
function task.fail(record, name)
    task.finish(record, 'FAILED', {
        cause = cause_json(name, record.role, self_node, record.task_name,
                           record.task_id)
    })
end


-- A running task is asked to stop; one that nobody took yet just ends.
function task.cancel(record)
    if not record or task.is_over(record) or record.cancel == '1' then
        return
    end

    write('task:' .. record.task_id, { cancel = '1', update_time = now })

    if record.status == 'PENDING' then
        task.fail(record, 'task_stopped')

    else
        evidence('TASK_STOPPED', 'task:' .. record.task_id)
    end
end


-- the record of a running task if epoch is the current one, or nil and the
-- error's reply
function task.held(task_id, epoch)
    local record = read('task:' .. task_id)

    if not record then
        return nil, fail('not_found', task_id)
    end

    if record.epoch ~= epoch or record.status ~= 'RUNNING' then
        return nil, fail('wrong_state', record.status .. ', epoch '
                                        .. record.epoch)
    end

    return record
end
