
-- What is told to who watches: every change of the node, and that running
-- tasks go on. Changes are a stream of bounded length with an entry for every
-- one of evidence; who reads it is told kind and id and asks for the rest
-- himself, as any other reader does. Progress is no history: only the last
-- time of each task is kept, and a stream of one entry wakes who waits.

local LONGEST = 10000           -- changes that are kept, about
local AT_ONCE = 200             -- of them in one answer
local RUNNING = 1000            -- tasks whose progress is kept
local STREAMS = 32              -- of one operator
local HELD = 90000              -- ms until one that nobody renews is gone

-- in the order of their bits
local KINDS = { 'contract', 'audit', 'permit', 'job', 'task', 'node',
                'operator', 'role', 'evidence', 'query', 'dataset', 'project',
                'flow', 'model', 'component', 'timetable', 'order',
                'escrow' }

-- the permission that queries of a kind ask for, where it is not kind.read
local PERMISSION = { permit = 'audit.read', task = 'job.read',
                     timetable = 'job.read', order = 'job.read',
                     escrow = 'job.read' }

-- by the first word of a subject, where that is not the kind
local KIND = { known = 'node', limits = 'node', ptask = 'task',
               role_group = 'role', denied = 'evidence',
               witness = 'evidence', recovery = 'escrow' }

-- these may change who may read what
local DECIDES = { operator = true, role = true }

local bit = {}

for i = 1, #KINDS do
    bit[KINDS[i]] = i - 1
end


function feed.change(event, subject)
    redis.call('XADD', key('changes'), 'MAXLEN', '~', LONGEST, '*',
               'event', event, 'subject', subject)
end


local function number_of(id)
    local ms, seq = string.match(id, '^(%d+)-(%d+)$')

    return tonumber(ms), tonumber(seq)
end


-- an id of a stream as a score: in the order of ids
local function score_of(id)
    local ms, seq = number_of(id)

    return ms and string.format('%.0f', ms * 1000 + math.min(seq, 999))
           or '+inf'
end


-- subject: a task's or a part's
function feed.progress(subject)
    local id = redis.call('XADD', key('ticks'), 'MAXLEN', 1, '*', 't', '')

    redis.call('ZADD', key('progress'), score_of(id), subject)
    redis.call('ZREMRANGEBYRANK', key('progress'), 0, -RUNNING - 1)
end


function feed.over(subject)
    redis.call('ZREM', key('progress'), subject)
end


function feed.advance(subject, finish_time)
    if finish_time then
        feed.over(subject)

    else
        feed.progress(subject)
    end
end


-- the bits of the kinds that an operator may read
local function readable(name)
    local held = role.held(read('operator:' .. name) or {})
    local mask = 0

    for i, kind in ipairs(KINDS) do
        if role.allow(held, PERMISSION[kind] or kind .. '.read') then
            mask = mask + 2 ^ (i - 1)
        end
    end

    return string.format('%.0f', mask)
end


-- the kind of a subject
function feed.kind(subject)
    local word = string.match(subject, '^object:([^:]*)')
                 or string.match(subject, '^[^:]*')

    return KIND[word] or word
end


-- kind, id and job of a subject
local function thing(subject)
    local word, rest = string.match(subject, '^([^:]*):?(.*)$')

    if word == 'object' then
        return string.match(rest, '^([^:]*):(.*)$')
    end

    local kind = KIND[word] or word

    if kind == 'audit' then
        return kind, get(subject, 'audit_id') or string.match(rest, '[^:]*$')
    end

    if word == 'node' or word == 'limits' then
        return kind, self_node
    end

    if kind == 'task' then
        local record = pick(subject, 'task_id', 'job_id')

        return kind, record.task_id or rest, record.job_id
    end

    return kind, rest
end


-- appends id, bit, whether it decides who may read, and what is told
local function tell(reply, id, event, subject)
    local kind, name, job_id = thing(subject)

    if not bit[kind] then
        return
    end

    reply[#reply + 1] = id
    reply[#reply + 1] = string.format('%d', bit[kind])
    reply[#reply + 1] = DECIDES[kind] and '1' or ''
    reply[#reply + 1] = '{"kind":"' .. kind .. '","id":' .. quote(name)
                        .. (job_id and ',"job_id":' .. quote(job_id) or '')
                        .. ',"event":' .. quote(event) .. '}'
end


local function newest(stream)
    local last = redis.call('XREVRANGE', key(stream), '+', '-', 'COUNT', 1)

    return last[1] and last[1][1] or '0-0'
end


local function precedes(one, other)
    local ms, seq = number_of(one)
    local other_ms, other_seq = number_of(other)

    return ms < other_ms or (ms == other_ms and seq < other_seq)
end


-- Whether what followed an id is not all there any more, or never was here.
local function is_lost(from, last)
    if not number_of(from) or precedes(last, from) then
        return true
    end

    local first = redis.call('XRANGE', key('changes'), '-', '+', 'COUNT', 1)

    if not first[1] or not precedes(from, first[1][1]) then
        return false
    end

    local info = redis.call('XINFO', 'STREAM', key('changes'))
    local about = {}

    for i = 1, #info, 2 do
        about[info[i]] = info[i + 1]
    end

    return about['entries-added'] > about.length
end


-- input: from (id of the last change that is known, '': none before now)
--        ticks (the same of progress)
-- output: not as others: ok, last (id), ticks, lost (1: changes behind from
--         are gone, last is the newest), more (1: ask again from last), then
--         of each change id ('': progress), bit of its kind, decides (1: who
--         may read what may be different now) and its JSON
define('feed_read', 2, READ, function(from, ticks)
    local last = newest('changes')
    local lost = from ~= '' and is_lost(from, last)
    local reply = { 'ok', last, newest('ticks'), lost and '1' or '', '' }

    if from == '' or lost then
        return reply
    end

    local entries = redis.call('XRANGE', key('changes'), '(' .. from, '+',
                               'COUNT', AT_ONCE)

    for _, entry in ipairs(entries) do
        tell(reply, entry[1], entry[2][2], entry[2][4])
    end

    if #entries > 0 then
        reply[2] = entries[#entries][1]
    end

    if precedes(reply[2], last) then
        reply[5] = '1'
        reply[3] = ticks
        return reply
    end

    for _, subject in ipairs(redis.call('ZRANGEBYSCORE', key('progress'),
                             '(' .. score_of(ticks), '+inf'))
    do
        tell(reply, '', 'TASK_PROGRESS', subject)
    end

    return reply
end)


local function hold(name, stream)
    redis.call('ZADD', key('streams:' .. name), now + HELD, stream)
    redis.call('PEXPIRE', key('streams:' .. name), HELD)
end


-- input: name stream (a new id)
-- output: ok kinds (bits) | too_many
define('feed_open', 2, WRITE, function(name, stream)
    local streams = key('streams:' .. name)

    redis.call('ZREMRANGEBYSCORE', streams, '-inf', now)

    if redis.call('ZCARD', streams) >= STREAMS then
        return fail('too_many', 'streams of one operator, at most '
                                .. STREAMS)
    end

    hold(name, stream)

    return ok('kinds', readable(name))
end)


-- Whether an open stream may go on, and with what.
-- input: identify (the function that identified who opened it) shown spki
--        (its arguments) name stream
-- output: ok kinds (bits) | no_operator | session_expired | not_permitted
--         | node_deregistered
define('feed_check', 5, RELIEF, function(identify, shown, spki, name, stream)
    local who = bodies[identify](shown, spki, 'self.read')

    if who[1] ~= 'ok' then
        return who
    end

    if who[3] ~= name then
        return fail('no_operator')
    end

    hold(name, stream)

    return ok('kinds', readable(name))
end)


-- input: name stream
-- output: ok
define('feed_close', 2, RELIEF, function(name, stream)
    redis.call('ZREM', key('streams:' .. name), stream)

    return ok()
end)
