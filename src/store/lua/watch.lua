
-- What partners are asked: the state of everything that waits for them or
-- can be ended by them. watch:<node_id> holds subjects by the time of the next
-- question, watch holds nodes by the time of their first one. A subject that
-- needs no more questions leaves when its time comes.

local PEERS = 64            -- at a time
local FIRST = 5000          -- ms

-- age of what waits for an answer (ms), and the pause after each question
local PACE = { { 15000, 5000 }, { 60000, 15000 }, { 300000, 30000 },
               { 1e15, 45000 } }

-- what was approved is asked for in case a termination was lost
local RARELY = { contract = 45000, audit = 600000 }


-- +-25 %, another time for each subject
local function about(ms, subject)
    local dice = tonumber(string.sub(redis.sha1hex(subject .. now), 1, 4), 16)

    return ms * (0.75 + dice / 65535 / 2)
end


local function at(wait)
    return string.format('%.0f', tonumber(now) + wait)
end


function watch.add(subject, peer, wait)
    local due = at(wait or FIRST)

    redis.call('ZADD', key('watch:' .. peer), due, subject)
    redis.call('ZADD', key('watch'), 'LT', due, peer)
end


local function pace(record)
    local age = tonumber(now) - (tonumber(record.update_time) or 0)

    for _, step in ipairs(PACE) do
        if age < step[1] then
            return step[2]
        end
    end
end


-- ms until the next question, nil for none; and the question now, or nil
local function contract_question(record)
    if not record or (record.status == 'APPROVED'
                      and not contract.is_live(record))
    then
        return nil
    end

    local question = { address = record.address, speaks = record.speaks,
                       path = '/v1/interconn/node/contract/query?contract_id='
                              .. record.contract_id }

    if record.status == 'APPROVED' then
        return RARELY.contract, question
    end

    -- before it is accepted the peer has no id for it
    if record.status == 'APPLIED' and record.dir == 'out'
       and record.accepted == '1'
    then
        return pace(record), question
    end

    return nil
end


local function audit_question(record)
    local party = record and contract.find(record.contract_id)

    if not record or record.dir ~= 'out' or not contract.is_live(party) then
        return nil
    end

    local question = { address = party.address, speaks = party.speaks,
                       path = '/v1/interconn/' .. record.resource_type
                              .. '/audit/query?audit_id=' .. record.audit_id }

    if record.status == 'APPROVED' then
        return RARELY.audit, question
    end

    if record.status ~= 'APPLIED' then
        return nil
    end

    -- the courier still tells the peer of it
    if record.delivery ~= 'delivered' then
        return FIRST, nil
    end

    return pace(record), question
end


-- interval: ms between two questions about a partner's job
local function question_of(subject, interval)
    local kind, id = string.match(subject, '^(%l+):(.*)$')

    if kind == 'contract' then
        return contract_question(contract.find(id))
    end

    if kind == 'job' then
        return job.question(read(subject), interval)
    end

    return audit_question(read(subject))
end


-- the due questions to a peer, and when the next one is due, or nil
local function take(peer, limit, interval, records)
    local subjects = key('watch:' .. peer)

    for _, subject in ipairs(redis.call('ZRANGEBYSCORE', subjects, '-inf', now,
                                        'LIMIT', 0, limit))
    do
        local wait, question = question_of(subject, interval)

        if not wait then
            redis.call('ZREM', subjects, subject)
        else
            redis.call('ZADD', subjects, at(about(wait, subject)), subject)
        end

        if question then
            records[#records + 1] = {
                'subject', subject, 'node_id', peer,
                'address', question.address or '', 'path', question.path,
                'method', question.method or 'GET',
                'body', question.body or '',
                'speaks', question.speaks or ''
            }
        end
    end

    return redis.call('ZRANGE', subjects, 0, 0, 'WITHSCORES')[2]
end


-- input: limit (questions to one peer at a time) interval (ms between two
--        about a job; 15000)
-- output: ok and a list of subject node_id address method path body speaks:
--         what to ask now
define('watch_take', 1, RELIEF, function(limit, interval)
    local records = {}

    for _, peer in ipairs(redis.call('ZRANGEBYSCORE', key('watch'), '-inf',
                                     now, 'LIMIT', 0, PEERS))
    do
        local due = take(peer, limit, tonumber(interval) or 15000,
                         records)

        if due then
            redis.call('ZADD', key('watch'),
                       at(math.max(due - tonumber(now), 1000)), peer)
        else
            redis.call('ZREM', key('watch'), peer)
        end
    end

    return ok_list(#records, records)
end)


-- input: peer wait (ms)
-- output: ok; a peer that is not there is not asked for a while
define('watch_pause', 2, RELIEF, function(peer, wait)
    redis.call('ZADD', key('watch'), 'XX', at(tonumber(wait) or 0), peer)

    return ok()
end)


-- input: peer
-- output: ok; it is back: what waits for it is asked for at once, the rest
--         within a minute
define('watch_hurry', 1, RELIEF, function(peer)
    local subjects = key('watch:' .. peer)
    local list = redis.call('ZRANGEBYSCORE', subjects, now, '+inf',
                            'WITHSCORES', 'LIMIT', 0, 1000)

    for i = 1, #list, 2 do
        local soon = list[i + 1] - tonumber(now) <= 60000

        redis.call('ZADD', subjects,
                   at(soon and 0 or about(30000, list[i])), list[i])
    end

    if #list > 0 then
        redis.call('ZADD', key('watch'), 'XX', now, peer)
    end

    return ok()
end)


local BUILD = { contract = 'contract:', audit = 'audit:' }


-- input: kind (contract, audit) offset
-- output: ok next ('' when all are done); what an older version has left is
--         watched from now on
define('watch_build', 2, RELIEF, function(kind, offset)
    local first = tonumber(offset) or 0
    local step = 500
    local done = key('watch-built:' .. kind)

    if redis.call('EXISTS', done) == 1 then
        return ok('next', '')
    end

    local members = redis.call('ZRANGE', key('ix:' .. kind), first,
                               first + step - 1)

    for _, member in ipairs(members) do
        local subject = BUILD[kind] .. member

        if question_of(subject) then
            watch.add(subject, get(subject, 'peer')
                               or get(subject, 'node_id'))
        end

        if kind == 'contract'
           and contract.is_live(contract.find(member))
        then
            partner.add(member)
        end
    end

    if #members == step then
        return ok('next', string.format('%d', first + step))
    end

    redis.call('SET', done, now)

    return ok('next', '')
end)
