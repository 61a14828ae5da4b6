
-- Which roles of the daemon are alive: each says so every two seconds.

local ALIVE = 10000                      -- ms without a sign


-- nil, or when a role of this node last was alive ('': never)
function pending.down(role_name)
    local last = redis.call('ZREVRANGE', key('beats:' .. role_name), 0, 0,
                            'WITHSCORES')[2]

    if last and tonumber(now) - tonumber(last) < ALIVE then
        return nil
    end

    return last and string.format('%.0f', last) or ''
end


-- input: role (courier, channel, scheduler, runner) owner (of the process)
-- output: ok; it is alive
define('role_beat', 2, RELIEF, function(role_name, owner)
    redis.call('ZADD', key('beats:' .. role_name), now, owner)
    redis.call('ZREMRANGEBYSCORE', key('beats:' .. role_name), '-inf',
               string.format('%.0f', tonumber(now) - 86400000))

    return ok()
end)
