
-- Requests for what is in escrow: one party asks all holders, whose operators
-- answer; shares come sealed for the asker's key. A request to release is
-- answered in the same way: who agrees gives up its share, and with as many
-- of them as the threshold the owner's content goes too.

local PATH = '/v1/interconn/ext/escrow/recover/'

-- requests of a peer for one escrow, whatever became of them
local MOST_ASKED = 256

local OPEN = { ASKED = true, APPLIED = true, RESTORING = true,
               APPROVED = true }


local function answers_of(id)
    return key('recovery-answers:' .. id)
end


local function count(id, wanted)
    local n = 0

    for _, answer in ipairs(redis.call('HVALS', answers_of(id))) do
        n = n + (answer == wanted and 1 or 0)
    end

    return n
end


local function nodes_with(id, wanted)
    local list, answers = {}, redis.call('HGETALL', answers_of(id))

    for i = 1, #answers, 2 do
        if answers[i + 1] == wanted then
            list[#list + 1] = answers[i]
        end
    end

    table.sort(list)

    return table.concat(list, ' ')
end


local function change(record, status, fields)
    write('recovery:' .. record.recovery_id,
          with(fields or {}, { status = status, update_time = now }))
    record.status = status
end


-- What the request had: shares go as soon as nobody needs them.
local function close(record)
    redis.call('DEL', key('recovery-shares:' .. record.recovery_id),
               key('recovery-sent:' .. record.recovery_id))
    inbox.done('recovery:' .. record.recovery_id)
    escrow.end_work('hand', record.recovery_id)
    escrow.end_work('restore', record.recovery_id)

    if record.dir == 'in' then
        redis.call('SREM', key('recoveries-pending:' .. record.node_id),
                   record.recovery_id)
    end
end


local function fail_request(record, reason)
    change(record, 'FAILED', { reason_failed = reason })
    close(record)
    escrow.tell('RES_RECOVERY_FAILED',
                read('escrow:' .. record.escrow_id),
                'recovery_id', record.recovery_id, 'reason', reason)
end


-- how a request of a node is known here
function escrow.request_of(peer, origin_id)
    return 'R' .. string.sub(digest.sha256(peer .. ' ' .. origin_id), 1, 32)
end


-- what the holders have answered, by node
function escrow.answers(id)
    local list, answers = {}, redis.call('HGETALL', answers_of(id))

    for i = 1, #answers, 2 do
        list[answers[i]] = answers[i + 1]
    end

    return list
end


function escrow.close_request(record, status)
    change(record, status,
           record.dir == 'out' and { decided_by = asker or '' } or nil)
    close(record)
end


function escrow.forget_request(id)
    redis.call('DEL', key('recovery:' .. id), answers_of(id),
               key('recovery-shares:' .. id), key('recovery-sent:' .. id))
end


-- the escrow is over
function escrow.end_request(id)
    local record = read('recovery:' .. id)

    if record and OPEN[record.status] then
        change(record, 'EXPIRED')
        close(record)
    end
end


-- After every answer: enough, or never enough.
local function judge(record)
    local id = record.recovery_id
    local kept = read('escrow:' .. record.escrow_id)
    local needed, agreed = tonumber(kept.threshold), count(id, 'APPROVED')

    if record.status ~= 'ASKED' then
        return

    elseif agreed >= needed and record.purpose == 'release' then
        change(record, 'RELEASED')
        close(record)
        escrow.finish(kept, 'RELEASED', 'RES_ESCROW_RELEASED',
                      'recovery_id', id, 'authorised_by',
                      nodes_with(id, 'APPROVED'))

    elseif agreed >= needed then
        change(record, 'RESTORING')
        escrow.add_work('restore', id)

    elseif agreed + count(id, 'ASKED') < needed then
        fail_request(record, 'too few holders agreed')
    end
end


local function ask_holders(id, kept, purpose, reason)
    local body = '{"recovery_id":' .. quote(id) .. ',"owner":'
                 .. quote(kept.owner) .. ',"escrow_id":'
                 .. quote(kept.origin_id) .. ',"purpose":' .. quote(purpose)
                 .. ',"reason":' .. quote(reason) .. '}'

    for _, node_id in ipairs(escrow.holders(kept)) do
        local to = contract.live(node_id)

        if node_id == self_node then
            redis.call('HSET', answers_of(id), node_id,
                       (kept.share or '') ~= '' and 'APPROVED' or 'WRONG')

        elseif to then
            redis.call('HSET', answers_of(id), node_id, 'ASKED')
            redis.call('HSET', key('recovery-sent:' .. id), node_id,
                       outbox(to, 'recovery:' .. id, PATH .. 'apply', body))

        else
            redis.call('HSET', answers_of(id), node_id, 'UNREACHABLE')
        end
    end
end


-- of this node, for what it has in escrow or holds a share of
local function ask(id, escrow_id, purpose, reason)
    local kept = read('escrow:' .. escrow_id)

    if not kept then
        return fail('not_found', escrow_id)
    end

    if escrow.is_over(kept) or kept.status == 'SEALING'
       or kept.status == 'OFFERED' and kept.dir == 'in'
    then
        return fail('wrong_state', past(kept.retention_until) and 'EXPIRED'
                                   or kept.status)
    end

    if purpose == 'recover' and kept.has_content ~= '1' then
        return fail('escrow_no_content', escrow_id)
    end

    if purpose == 'release' and kept.owner ~= self_node then
        return fail('not_permitted', escrow_id)
    end

    local record = {
        recovery_id = id, resource_type = 'escrow', dir = 'out',
        escrow_id = escrow_id, node_id = self_node, purpose = purpose,
        reason = reason, status = 'ASKED', create_time = now,
        update_time = now, decided_by = asker or '', job_id = kept.job_id
    }

    write('recovery:' .. id, record)
    redis.call('SADD', key('escrow-requests:' .. escrow_id), id)
    escrow.tell('RES_RECOVERY_ASKED', kept, 'recovery_id', id,
                'purpose', purpose, 'reason', reason)
    ask_holders(id, kept, purpose, reason)
    judge(record)

    return ok('recovery_id', id)
end


-- input: recovery_id escrow_id reason
-- output: ok recovery_id | not_found | wrong_state (over, or no share yet)
--         | escrow_no_content (only the owner has the ciphertext)
-- evidence: RES_RECOVERY_ASKED; RES_RECOVERY_FAILED when too few holders can
--           be asked
define('escrow_recover', 3, WRITE, function(id, escrow_id, reason)
    return ask(id, escrow_id, 'recover', reason)
end)


-- input: recovery_id escrow_id reason
-- output: ok recovery_id | not_found | wrong_state | not_permitted (another's)
-- evidence: RES_RECOVERY_ASKED; RES_RECOVERY_FAILED when too few holders can
--           be asked
define('escrow_release', 3, WRITE, function(id, escrow_id, reason)
    return ask(id, escrow_id, 'release', reason)
end)


-- input: peer recovery_id (the peer's) owner escrow_id (the owner's)
--        purpose (recover, release) reason
-- output: ok | not_found (also when the peer is no party) | wrong_state
--         | conflict | too_many
-- evidence: RES_RECOVERY_APPLIED
define('escrow_recover_in', 6, WRITE, function(peer, origin_id, owner,
                                               escrow_id, purpose, reason)
    local id = escrow.request_of(peer, origin_id)
    local kept = read('escrow:' .. escrow.id_of(owner, escrow_id))
    local same = read('recovery:' .. id)

    if not kept or not escrow.is_party(kept, peer)
       or purpose == 'release' and peer ~= kept.owner
    then
        return absent('escrow_recover_in', escrow_id, kept)
    end

    if same then
        return same.escrow_id == kept.escrow_id and same.purpose == purpose
               and ok() or fail('conflict', origin_id)
    end

    if escrow.is_over(kept) or (kept.share or '') == ''
       or kept.dir == 'in' and kept.status ~= 'HELD'
    then
        return fail('wrong_state', past(kept.retention_until) and 'EXPIRED'
                                   or kept.status)
    end

    local pending = key('recoveries-pending:' .. peer)

    if redis.call('SCARD', pending) >= limit('requests_of_peer')
       or tonumber(redis.call('HGET', key('escrow-asked:' .. kept.escrow_id),
                              peer) or 0) >= MOST_ASKED
    then
        return fail('too_many', peer)
    end

    redis.call('HINCRBY', key('escrow-asked:' .. kept.escrow_id), peer, 1)

    write('recovery:' .. id, {
        recovery_id = id, origin_id = origin_id, resource_type = 'escrow',
        dir = 'in', escrow_id = kept.escrow_id, node_id = peer,
        contract_id = (contract.live(peer) or {}).contract_id or '',
        resource_id = kept.escrow_id, purpose = purpose, status = 'APPLIED',
        why = reason, owner = owner, job_id = kept.job_id,
        task_name = kept.key, digest = kept.digest,
        time_limit = kept.retention_until, create_time = now,
        update_time = now
    })
    redis.call('SADD', pending, id)
    redis.call('SADD', key('escrow-requests:' .. kept.escrow_id), id)
    inbox.add('recovery:' .. id)
    escrow.tell('RES_RECOVERY_APPLIED', kept, 'peer', peer,
                'recovery_id', id, 'purpose', purpose, 'reason', reason)

    return ok()
end)


local function answer(record, status, share, reason)
    local to = contract.live(record.node_id)

    if to then
        outbox(to, 'recovery:' .. record.recovery_id, PATH .. 'confirm',
               '{"recovery_id":' .. quote(record.origin_id) .. ',"status":'
               .. quote(status) .. ',"share":' .. quote(share)
               .. ',"reason":' .. quote(reason) .. '}')
    end
end


-- a request of a peer that waits for this node's answer; nil and the reply
local function to_answer(name, id, status)
    local record = read('recovery:' .. id)

    if not record or record.dir ~= 'in' then
        return nil, absent(name, id)
    end

    local kept = read('escrow:' .. record.escrow_id)

    if record.status == 'HANDED' then
        record.status = 'APPROVED'
    end

    if record.status == 'APPLIED' and escrow.is_over(kept) then
        return nil, fail('wrong_state', 'EXPIRED')
    end

    local refused = step_refused(name, record, status)

    if refused then
        return nil, refused
    end

    return record, kept
end


-- input: recovery_id
-- output: ok (also when it was approved before) | not_found | wrong_state
-- evidence: RES_RECOVERY_APPROVED; RES_ESCROW_RELEASED when it is let go
define('escrow_approve', 1, WRITE, function(id)
    local record, kept = to_answer('escrow_approve', id, 'APPROVED')

    if not record then
        return kept
    end

    escrow.tell('RES_RECOVERY_APPROVED', kept, 'peer', record.node_id,
                'recovery_id', id, 'purpose', record.purpose)
    inbox.done('recovery:' .. id)
    redis.call('SREM', key('recoveries-pending:' .. record.node_id), id)

    if record.purpose == 'release' then
        change(record, 'HANDED', { decided_by = asker or '' })
        answer(record, 'APPROVED', '', '')
        redis.call('HDEL', key('escrow:' .. record.escrow_id), 'share')

        if kept.owner ~= self_node then
            escrow.finish(kept, 'RELEASED', 'RES_ESCROW_RELEASED',
                          'recovery_id', id)
        end

    else
        change(record, 'APPROVED', { decided_by = asker or '' })
        escrow.add_work('hand', id)
    end

    return ok()
end)


-- input: recovery_id reason
-- output: ok (also when it was refused before) | not_found | wrong_state
-- evidence: RES_RECOVERY_REFUSED
define('escrow_refuse', 2, RELIEF, function(id, reason)
    local record, kept = to_answer('escrow_refuse', id, 'REJECTED')

    if not record then
        return kept
    end

    change(record, 'REJECTED', { reason = reason, decided_by = asker or '' })
    close(record)
    answer(record, 'REJECTED', '', reason)
    escrow.tell('RES_RECOVERY_REFUSED', kept, 'peer', record.node_id,
                'recovery_id', id, 'reason', reason)

    return ok()
end)


-- input: recovery_id share (base64, sealed for the asker) or '' and a reason
-- output: ok (also when done before, or the escrow is over meanwhile)
-- evidence: RES_SHARE_HANDED
define('escrow_handed', 3, WRITE, function(id, share, reason)
    local record = read('recovery:' .. id)
    local kept = record and read('escrow:' .. record.escrow_id)

    escrow.end_work('hand', id)

    if not record or record.status ~= 'APPROVED' or escrow.is_over(kept) then
        return ok()
    end

    change(record, 'HANDED')
    answer(record, share ~= '' and 'APPROVED' or 'REJECTED', share, reason)
    escrow.tell('RES_SHARE_HANDED', kept, 'peer', record.node_id,
                'recovery_id', id, 'reason', reason)

    return ok()
end)


-- input: peer recovery_id status (APPROVED, REJECTED) share reason
-- output: ok | not_found | wrong_state
-- evidence: RES_RECOVERY_APPROVED or RES_RECOVERY_REFUSED; what follows:
--           RES_RECOVERY_FAILED, RES_ESCROW_RELEASED
define('escrow_recover_confirm_in', 5, WRITE, function(peer, id, status,
                                                       share, reason)
    local record = read('recovery:' .. id)
    local before = redis.call('HGET', answers_of(id), peer)

    if not record or record.dir ~= 'out' or not before then
        return absent('escrow_recover_confirm_in', id, record)
    end

    if before == status then
        return ok()
    end

    if not OPEN[record.status]
       or before ~= 'ASKED' and before ~= 'UNREACHABLE'
    then
        return fail('wrong_state', before)
    end

    local kept = read('escrow:' .. record.escrow_id)

    if escrow.is_over(kept) then
        return fail('wrong_state', 'EXPIRED')
    end

    redis.call('HSET', answers_of(id), peer, status)

    if status == 'APPROVED' and record.purpose == 'recover' then
        redis.call('HSET', key('recovery-shares:' .. id), peer, share)
    end

    escrow.tell(status == 'APPROVED' and 'RES_RECOVERY_APPROVED'
                or 'RES_RECOVERY_REFUSED', kept, 'peer', peer,
                'recovery_id', id, 'reason', reason)
    judge(record)

    return ok()
end)


-- a holder that the request never reached
function escrow.unanswered(record, peer)
    local id = record.recovery_id

    if redis.call('HGET', answers_of(id), peer) == 'ASKED' then
        redis.call('HSET', answers_of(id), peer, 'UNREACHABLE')
        judge(record)
    end
end


-- input: recovery_id node_id: its share is not the one of the owner's record
-- output: ok (also when done before) | not_found
-- evidence: RES_SHARE_WRONG; RES_RECOVERY_FAILED when too few are left
define('escrow_share_wrong', 2, WRITE, function(id, node_id)
    local record = read('recovery:' .. id)

    if not record then
        return fail('not_found', id)
    end

    if redis.call('HGET', answers_of(id), node_id) ~= 'APPROVED' then
        return ok()
    end

    redis.call('HSET', answers_of(id), node_id, 'WRONG')
    redis.call('HDEL', key('recovery-shares:' .. id), node_id)
    escrow.end_work('restore', id)
    escrow.tell('RES_SHARE_WRONG', read('escrow:' .. record.escrow_id),
                'peer', node_id, 'recovery_id', id)

    if record.status == 'RESTORING' then
        change(record, 'ASKED')
    end

    judge(record)

    return ok()
end)


-- input: recovery_id reason: all shares are good, and the content is not
-- output: ok (also when done before) | not_found
-- evidence: RES_RECOVERY_FAILED
define('escrow_restore_failed', 2, RELIEF, function(id, reason)
    local record = read('recovery:' .. id)

    if not record then
        return fail('not_found', id)
    end

    if record.status == 'RESTORING' then
        fail_request(record, reason)
    end

    return ok()
end)


-- input: recovery_id namespace name (where the content is again)
-- output: ok (also when done before) | not_found | wrong_state (it is over)
-- evidence: RES_RECOVERED
define('escrow_restored', 3, WRITE, function(id, namespace, name)
    local record = read('recovery:' .. id)
    local kept = record and read('escrow:' .. record.escrow_id)

    if not record then
        return fail('not_found', id)
    end

    if record.status ~= 'RESTORING' or escrow.is_over(kept) then
        return record.status == 'RECOVERED' and ok()
               or fail('wrong_state', record.status)
    end

    change(record, 'RECOVERED')
    close(record)
    artefact.recover(kept, namespace, name)
    escrow.tell('RES_RECOVERED', kept, 'recovery_id', id,
                'authorised_by', nodes_with(id, 'APPROVED'))

    return ok()
end)


-- input: recovery_id
-- output: ok and the record, answers (JSON: node_id, answer) | not_found
define('escrow_recovery', 1, READ, function(id)
    local record = read('recovery:' .. id)
    local list, answers = {}, redis.call('HGETALL', answers_of(id))

    if not record then
        return fail('not_found', id)
    end

    for i = 1, #answers, 2 do
        list[#list + 1] = '{"node_id":' .. quote(answers[i]) .. ',"answer":'
                          .. quote(answers[i + 1]) .. '}'
    end

    table.sort(list)
    record.answers = '[' .. table.concat(list, ',') .. ']'

    return { 'ok', unpack(flat_of(record)) }
end)
