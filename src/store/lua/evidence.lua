
-- Reading the evidence: newest first, so many entries looked at by one call.

local LOOKED_AT = 2000

local PLAIN = { event = true, subject = true, time = true, by = true,
                peer = true }


-- an entry as a record
local function shown(entry)
    local fields = fields_of(unpack(entry[2]))
    local record = { 'id', entry[1], 'kind', feed.kind(fields.subject) }
    local details = {}

    for i = 1, #entry[2], 2 do
        local name, value = entry[2][i], entry[2][i + 1]

        if PLAIN[name] then
            record[#record + 1] = name
            record[#record + 1] = value

        else
            details[#details + 1] = quote(name) .. ':' .. quote(value)
        end
    end

    record[#record + 1] = 'details'
    record[#record + 1] = '{' .. table.concat(details, ',') .. '}'

    return record
end


local function matches(entry, subject, event, kind)
    local fields = fields_of(unpack(entry[2]))

    return (subject == '' or fields.subject == subject
            or string.sub(fields.subject, -#subject - 1) == ':' .. subject)
           and (event == '' or fields.event == event)
           and (kind == '' or feed.kind(fields.subject) == kind)
end


-- input: subject (whole, or the id behind its last colon; '': any) event kind
--        from to (times; '': any) cursor ('': the newest) limit
-- output: ok and a list of records, cursor (of the next call; '': there is no
--         more)
define('evidence_list', 7, READ, function(subject, event, kind, from, to,
                                          cursor, limit)
    local newest = string.find(cursor, '^%d+-%d+$') and '(' .. cursor
                   or milliseconds(to) ~= '' and milliseconds(to) or '+'
    local oldest = milliseconds(from) ~= '' and milliseconds(from) or '-'
    local entries = redis.call('XREVRANGE', key('evidence'), newest, oldest,
                               'COUNT', LOOKED_AT)
    local most = tonumber(limit) or 50
    local records, last = {}, ''

    for i = 1, #entries do
        if #records == most then
            break
        end

        last = entries[i][1]

        if matches(entries[i], subject, event, kind) then
            records[#records + 1] = shown(entries[i])
        end
    end

    if #entries < LOOKED_AT and (#entries == 0
                                 or last == entries[#entries][1])
    then
        last = ''
    end

    local reply = ok_list(redis.call('XLEN', key('evidence')), records)

    reply[#reply + 1] = 'cursor'
    reply[#reply + 1] = last

    return reply
end)


-- input: id
-- output: ok and the record | not_found
define('evidence_get', 1, READ, function(id)
    local entry = string.find(id, '^%d+-%d+$')
                  and redis.call('XRANGE', key('evidence'), id, id)[1]

    return entry and ok(unpack(shown(entry))) or fail('not_found', id)
end)
