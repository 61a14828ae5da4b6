-- Writing the evidence, in the same step as the change.

local CLOCK_TOLERANCE = 1000    -- ms


-- The store's clock is behind the time of an entry before: said once.
local function clock_jumped(latest)
    local last = redis.call('HGET', key('clock'), 'latest')

    if last == latest then
        return
    end

    redis.call('HSET', key('clock'), 'latest', latest)
    redis.call('XADD', key('evidence'), '*', 'event', 'CLOCK_JUMP',
               'subject', 'node', 'time', now, 'latest', latest)
    feed.change('CLOCK_JUMP', 'node')
end


-- The pending entry that the notary turns into an entry of the log. The first
-- one that a partner's message causes says by which message.
local function evidence(event, subject, ...)
    local fields = { 'event', event, 'subject', subject, 'time', now, ... }
    local said = false

    for i = 7, #fields, 2 do
        said = said or fields[i] == 'by'
    end

    if asker and not said then
        fields[#fields + 1] = 'by'
        fields[#fields + 1] = asker
    end

    for i = 1, message and #message or 0 do
        fields[#fields + 1] = message[i]
    end

    message = nil

    local id = redis.call('XADD', key('evidence'), '*', unpack(fields))

    feed.change(event, subject)

    -- ids never go back
    if tonumber(string.match(id, '^%d+')) > tonumber(now) + CLOCK_TOLERANCE
    then
        clock_jumped(string.match(id, '^%d+'))
    end
end


-- bound: pairs that the evidence of it has besides, or nil
local function consent_change(noun, subject, record, status, fields, bound)
    local told = { 'peer', record.peer or record.node_id }

    with(fields, { status = status, update_time = now,
                   decided_by = asker or '' })
    write(subject, fields)
    redis.call('DEL', key('asked:' .. subject))

    -- observed: the partner said so when it was asked
    if record.observed == now then
        told = { told[1], told[2], 'source', 'query' }
    end

    if (fields.reason or '') ~= '' then
        told[#told + 1], told[#told + 2] = 'reason', fields.reason
    end

    for i = 1, bound and #bound or 0 do
        told[#told + 1] = bound[i]
    end

    evidence(noun .. '_' .. status, subject, unpack(told))
end
