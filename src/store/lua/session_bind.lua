-- The channel keeps messages in memory: a session belongs to the process of
-- the channel role that first served it.


-- input: session_id boot_id (of the process that asks)
-- output: ok binding ("bound", or "other": it began under another process)
--         | not_found
define('session_bind', 2, WRITE, function(session_id, boot_id)
    local subject = 'session:' .. session_id

    if not exists(subject) then
        return fail('not_found', session_id)
    end

    redis.call('HSETNX', key(subject), 'channel_boot', boot_id)

    if get(subject, 'channel_boot') == boot_id then
        return ok('binding', 'bound')
    end

    return ok('binding', 'other')
end)
