
-- What the notary takes from the evidence stream into the log on disk. Sealed
-- entries stay for those who look at what happened lately.

local MOST = 100000    -- sealed entries in the store


-- Why nothing new may begin: too much waits for the notary, or for too long.
-- Nil where there is no notary or it keeps up.
function notary.behind()
    local state = pick('notary', 'log_id', 'src', 'size')

    if not state.log_id then
        return nil
    end

    local oldest = redis.call('XRANGE', key('evidence'),
                              '(' .. (state.src or '0-0'), '+', 'COUNT', 1)[1]
    local lag = oldest and now - string.match(oldest[1], '^%d+') or 0

    -- more than that does not come in a second
    if lag < 1000 then
        return nil
    end

    if lag > 1000 * limit('evidence_lag') then
        return string.format('an entry waits for %d s', lag / 1000)
    end

    local stream = redis.call('XINFO', 'STREAM', key('evidence'))

    for i = 1, #stream, 2 do
        local waiting = stream[i] == 'entries-added'
                        and stream[i + 1] - (tonumber(state.size) or 0)

        if waiting and waiting > limit('evidence_pending') then
            return string.format('%d entries wait', waiting)
        end
    end

    return nil
end


-- input: none
-- output: ok size (of the log when it was sealed last) time (of the store)
define('notary_size', 0, READ, function()
    return ok('size', get('notary', 'size') or '0', 'time', now)
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


-- A store that was started again may have lost what it had not on its disk, or
-- be an older copy. known: what it had of the log before that was sealed; lost:
-- how many entries the log has that this store never had or has no more.
local function note_store(known, src, size)
    local run_id = string.match(redis.call('INFO', 'server'),
                                'run_id:(%x+)')

    if not run_id or run_id == known.run_id then
        return
    end

    local waited = redis.call('XRANGE', key('evidence'),
                              '(' .. (known.src or '0-0'), src)
    local lost = math.max(0, size - (tonumber(known.size) or 0) - #waited)

    write('notary', { run_id = run_id })

    if known.run_id or lost > 0 then
        evidence('REDIS_EPOCH_CHANGED', 'node', 'run_id', run_id,
                 'before', known.run_id or '',
                 'lost', string.format('%d', lost))
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

    local known = pick('notary', 'run_id', 'src', 'size')

    write('notary', { src = src, size = size, head = head,
                      update_time = now })
    note_store(known, src, tonumber(size))

    if redis.call('XLEN', key('evidence')) > MOST then
        old = last
    end

    redis.call('XTRIM', key('evidence'), 'MINID', '~',
               string.format('%.0f', math.max(0, math.min(old, last))))
    timetable.run_held()

    return ok()
end)
