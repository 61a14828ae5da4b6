
-- Heads of evidence logs: witness:<node> has the last head of a partner's log
-- that this node cosigned; cosign:<node>, what the partner has of ours.

local MINUTE = 60000
local DAY = 86400000
local TAKEN = 120000    -- ms until a question that nobody answered is lost
local MOST = 30         -- heads that a partner may have cosigned in a minute


local function subject_of(node_id)
    return 'witness:' .. node_id
end


-- refused goes on being refused until an operator has looked
local function told(record)
    return ok('checkpoint', record.checkpoint or '',
              'hash', record.hash or '', 'split', record.split or '')
end


-- input: peer
-- output: ok checkpoint (of its log, cosigned last; '': none) hash (of that
--         log; '': not known yet) split (why its heads are refused, or '')
define('witness_get', 1, READ, function(peer)
    return told(read(subject_of(peer)) or {})
end)


-- Counts a head in this minute: true when there were too many.
local function crowded(record, fields)
    local minute = string.format('%d', math.floor(now / MINUTE))
    local count = record.minute == minute and tonumber(record.count) or 0

    fields.minute = minute
    fields.count = string.format('%d', count + 1)

    return count >= MOST
end


-- input: peer last (the head that it was compared with, '': none) checkpoint
--        (the one to be the last from now on) origin size root hash ('': not
--        known)
-- output: ok stored (1; 0: another head came in between, which follows)
--         checkpoint hash split as of witness_get | too_many
-- evidence: HEAD_COSIGNED
define('witness_put', 7, WRITE, function(peer, last, checkpoint, origin, size,
                                         root, hash)
    local subject = subject_of(peer)
    local record = read(subject) or {}

    if (record.checkpoint or '') ~= last or (record.split or '') ~= '' then
        local reply = told(record)

        reply[#reply + 1], reply[#reply + 2] = 'stored', '0'

        return reply
    end

    local fields = {
        node_id = peer, checkpoint = checkpoint, origin = origin,
        size = size, root = root, hash = hash, time = now, changed = '1',
        unproven = ''
    }

    if crowded(record, fields) then
        return fail('too_many', 'heads of one node in a minute, at most '
                                .. MOST)
    end

    write(subject, fields)
    index('witness', peer)
    evidence('HEAD_COSIGNED', subject, 'peer', peer, 'role', 'witness',
             'origin', origin, 'size', size, 'root', root)

    return ok('stored', '1')
end)


-- Two heads that the peer signed and that cannot both be of one history: both
-- are kept, and nothing of it is cosigned any more.
-- input: peer last checkpoint (the texts) reason
-- output: ok split (why) | ok checkpoint hash split (another head came in
--         between; split is '')
-- evidence: SPLIT_VIEW
define('witness_split', 4, RELIEF, function(peer, last, checkpoint, reason)
    local subject = subject_of(peer)
    local record = read(subject) or {}

    if (record.split or '') ~= '' or (record.checkpoint or '') ~= last then
        return told(record)
    end

    write(subject, { split = reason, split_time = now,
                     split_checkpoint = checkpoint })
    evidence('SPLIT_VIEW', subject, 'peer', peer, 'reason', reason,
             'known', last, 'shown', checkpoint)

    return told(read(subject))
end)


-- A proof that does not hold shows nothing to others: the head is refused, and
-- the next one is judged for itself. Both heads are kept, once until one is
-- cosigned again.
-- input: peer last checkpoint (the texts) reason
-- output: ok unproven (why) first (1: the evidence is written) | ok
--         checkpoint hash split (another head came in between, or split is
--         why nothing is cosigned)
-- evidence: HEAD_REFUSED
define('witness_unproven', 4, RELIEF, function(peer, last, checkpoint,
                                               reason)
    local subject = subject_of(peer)
    local record = read(subject) or {}

    if (record.split or '') ~= '' or (record.checkpoint or '') ~= last then
        return told(record)
    end

    local first = record.unproven ~= '1'

    if first then
        write(subject, { unproven = '1' })
        evidence('HEAD_REFUSED', subject, 'peer', peer, 'role', 'witness',
                 'size', record.size, 'reason', reason, 'known', last,
                 'shown', checkpoint)
    end

    return ok('unproven', reason, 'first', first and '1' or '0')
end)


-- What was known of the peer's log is forgotten: its next head is taken as
-- the first one was.
-- input: node_id reason
-- output: ok | not_found
-- evidence: WITNESS_RESET
define('witness_reset', 2, RELIEF, function(node_id, reason)
    local subject = subject_of(node_id)
    local record = read(subject)

    if not record or (record.checkpoint or '') == '' then
        return fail('not_found', node_id)
    end

    redis.call('DEL', key(subject))

    if not exists('cosign:' .. node_id) then
        redis.call('ZREM', key('ix:witness'), node_id)
    end

    evidence('WITNESS_RESET', subject, 'peer', node_id, 'origin',
             record.origin, 'size', record.size, 'split', record.split or '',
             'reason', reason)

    return ok()
end)


-- input: page_num page_size
-- output: ok and a list of node_id size time split split_time (of its log)
--         cosigned cosigned_time state error (of ours)
define('witness_list', 2, READ, function(page_num, page_size)
    return page('witness', page_num, page_size, nil, function(node_id)
        local theirs = read(subject_of(node_id)) or {}
        local ours = read('cosign:' .. node_id) or {}

        return {
            'node_id', node_id, 'size', theirs.size or '0',
            'time', theirs.time or '0', 'split', theirs.split or '',
            'split_time', theirs.split_time or '0',
            'cosigned', ours.size or '0', 'cosigned_time', ours.time or '0',
            'state', ours.state or 'idle', 'error', ours.error or ''
        }
    end)
end)


-- nodes with a live contract, and the contracts
local function each_partner(body)
    for _, id in ipairs(redis.call('ZRANGE', key('partners'), 0, -1)) do
        local record = contract.find(id)

        if contract.is_live(record) then
            body(record.peer, record)
        end
    end
end


-- Is the partner to be asked now? worth and urgent: sizes that a head must
-- have to be worth asking, at the next time and within a minute.
local function is_due(ours, worth, urgent)
    local size = tonumber(ours.size or '0')
    local at = tonumber(now)

    if ours.state == 'asked' and at < tonumber(ours.asked) + TAKEN
       or ours.state == 'answered' or worth <= size
    then
        return false
    end

    return at >= tonumber(ours.next or '0')
           or urgent > size and ours.state ~= 'absent'
              and at >= tonumber(ours.asked or '0') + MINUTE
end


local function answer_of(node_id, ours, record)
    local reply = { 'what', 'answer', 'node_id', node_id,
                    'checkpoint', ours.checkpoint,
                    'cosignature', ours.cosignature,
                    'auth_credential', record.auth_credential or '' }

    if record.old_until and not past(record.old_until) then
        reply[#reply + 1] = 'old_credential'
        reply[#reply + 1] = record.old_credential or ''
    end

    return reply
end


-- input: worth urgent (sizes of the log: of the last entry that is worth to
--        be cosigned, and of the last that is so soon) all (1: also heads that
--        were told before)
-- output: ok and a list of what: "ask" node_id from (size to prove from),
--         "answer" node_id checkpoint cosignature auth_credential
--         old_credential, "head" node_id checkpoint (of its log, cosigned
--         last)
define('witness_turn', 3, RELIEF, function(worth, urgent, all)
    local records = {}

    each_partner(function(node_id, record)
        local ours = read('cosign:' .. node_id) or {}
        local theirs = pick(subject_of(node_id), 'checkpoint', 'changed')

        if ours.state == 'answered' then
            records[#records + 1] = answer_of(node_id, ours, record)

        elseif is_due(ours, tonumber(worth), tonumber(urgent)) then
            records[#records + 1] = { 'what', 'ask', 'node_id', node_id,
                                      'from', ours.from or '0' }
        end

        if theirs.checkpoint and (theirs.changed == '1' or all == '1') then
            write(subject_of(node_id), { changed = '0' })
            records[#records + 1] = { 'what', 'head', 'node_id', node_id,
                                      'checkpoint', theirs.checkpoint }
        end
    end)

    return ok_list(#records, records)
end)


-- input: node_id checkpoint (to be cosigned) size body (of the message)
--        interval (ms until it is asked again)
-- output: ok
define('witness_ask', 5, WRITE, function(node_id, checkpoint, size, body,
                                         interval)
    write('cosign:' .. node_id, {
        state = 'asked', checkpoint = checkpoint, asked_size = size,
        body = body, asked = now, interval = interval,
        next = string.format('%.0f', tonumber(now) + tonumber(interval))
    })
    redis.call('SADD', key('cosigns'), node_id)
    index('witness', node_id)

    return ok()
end)


-- what the courier is to ask now, see peer_take
function witness.take(records)
    for _, node_id in ipairs(redis.call('SMEMBERS', key('cosigns'))) do
        local record = contract.live(node_id)
        local ours = read('cosign:' .. node_id) or {}

        redis.call('SREM', key('cosigns'), node_id)

        if record and ours.state == 'asked' then
            records[#records + 1] = {
                'what', 'cosign', 'contract_id', record.contract_id,
                'node_id', node_id, 'address', record.address or '',
                'speaks', record.speaks or '',
                'described', record.described or '', 'body', ours.body,
                'size', ours.asked_size
            }
        end
    end
end


-- The partner did not cosign. Said once, until it has cosigned again.
local function refused(node_id, ours, fields)
    if ours.refused ~= '1' then
        evidence('HEAD_REFUSED', subject_of(node_id), 'peer', node_id,
                 'size', ours.asked_size, 'reason', fields.error)
    end

    fields.state, fields.refused = 'refused', '1'
end


local function next_time(ms)
    return string.format('%.0f', tonumber(now) + ms)
end


-- what the answers of a partner leave in its record, by their outcomes
local outcome_of = {

    cosigned = function(_, _, fields, cosignature)
        with(fields, { state = 'answered', cosignature = cosignature })
    end,

    -- it knows another size: proven from there at once, but once
    size = function(node_id, ours, fields, size)
        fields.from = size

        if ours.again == '1'
           or tonumber(size) > tonumber(ours.asked_size)
        then
            fields.again = '0'
            fields.error = 'it has cosigned a head of size ' .. size
                           .. ' of this log'
            refused(node_id, ours, fields)
        else
            with(fields, { state = 'idle', again = '1', next = now })
        end
    end,

    absent = function(_, _, fields)
        with(fields, { state = 'absent', next = next_time(DAY) })
    end,

    again = function(_, ours, fields, text)
        local tries = math.min(tonumber(ours.tries or '0'), 16)
        local wait = math.min(MINUTE * 2 ^ tries, tonumber(ours.interval))

        with(fields, { state = 'idle', error = text,
                       tries = string.format('%d', tries + 1),
                       next = next_time(wait) })
    end,

    refused = function(node_id, ours, fields, text)
        fields.error = text
        refused(node_id, ours, fields)
    end
}


-- input: node_id size (that was asked for) outcome (cosigned, size, absent,
--        again, refused) text (the cosignature; the size that it knows; why)
-- output: ok (also when something else was asked meanwhile) | invalid_fields
-- evidence: HEAD_REFUSED (for the first of several)
define('witness_told', 4, RELIEF, function(node_id, size, outcome, text)
    local ours = read('cosign:' .. node_id) or {}
    local fields = { error = '', tries = '0', body = '' }

    if not outcome_of[outcome]
       or outcome == 'size' and not string.find(text, '^%d+$')
    then
        return fail('invalid_fields', 'outcome')
    end

    if ours.state == 'asked' and ours.asked_size == size then
        outcome_of[outcome](node_id, ours, fields, text)
        write('cosign:' .. node_id, fields)
    end

    return ok()
end)


-- input: node_id size good (1: the cosignature verifies and is in the log's
--        folder) origin root (of the head) reason (why not)
-- output: ok
-- evidence: HEAD_COSIGNED; HEAD_REFUSED for one that does not verify
define('witness_settled', 6, RELIEF, function(node_id, size, good, origin,
                                              root, reason)
    local ours = read('cosign:' .. node_id) or {}
    local fields = { cosignature = '', error = reason }

    if ours.state ~= 'answered' or ours.asked_size ~= size then
        return ok()
    end

    if good == '1' then
        with(fields, { state = 'idle', size = size, from = size, time = now,
                       refused = '0', again = '0' })
        evidence('HEAD_COSIGNED', subject_of(node_id), 'peer', node_id,
                 'role', 'owner', 'origin', origin, 'size', size,
                 'root', root)
    else
        refused(node_id, ours, fields)
    end

    write('cosign:' .. node_id, fields)

    return ok()
end)
