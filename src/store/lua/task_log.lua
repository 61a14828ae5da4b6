
-- What tasks print and log: a stream per task and level, a ring bounded by
-- lines and bytes, so that one level's flood does not push out another's. An
-- id is the time a line came, in ms, and the number of the line of this node:
-- ids grow over all tasks, so that who has read to one goes on behind it.
-- log:<task_id> counts bytes and dropped lines by level. Logs end some time
-- after their task did.

local MAX_LINES = 2000                   -- of a level
local MAX_BYTES = 256 * 1024
local MAX_LINE = 4096 + 25               -- with its time
local KEPT = 30 * 24 * 3600              -- s after the last line
local MAX_POINTS = 10000

-- what components may say, and where it goes
local LEVEL = { debug = 'debug', info = 'info', error = 'error',
                warn = 'warn', warning = 'warn' }

log.LEVELS = { 'debug', 'info', 'warn', 'error' }


function log.stream(task_id, level)
    return key('lines:' .. task_id .. ':' .. level)
end


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


-- behind all before it, even when the clock was set back
local function next_id()
    local last = tonumber(redis.call('GET', key('log-time'))) or 0
    local time = string.format('%.0f', math.max(tonumber(now), last))

    redis.call('SET', key('log-time'), time)

    return time .. '-' .. string.format('%d', redis.call('INCR',
                                                         key('seq:log')))
end


-- the oldest lines leave while there are too many or they are too long
local function trim(task_id, level)
    local stream, counts = log.stream(task_id, level), 'log:' .. task_id
    local lines = redis.call('XLEN', stream)
    local bytes = tonumber(get(counts, 'bytes.' .. level)) or 0
    local dropped = 0

    while lines > MAX_LINES or bytes > MAX_BYTES do
        local id, pairs_of = unpack(redis.call('XRANGE', stream, '-', '+',
                                               'COUNT', 1)[1])

        redis.call('XDEL', stream, id)
        bytes = bytes - #pairs_of[2]
        lines = lines - 1
        dropped = dropped + 1
    end

    if dropped > 0 then
        write(counts, { ['bytes.' .. level] = string.format('%d', bytes) })
        redis.call('HINCRBY', key(counts), 'dropped.' .. level, dropped)
    end
end


local function expire(task_id)
    redis.call('EXPIRE', key('log:' .. task_id), KEPT)

    for _, level in ipairs(log.LEVELS) do
        redis.call('EXPIRE', log.stream(task_id, level), KEPT)
    end
end


-- the task is over: its logs are kept a while
function log.close(task_id)
    expire(task_id)
end


-- input: task_id epoch level (debug, info, warn, error; others are info)
--        line... (at most 1000; each may begin with its time, as
--        2026-01-31T12:00:00.000Z and a blank)
-- output: ok | not_found | wrong_state
define('task_log', 3, WRITE, function(task_id, epoch, level, ...)
    local refused = stale(task_id, epoch)
    local bytes = 0

    if refused then
        return refused
    end

    level = LEVEL[level] or 'info'

    for _, line in ipairs({ ... }) do
        line = cut(line, MAX_LINE)
        bytes = bytes + #line
        redis.call('XADD', log.stream(task_id, level), next_id(), 't', line)
    end

    if bytes > 0 then
        redis.call('HINCRBY', key('log:' .. task_id), 'bytes.' .. level,
                   bytes)
        trim(task_id, level)
    end

    if task.is_over(pick('task:' .. task_id, 'status')) then
        expire(task_id)
    end

    return ok()
end)


-- input: task_id epoch json ([name,x,y]) ...
-- output: ok | not_found | wrong_state
define('task_metric', 3, WRITE, function(task_id, epoch, ...)
    local list = key('metric:' .. task_id)
    local refused = stale(task_id, epoch)

    if refused then
        return refused
    end

    redis.call('RPUSH', list, ...)
    redis.call('LTRIM', list, -MAX_POINTS, -1)
    feed.progress('task:' .. task_id)

    return ok()
end)


-- input: task_id since (points that the caller has, '': none)
-- output: ok metrics, a JSON array of [name,x,y]; from, the place of the first
--         of them: since, or 0 when the first ones have given way to others
--         | not_found
define('metric_get', 1, READ, function(task_id, since)
    local list = key('metric:' .. task_id)
    local from = tonumber(since or '') or 0

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    if redis.call('LLEN', list) >= MAX_POINTS then
        from = 0
    end

    return ok('from', string.format('%d', from),
              'metrics', '[' .. table.concat(redis.call('LRANGE', list, from,
                                                        -1), ',') .. ']')
end)
