#!lua name=interconn

-- What the functions of the library share. Every function is called with
-- one key, "ic:{node_id}"; all other keys of the node are derived from it. A
-- second key, "ic:{node_id}:operator:<name>", names the operator who asks;
-- "ic:{node_id}:message" says that a partner's message does: its path, the
-- SHA-256 of its body and, of one whose signature was verified, what was
-- signed and the signature come before the arguments.
-- A "subject" is the rest of a key: "contract:C1" names the key
-- ic:{node_id}:contract:C1.

local library_version = '@LIBRARY_SHA256@'

-- of the running call
local key_prefix, self_node, now, asker

-- of the running call: what its first entry of evidence has besides, or nil
local message

-- functions by noun, filled by the other files
local contract, audit, permit, object, digest = {}, {}, {}, {}, {}
local inbox, catalog, denial = {}, {}, {}
local job, task, ptask, session = {}, {}, {}, {}
local watch, partner, rotation = {}, {}, {}
local role, operator, known = {}, {}, {}
local artefact, escrow = {}, {}
local order = {}
local identity = {}
local timetable = {}
local log, causes, pending, estimate = {}, {}, {}, {}
local query = {}
local witness = {}
local feed = {}
local notary = {}

local READ = { 'no-writes' }
local WRITE = {}
-- begins something: not while evidence waits too long for the notary
local WORK = {}
-- before the arguments, of a call that a partner's message caused
local MESSAGE = 4
-- ends or shrinks something: runs even when the memory limit is reached
local RELIEF = { 'allow-oom' }


-- by name, for who calls one function through another
local bodies = {}


local function message_of(path, body_digest, signed, signature)
    if signature == '' then
        return { 'path', path, 'body_digest', body_digest }
    end

    return { 'path', path, 'body_digest', body_digest, 'signed', signed,
             'signature', signature }
end


-- body(args...) returns the reply
local function define(name, arity, flags, body)
    bodies[name] = body

    redis.register_function{
        function_name = 'interconn_' .. name,
        flags = flags,
        callback = function(keys, args)
            local first = keys[2] and keys[2] == keys[1] .. ':message'
                          and MESSAGE + 1 or 1

            if #keys < 1 or #keys > 2 or #args < arity + first - 1 then
                return redis.error_reply('ERR interconn_' .. name
                        .. ' needs one key and ' .. arity .. ' arguments')
            end

            local time = redis.call('TIME')

            key_prefix = keys[1] .. ':'
            self_node = string.match(keys[1], '^ic:{(.*)}$') or ''
            now = string.format('%d%03d', time[1], time[2] / 1000)
            asker = keys[2] and string.match(keys[2], ':operator:(.+)$')

            -- it may be gone since it was identified
            if asker and not operator.is_there(asker) then
                return { 'no_operator', '' }
            end

            local behind = flags == WORK and notary.behind()

            if behind then
                return { 'evidence_behind', behind }
            end

            message = first > 1 and message_of(unpack(args, 1, MESSAGE))
                      or nil

            return body(unpack(args, first))
        end
    }
end


local function fail(name, detail)
    return { name, detail or '' }
end


local function ok(...)
    return { 'ok', ... }
end


local function key(subject)
    return key_prefix .. subject
end


-- the hash as a table, or nil
local function read(subject)
    local flat = redis.call('HGETALL', key(subject))

    if #flat == 0 then
        return nil
    end

    local record = {}

    for i = 1, #flat, 2 do
        record[flat[i]] = flat[i + 1]
    end

    return record
end


-- some fields of the hash as a table: cheaper than all of a long record
local function pick(subject, ...)
    local names, record = { ... }, {}
    local values = redis.call('HMGET', key(subject), ...)

    for i = 1, #names do
        record[names[i]] = values[i] or nil
    end

    return record
end


-- one field, or nil
local function get(subject, field)
    return redis.call('HGET', key(subject), field) or nil
end


local function exists(subject)
    return redis.call('EXISTS', key(subject)) == 1
end


-- the fields of a record one behind the other, as replies have them
local function flat_of(record)
    local flat = {}

    for name, value in pairs(record) do
        flat[#flat + 1] = name
        flat[#flat + 1] = value
    end

    return flat
end


local function write(subject, fields)
    local flat = flat_of(fields)

    if #flat > 0 then
        redis.call('HSET', key(subject), unpack(flat))
    end
end


-- the name/value arguments at the end of a call
local function fields_of(...)
    local list, fields = { ... }, {}

    if #list % 2 ~= 0 then
        error('a name without value')
    end

    for i = 1, #list, 2 do
        fields[list[i]] = list[i + 1]
    end

    return fields
end


-- the fields of more are added to fields and win
local function with(fields, more)
    for field, value in pairs(more) do
        fields[field] = value
    end

    return fields
end


-- the fields that a record has otherwise or not; nil: it has them all
local function differing(record, fields)
    local changed = {}

    for field, value in pairs(fields) do
        if record[field] ~= value then
            changed[field] = value
        end
    end

    return next(changed) and changed
end


local function ok_record(subject)
    local flat = redis.call('HGETALL', key(subject))

    if #flat == 0 then
        return fail('not_found', subject)
    end

    table.insert(flat, 1, 'ok')

    return flat
end


local function ok_list(total, records)
    return { 'ok', 'total', string.format('%d', total), 'records', records }
end


-- epoch ms from epoch s or ms; '' for none
local function milliseconds(value)
    if not value or not string.find(value, '^%d+$') or tonumber(value) == 0
    then
        return ''
    end

    if tonumber(value) < 1e11 then
        return value .. '000'
    end

    return value
end


local function past(time)
    time = milliseconds(time)

    return time ~= '' and tonumber(time) <= tonumber(now)
end


-- nil, or the reply when the field has a time that nothing can last until
local function over(fields, name)
    return past(fields[name])
           and fail('invalid_fields', '/' .. name .. ': is over') or nil
end


-- text as a JSON string; cjson escapes '/' needlessly
local function quote(text)
    return (string.gsub(cjson.encode(text), '\\/', '/'))
end


-- text that already is a JSON object or array; anything else is quoted
local function json(text)
    if string.find(text, '^%s*[{%[]') then
        return text
    end

    return quote(text)
end


local function is_listed(list, word)
    return string.find(' ' .. (list or '') .. ' ', ' ' .. word .. ' ', 1, true)
           ~= nil
end


-- a message to a peer about a subject; to is its contract's record
local function outbox(to, subject, path, body, action, handle)
    local seq = redis.call('INCR', key('seq:outbox'))

    redis.call('HSET', key(subject), 'delivery', 'pending')

    return redis.call('XADD', key('outbox'), '*',
                      'id', self_node .. '-' .. string.format('%d', seq),
                      'peer', to.peer, 'address', to.address or '',
                      'method', 'POST', 'path', path, 'body', body,
                      'subject', subject, 'action', action or '',
                      'speaks', to.speaks or '',
                      'permit', '', 'handle', handle or '')
end


-- such a message ends, and what is known of its tries
local function outbox_drop(entry_id)
    redis.call('XACK', key('outbox'), 'outbox', entry_id)
    redis.call('XDEL', key('outbox'), entry_id)
    redis.call('HDEL', key('outbox-tries'), entry_id)
end


-- an entry of a stream whose consumers have a group of its name
local function stream_drop(stream, entry_id)
    redis.call('XACK', key(stream), stream, entry_id)
    redis.call('XDEL', key(stream), entry_id)
end


-- input: stream (jobs, tasks) entry_id
-- output: ok (also when it is not there)
define('stream_done', 2, RELIEF, function(stream, entry_id)
    stream_drop(stream, entry_id)

    return ok()
end)


-- src/api/authority.def: by function, who calls, from and to which states,
-- and what an absent object answers
local authority = @AUTHORITY@


-- What the function answers when the caller has no such object: the same
-- when there is none and when it is another's. foreign: it is another's,
-- which only our own front door learns, for the evidence.
local function absent(name, id, foreign)
    return { authority[name].absent, id, foreign and 'foreign' or nil }
end


-- nil when the function may take the object to that status; else the reply:
-- ok when it was taken there before
local function step_refused(name, record, status)
    local row = authority[name]

    if not row.to[status] then
        return fail('invalid_fields', 'status')
    end

    if record.status == status then
        return ok()
    end

    if not row.from[record.status] then
        return fail('wrong_state', record.status)
    end

    return nil
end


local function index(kind, member, time)
    redis.call('ZADD', key('ix:' .. kind), time or now, member)
end


-- The most that one call of a list looks at, shows and tells, so that nobody
-- waits long for the store: members, records, bytes.
local STEP_SEEN, STEP_SHOWN, STEP_BYTES = 500, 100, 128 * 1024


-- in the order of bytes, as Redis has members, whatever the locale
local function is_before(one, other)
    for i = 1, math.min(#one, #other) do
        local a, b = string.byte(one, i), string.byte(other, i)

        if a ~= b then
            return a < b
        end
    end

    return #one < #other
end


-- The rank, newest first, of what follows a member that had that score,
-- whether the index still has it or not.
local function rank_behind(ix, score, member)
    if redis.call('ZSCORE', ix, member) == score then
        return redis.call('ZREVRANK', ix, member) + 1
    end

    local low = redis.call('ZCOUNT', ix, '(' .. score, '+inf')
    local high = redis.call('ZCOUNT', ix, score, '+inf')

    while low < high do
        local middle = math.floor((low + high) / 2)
        local there = redis.call('ZREVRANGE', ix, middle, middle)[1]

        if is_before(there, member) then
            high = middle
        else
            low = middle + 1
        end
    end

    return low
end


-- What a call of a list asks for: the matches first to last are shown, seen
-- are behind it, it goes on at rank. Without match() nothing is looked at
-- that is not shown.
local function page_start(ix, page_num, page_size, match)
    local size = tonumber(page_size) or 20
    local num, seen, score, member =
        string.match(page_num, '^(%d+) (%d+) (%S+) (.+)$')
    local at = { num = math.max(tonumber(num or page_num) or 1, 1) }

    at.first = size < 0 and 0 or (at.num - 1) * size
    at.last = size < 0 and math.huge or at.first + size - 1
    at.counted = match == nil and size >= 0

    if num then
        at.seen, at.rank = tonumber(seen), rank_behind(ix, score, member)
    else
        at.seen = at.counted and at.first or 0
        at.rank = at.seen
    end

    return at
end


-- members and scores that the call looks at, and whether they may be all
local function page_batch(ix, at, match)
    local most = match and STEP_SEEN
                 or math.min(STEP_SHOWN, at.last - at.seen + 1)

    if most < 1 then
        return {}, true
    end

    local batch = redis.call('ZREVRANGE', ix, at.rank, at.rank + most - 1,
                             'WITHSCORES')

    return batch, #batch < 2 * most
end


local function weight(record)
    local bytes = 0

    for i = 1, #record do
        bytes = bytes + #record[i]
    end

    return bytes
end


-- Members of an index, newest first, that match() accepts (nil: all), as a
-- list reply of show(member, what match() gave). page_size -1: all of them.
-- With "next" in the reply there is more: the same call with that text for
-- page_num goes on. Who is in the index all the time is told exactly once;
-- total is that of the last reply.
local function page(kind, page_num, page_size, match, show)
    local ix, records, bytes, i = key('ix:' .. kind), {}, 0, 0
    local at = page_start(ix, page_num, page_size, match)
    local batch, ends = page_batch(ix, at, match)

    while i < #batch and #records < STEP_SHOWN and bytes < STEP_BYTES do
        local found = match == nil or match(batch[i + 1])

        if found then
            if at.seen >= at.first and at.seen <= at.last then
                records[#records + 1] = show(batch[i + 1], found)
                bytes = bytes + weight(records[#records])
            end

            at.seen = at.seen + 1
        end

        i = i + 2
    end

    local reply = ok_list(at.counted and redis.call('ZCARD', ix) or at.seen,
                          records)

    if (i < #batch or not ends) and not (at.counted and at.seen > at.last)
    then
        reply[#reply + 1] = 'next'
        reply[#reply + 1] = string.format('%d %d %s %s', at.num, at.seen,
                                          batch[i], batch[i - 1])
    end

    return reply
end


-- match() for page(): every wanted field has the wanted value; '' is any
local function having(prefix, wanted)
    local any = true

    for _, value in pairs(wanted) do
        any = any and value == ''
    end

    if any then
        return nil
    end

    return function(member)
        for field, value in pairs(wanted) do
            if value ~= '' and get(prefix .. member, field) ~= value then
                return false
            end
        end

        return true
    end
end


-- show() for page(): the whole record
local function whole(prefix)
    return function(member)
        return redis.call('HGETALL', key(prefix .. member))
    end
end


-- src/api/errors.def: by name, what a cause says and what to do
local errors = @ERRORS@


-- Why a job or task failed, as the store itself finds it. detail: what is
-- said besides, or nil.
local function cause_json(name, party, node_id, task_name, task_id, detail)
    return causes.make(name, party, node_id, task_name, task_id, detail)
end


-- input: -
-- output: ok version, the SHA-256 of the library's text
define('version', 0, READ, function()
    return ok('version', library_version)
end)
