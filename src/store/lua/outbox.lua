
-- The courier's reports on the messages to peers. Of an entry's tries the
-- hash outbox-tries has "<how many> <time of the next one>".

-- what a partner has to know, however late: never given up
local LASTING = { ['/confirm'] = true, ['/terminate'] = true,
                  ['/withdraw'] = true }


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


-- contracts change their ids
local function subject_of(entry)
    local handle = string.match(entry.subject, '^contract:(.*)$')
    local id = handle and redis.call('GET', key('contract-alias:' .. handle))

    return id and 'contract:' .. id or entry.subject
end


-- what became of the message, in the record that it is about; when it will
-- be tried again, or ''
local function note_delivery(entry, text, next_time)
    local subject = subject_of(entry)

    if exists(subject) then
        write(subject, { delivery = text, delivery_next = next_time })
    end

    return subject
end


-- where the peer is now: it may have moved since the message was written
local function address_of(entry)
    local record = contract.live(entry.peer)
    local id = string.match(entry.subject, '^contract:(.*)$')

    if not record and id then
        record = contract.find(id)
    end

    if record and (record.address or '') ~= '' then
        return record.address
    end

    return entry.address
end


-- input: entry_id
-- output: ok attempts wait (ms to the next try) age (ms since it was written)
--         lasting ("1": never given up) address | not_found
define('outbox_take', 1, READ, function(entry_id)
    local entry = entry_of(entry_id)

    if not entry then
        return fail('not_found', entry_id)
    end

    local attempts, due = string.match(redis.call('HGET', key('outbox-tries'),
                                                  entry_id) or '',
                                       '^(%d+) (%d+)$')
    local wait = math.max((tonumber(due) or 0) - tonumber(now), 0)
    local age = tonumber(now) - tonumber(string.match(entry_id, '^%d+'))
    local lasting = LASTING[string.match(entry.path, '/%a+$') or '']
                    and exists(subject_of(entry))

    return ok('attempts', attempts or '0',
              'wait', string.format('%d', wait),
              'age', string.format('%d', math.max(age, 0)),
              'lasting', lasting and '1' or '',
              'address', address_of(entry))
end)


-- An answer or an application that came too late: our side has ended it
-- meanwhile, and the peer refuses for that reason.
local function is_overtaken(entry, record)
    return record ~= nil and record.status == 'TERMINATED'
           and not string.find(entry.path, '/terminate$')
end


-- What was delivered, as the receiver has it too. That a task still does what
-- it was said to do before is no event, there and here.
local function note_delivered(entry, subject, fields)
    local said = string.match(subject, '^task:') and entry.action or ''

    if said ~= '' then
        if get(subject, 'told') == said or not exists(subject) then
            return
        end

        write(subject, { told = said })
    end

    local signed = {}

    if (fields.signature or '') ~= '' then
        signed = { 'signed', fields.signed, 'signature', fields.signature }
    end

    evidence('OUTBOX_DELIVERED', subject, 'peer', entry.peer,
             'path', entry.path, 'body_digest', fields.body_digest or '',
             'status', fields.status or '', unpack(signed))
end


-- input: entry_id outcome ("delivered"; anything else: given up) name
--        value... (error; of what was delivered status, body_digest, signed,
--        signature)
-- output: ok (also when done before)
-- evidence: OUTBOX_DELIVERED, but of progress alone; OUTBOX_UNDELIVERED; what
--           follows from it: CONTRACT_REJECTED or
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

    local subject = note_delivery(entry, text, '')
    local task_id = string.match(subject, '^task:(.*)$')

    if task_id and redis.call('GET', key('note:' .. task_id)) == entry_id then
        redis.call('DEL', key('note:' .. task_id))
    end

    rotation.told(entry, outcome)
    outbox_drop(entry_id)

    if outcome == 'delivered' then
        note_delivered(entry, subject, fields)
        return ok()
    end

    local record = read(subject)

    if is_overtaken(entry, record) then
        return ok()
    end

    evidence('OUTBOX_UNDELIVERED', subject, 'peer', entry.peer,
             'path', entry.path)
    escrow.undelivered(entry, text)

    if record and record.status == 'APPLIED' and record.dir == 'out'
       and string.find(entry.path, '/apply$')
    then
        if entry.action == 'contract' then
            contract.reject(record, {})

        else
            audit.reject(subject, record)
        end
    end

    return ok()
end)


-- input: entry_id attempts wait (ms to the next one) error
-- output: ok address (where to call then) | not_found
define('outbox_retry', 4, RELIEF, function(entry_id, attempts, wait, text)
    local entry = entry_of(entry_id)
    local due = tonumber(now) + (tonumber(wait) or 0)

    if not entry then
        return fail('not_found', entry_id)
    end

    redis.call('HSET', key('outbox-tries'), entry_id,
               attempts .. ' ' .. string.format('%d', due))
    note_delivery(entry, 'attempt ' .. attempts .. ': ' .. text,
                  string.format('%.0f', due))

    return ok('address', address_of(entry))
end)
