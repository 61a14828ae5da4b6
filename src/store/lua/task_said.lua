
-- What the container of a task says of itself by system.callback. The runner
-- knows better when it ends and how; what is said counts besides: who says
-- FAILED has failed, and who says SUCCESS need not be waited for long.

local SAID = { READY = 'RUNNING', PENDING = 'RUNNING', RUNNING = 'RUNNING',
               SUCCESS = 'SUCCESS', FAILED = 'FAILED' }


-- As the front door takes it and partners do: over the channel's socket
-- nobody else has looked.
local MAX_STAGE = 256

-- without telling by the time it takes how much of it was right
local function is_same(one, other)
    return (one or '') ~= '' and redis.sha1hex(one) == redis.sha1hex(other)
end


-- "guest.0", "guest" or several of them between commas; '' is any
local function has_role(said, own)
    for word in string.gmatch(said, '[^,%s]+') do
        if word == own or word == string.match(own, '^[^.]*') then
            return true
        end
    end

    return said == ''
end


-- Its own secret, made for this run of it, or its session's token. Over the
-- socket of the channel that is demanded of whom it would be for a message.
local function is_its_own(record, proof, way)
    if way == 'socket' and proof == '' then
        return record.token == ''
    end

    return is_same(record.secret, proof) or is_same(record.token, proof)
end


-- The end that a component has told, over what the runner found.
function task.said_end(record, status, changed)
    if record.said == 'FAILED' and record.cancel ~= '1' then
        changed.cause = record.said_cause
        return 'FAILED'
    end

    return status
end


-- input: task_id proof (its secret or its session's token) way (socket, http)
--        status role name value... (progress stage message)
-- output: ok (also when it is over, or ended so before: the first end that is
--         said counts) | not_permitted (no such task, or no proof)
--         | invalid_fields (the role is another's, the stage too long)
-- evidence: TASK_SAID of an end
define('task_said', 5, RELIEF, function(task_id, proof, way, status, role, ...)
    local record = read('task:' .. task_id)
    local fields = fields_of(...)
    local changed = {}

    if not record or not is_its_own(record, proof, way) then
        return fail('not_permitted', task_id)
    end

    if not has_role(role, record.role) then
        return fail('invalid_fields', '/role: this task is ' .. record.role)
    end

    if not SAID[status] then
        return fail('invalid_fields', '/status: is no state')
    end

    if #(fields.stage or '') > MAX_STAGE then
        return fail('invalid_fields', '/stage: is too long')
    end

    if record.status ~= 'RUNNING' or (record.said or '') ~= '' then
        return ok()
    end

    local percent = tonumber(fields.progress or '')

    if percent and percent >= 0 and percent <= 100
       and percent > (tonumber(record.progress) or 0)
    then
        changed.progress = string.format('%d', math.floor(percent))
    end

    if (fields.stage or '') ~= '' then
        changed.stage = fields.stage
    end

    if SAID[status] ~= 'RUNNING' then
        changed.said = status
        evidence('TASK_SAID', 'task:' .. task_id, 'status', status)
    end

    if status == 'FAILED' then
        changed.said_cause = cause_json('task_crashed', record.role,
                                        self_node, record.task_name, task_id,
                                        fields.message)
    end

    if next(changed) then
        write('task:' .. task_id, with(changed, { update_time = now }))
        feed.progress('task:' .. task_id)
        task.tell(with(record, changed))
    end

    return ok()
end)
