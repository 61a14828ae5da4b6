
-- What the notary takes from the evidence stream into the log on disk. Sealed
-- entries stay for those who look at what happened lately.

local MOST = 100000    -- sealed entries in the store


-- input: none
-- output: ok size (of the log when it was sealed last)
define('notary_size', 0, READ, function()
    return ok('size', get('notary', 'size') or '0')
end)


-- input: log_id
-- output: ok | conflict (the log that this node has)
define('notary_open', 1, WRITE, function(log_id)
    local known = get('notary', 'log_id')

    if known and known ~= log_id then
        return fail('conflict', known)
    end

    write('notary', { log_id = log_id })

    return ok()
end)


-- A store that was started again may have lost what it had not on its disk.
local function note_store()
    local run_id = string.match(redis.call('INFO', 'server'),
                                'run_id:(%x+)')
    local before = get('notary', 'run_id')

    if not run_id or run_id == before then
        return
    end

    write('notary', { run_id = run_id })

    if before then
        evidence('REDIS_EPOCH_CHANGED', 'node', 'run_id', run_id,
                 'before', before)
    end
end


-- input: log_id src (of the last entry) size head keep (ms for which sealed
--        entries stay in the store)
-- output: ok | conflict (the log that this node has)
-- evidence: REDIS_EPOCH_CHANGED by a store that was started anew
define('notary_sealed', 5, RELIEF, function(log_id, src, size, head, keep)
    local old = tonumber(now) - tonumber(keep)
    local last = tonumber(string.match(src, '^%d+'))

    if get('notary', 'log_id') ~= log_id then
        return fail('conflict', get('notary', 'log_id'))
    end

    write('notary', { src = src, size = size, head = head,
                      update_time = now })
    note_store()

    if redis.call('XLEN', key('evidence')) > MOST then
        old = last
    end

    redis.call('XTRIM', key('evidence'), 'MINID', '~',
               string.format('%.0f', math.max(0, math.min(old, last))))

    return ok()
end)
