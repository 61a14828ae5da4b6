
-- Tasks of our jobs that run again.

local TOLD = { 'party', 'node_id', 'code', 'error', 'column', 'row',
               'message', 'message_zh' }


-- One failed try as JSON; what its log said stays with its task.
local function try_json(task_name, task_id, cause)
    local value, told = decoded(cause) or {}, {}

    for _, name in ipairs(TOLD) do
        told[name] = value[name]
    end

    return '{"task_name":' .. quote(task_name)
           .. ',"task_id":' .. quote(task_id) .. ',"time":' .. now
           .. ',"cause":' .. (next(told) and cjson.encode(told) or '{}')
           .. '}'
end


-- how often each of its tasks may be tried again
function job.retry_count(record)
    local retry = job.common(record.config, 'retry')

    return type(retry) == 'table' and tonumber(retry.count) or 0
end


-- true if tasks of this job may run again when they fail
function job.retries(record)
    return job.retry_count(record) > 0
end


-- input: job_id task_name task_id (the try that failed) delay (ms before the
--        next one) cause (JSON)
-- output: ok (also when it was noted before) | not_found | wrong_state
-- evidence: TASK_RETRIED
define('job_retry', 5, RELIEF, function(id, task_name, task_id, delay, cause)
    local record = read('job:' .. id)

    if not record or record.role ~= 'initiator' then
        return fail('not_found', id)
    end

    if record.status ~= 'RUNNING' or record.cancel == '1' then
        return fail('wrong_state', record.status)
    end

    if job.begun(record, task_name) ~= task_id then
        return ok()
    end

    local tries = record.tries or '[]'
    local try = try_json(task_name, task_id, cause)

    if tries ~= '[]' then
        try = string.sub(tries, 2, -2) .. ',' .. try
    end

    write('job:' .. id, {
        tries = '[' .. try .. ']', ['begun.' .. task_name] = '',
        ['retry.' .. task_name] = tostring(now + delay), update_time = now
    })
    evidence('TASK_RETRIED', 'job:' .. id, 'task_id', task_id)

    return ok()
end)
