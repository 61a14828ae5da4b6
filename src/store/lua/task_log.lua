
local MAX_LINES = 2000
local MAX_POINTS = 10000

-- what components may say, and where it goes
local LEVEL = { debug = 'debug', info = 'info', error = 'error',
                warn = 'error', warning = 'error' }


-- the error's reply unless epoch is the task's; also after its end
local function stale(task_id, epoch)
    local current = get('task:' .. task_id, 'epoch')

    if not current then
        return fail('not_found', task_id)
    end

    if current ~= epoch then
        return fail('wrong_state', 'epoch ' .. current)
    end

    return nil
end


-- input: task_id epoch level (debug, info, warn, error; others are info)
--        line... (at most 1000)
-- output: ok | not_found | wrong_state
define('task_log', 3, WRITE, function(task_id, epoch, level, ...)
    local list = key('log:' .. task_id .. ':' .. (LEVEL[level] or 'info'))
    local refused = stale(task_id, epoch)

    if refused then
        return refused
    end

    if select('#', ...) > 0 then
        redis.call('RPUSH', list, ...)
        redis.call('LTRIM', list, -MAX_LINES, -1)
    end

    return ok()
end)


-- input: task_id
-- output: ok log_info log_debug log_error (lines joined by LF) | not_found
define('task_log_get', 1, READ, function(task_id)
    local reply = ok()

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    for _, level in ipairs({ 'info', 'debug', 'error' }) do
        reply[#reply + 1] = 'log_' .. level
        reply[#reply + 1] = table.concat(redis.call('LRANGE',
                                key('log:' .. task_id .. ':' .. level),
                                0, -1), '\n')
    end

    return reply
end)


-- input: task_id epoch json ([name,x,y])
-- output: ok | not_found | wrong_state
define('task_metric', 3, WRITE, function(task_id, epoch, point)
    local list = key('metric:' .. task_id)
    local refused = stale(task_id, epoch)

    if refused then
        return refused
    end

    redis.call('RPUSH', list, point)
    redis.call('LTRIM', list, -MAX_POINTS, -1)

    return ok()
end)


-- input: task_id
-- output: ok metrics, a JSON array of [name,x,y] | not_found
define('metric_get', 1, READ, function(task_id)
    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    return ok('metrics', '[' .. table.concat(redis.call('LRANGE',
                             key('metric:' .. task_id), 0, -1), ',') .. ']')
end)
