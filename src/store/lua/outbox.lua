
-- The courier's reports on the messages to peers.


local function entry_of(entry_id)
    local found = redis.call('XRANGE', key('outbox'), entry_id, entry_id)
    local fields = {}

    if #found == 0 then
        return nil
    end

    for i = 1, #found[1][2], 2 do
        fields[found[1][2][i]] = found[1][2][i + 1]
    end

    return fields
end


-- what became of the message, in the record that it is about
local function note_delivery(subject, text)
    local handle = string.match(subject, '^contract:(.*)$')
    local id = handle and redis.call('GET', key('contract-alias:' .. handle))

    if id then
        subject = 'contract:' .. id
    end

    if exists(subject) then
        write(subject, { delivery = text })
    end

    return subject
end


-- input: entry_id outcome ("delivered"; anything else: given up) name
--        value... (error)
-- output: ok (also when done before)
-- evidence: OUTBOX_UNDELIVERED; what follows from it: CONTRACT_REJECTED or
--           AUDIT_REJECTED for an application that nobody took
define('outbox_done', 2, RELIEF, function(entry_id, outcome, ...)
    local entry = entry_of(entry_id)
    local fields = fields_of(...)
    local text = outcome

    if not entry then
        return ok()
    end

    if (fields.error or '') ~= '' then
        text = outcome .. ': ' .. fields.error
    end

    local subject = note_delivery(entry.subject, text)
    local task_id = string.match(subject, '^task:(.*)$')

    if task_id and redis.call('GET', key('note:' .. task_id)) == entry_id then
        redis.call('DEL', key('note:' .. task_id))
    end

    redis.call('XACK', key('outbox'), 'outbox', entry_id)
    redis.call('XDEL', key('outbox'), entry_id)

    if outcome ~= 'delivered' then
        local record = read(subject)

        evidence('OUTBOX_UNDELIVERED', subject, 'peer', entry.peer,
                 'path', entry.path)

        if record and record.status == 'APPLIED' and record.dir == 'out'
           and string.find(entry.path, '/apply$')
        then
            if entry.action == 'contract' then
                contract.reject(record, {})

            else
                audit.reject(subject, record)
            end
        end
    end

    return ok()
end)


-- input: entry_id attempts error
-- output: ok | not_found
define('outbox_retry', 3, RELIEF, function(entry_id, attempts, text)
    local entry = entry_of(entry_id)

    if not entry then
        return fail('not_found', entry_id)
    end

    note_delivery(entry.subject, 'attempt ' .. attempts .. ': ' .. text)

    return ok()
end)
