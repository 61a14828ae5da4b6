-- The channel keeps messages in a folder: a session belongs to the one that
-- its first message was put into.


-- input: session_id boot_id (of the folder of the process that asks)
-- output: ok binding ("bound", or "other": its messages are in another folder)
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
