
-- Shares at those that hold them: offered by the owner, looked at by the
-- holder's process, confirmed to the owner.

local PATH = '/v1/interconn/ext/escrow/'

-- ciphertexts of a peer that the store has until the process took them
local MOST_COPIES = 16

-- of the owner's record; what the holder has otherwise is its own
local OFFERED = { 'job_id', 'task_id', 'key', 'kind', 'digest', 'format',
                  'rows', 'bytes', 'threshold', 'retention_until', 'level',
                  'ciphertext_digest', 'signature', 'share', 'holders' }


function escrow.drop_copy(record)
    redis.call('DEL', key('escrow-copy:' .. record.escrow_id))
    redis.call('SREM', key('escrow-copies:' .. record.owner),
               record.escrow_id)
end


-- False: there are as many of that peer's as there may be.
local function keep_copy(peer, id, ciphertext)
    local copies = key('escrow-copies:' .. peer)

    if ciphertext == '' then
        return true
    end

    if redis.call('SCARD', copies) >= MOST_COPIES then
        return false
    end

    redis.call('SET', key('escrow-copy:' .. id), ciphertext)
    redis.call('SADD', copies, id)

    return true
end


-- input: peer escrow_id (the owner's) digest (of the body) name value...
--        (job_id task_id key kind digest ... share, holders: JSON;
--        ciphertext: base64, when the owner wants it to be here too)
-- output: ok | conflict | not_found (a job that is not this node's and the
--         peer's) | invalid_fields (a term that is over, this node has
--         no share) | too_many
-- evidence: RES_ESCROW_OFFERED
define('escrow_apply_in', 3, WRITE, function(peer, origin_id, body_digest,
                                             ...)
    local id = escrow.id_of(peer, origin_id)
    local fields = fields_of(...)
    local same = read('escrow:' .. id)

    if same then
        return same.body_digest == body_digest and ok()
               or fail('conflict', origin_id)
    end

    local record = {
        escrow_id = id, origin_id = origin_id, owner = peer, dir = 'in',
        status = 'OFFERED', body_digest = body_digest,
        has_content = '0', create_time = now, update_time = now
    }

    for _, name in ipairs(OFFERED) do
        record[name] = fields[name] or ''
    end

    record.digest = fields.output_digest or ''

    local job_record = read('job:' .. record.job_id)

    if not job_record or not (job.party(job_record.config, peer)
                              or job_record.initiator == peer)
    then
        return absent('escrow_apply_in', record.job_id, job_record)
    end

    if not is_listed(table.concat(escrow.holders(record), ' '), self_node)
    then
        return fail('invalid_fields', '/holders: this node is not among them')
    end

    if record.retention_until == '' or past(record.retention_until) then
        return fail('invalid_fields', '/retention_until: is over')
    end

    if redis.call('SCARD', key('escrows-of:' .. peer))
       >= 16 * limit('requests_of_peer')
    then
        return fail('too_many', peer)
    end

    if not keep_copy(peer, id, fields.ciphertext or '') then
        return fail('too_many', peer)
    end

    write('escrow:' .. id, record)
    redis.call('SADD', key('escrows-of:' .. peer), id)
    redis.call('ZADD', key('escrow-ends'), record.retention_until, id)
    index('escrow', id)
    escrow.add_work('hold', id)
    escrow.tell('RES_ESCROW_OFFERED', record, 'peer', peer)

    return ok()
end)


local function answer(record, status, reason)
    local owner = contract.live(record.owner)

    if owner then
        outbox(owner, 'escrow:' .. record.escrow_id, PATH .. 'confirm',
               '{"escrow_id":' .. quote(record.origin_id) .. ',"status":'
               .. quote(status) .. ',"reason":' .. quote(reason) .. '}')
    end
end


-- what both sides say of an escrow that stands
function escrow.tell_kept(record, ...)
    escrow.tell('RES_ESCROWED', record,
                'ciphertext_digest', record.ciphertext_digest,
                'threshold', record.threshold,
                'holders', table.concat(escrow.holders(record), ' '),
                'retention_until', record.retention_until,
                'level', record.level, ...)
end


-- input: escrow_id has_content (1: the ciphertext is here too) old (1: the
--        share is sealed for the key before, so it is sealed anew)
-- output: ok (also when done before) | not_found
-- evidence: RES_ESCROWED
define('escrow_held', 2, WRITE, function(id, has_content, old)
    local record = read('escrow:' .. id)

    if not record then
        return fail('not_found', id)
    end

    escrow.end_work('hold', id)

    if record.status ~= 'OFFERED' then
        return ok()
    end

    write('escrow:' .. id, { status = 'HELD', update_time = now,
                             has_content = has_content })
    escrow.drop_copy(record)

    if (old or '0') ~= '0' then
        escrow.add_work('reseal', id)
    end

    answer(record, 'HELD', '')
    escrow.tell_kept(record, 'peer', record.owner)

    return ok()
end)


-- input: escrow_id reason: the share or the owner's signature is not good
-- output: ok (also when done before) | not_found
-- evidence: RES_ESCROW_REFUSED
define('escrow_unfit', 2, RELIEF, function(id, reason)
    local record = read('escrow:' .. id)

    if not record then
        return fail('not_found', id)
    end

    escrow.end_work('hold', id)

    if record.status == 'OFFERED' then
        answer(record, 'REFUSED', reason)
        escrow.finish(record, 'REFUSED', 'RES_ESCROW_REFUSED',
                      'peer', record.owner, 'reason', reason)
    end

    return ok()
end)


-- enough shares are held: from now on it can be recovered
local function settle(record)
    local held = 0

    for _, state in ipairs(redis.call('HVALS', key('escrow-holders:'
                                                   .. record.escrow_id)))
    do
        held = held + (string.find(state, '^HELD') and 1 or 0)
    end

    if record.status == 'OFFERED' and held >= tonumber(record.threshold) then
        write('escrow:' .. record.escrow_id, { status = 'HELD' })
    end
end


-- of the owner's record: what became of a holder's share
local function note(record, peer, state, reason)
    redis.call('HSET', key('escrow-holders:' .. record.escrow_id), peer,
               reason == '' and state or state .. ' ' .. reason)
    write('escrow:' .. record.escrow_id, { update_time = now })
    settle(record)
end


-- input: peer escrow_id status (HELD, REFUSED) reason
-- output: ok | not_found | wrong_state
-- evidence: RES_ESCROW_CONFIRMED or RES_ESCROW_REFUSED
define('escrow_confirm_in', 4, RELIEF, function(peer, id, status, reason)
    local record = read('escrow:' .. id)
    local state = redis.call('HGET', key('escrow-holders:' .. id), peer)

    if not record or record.owner ~= self_node or not state then
        return absent('escrow_confirm_in', id, record)
    end

    state = string.match(state, '^%u+')

    if state == status then
        return ok()
    end

    if state ~= 'OFFERED' and state ~= 'UNREACHABLE' then
        return fail('wrong_state', state)
    end

    note(record, peer, status, reason)
    escrow.tell(status == 'HELD' and 'RES_ESCROW_CONFIRMED'
                or 'RES_ESCROW_REFUSED', record, 'peer', peer,
                'reason', reason)

    return ok()
end)


-- a message about an escrow that a peer never took
function escrow.undelivered(entry, text)
    local kind = string.match(entry.path, '^' .. PATH .. '(.+)$')
    local subject, id = string.match(entry.subject, '^(%w+):(.+)$')
    local record = kind and read(entry.subject)

    if not record then
        return

    elseif kind == 'apply' and subject == 'escrow' then
        if redis.call('HGET', key('escrow-holders:' .. id), entry.peer)
           == 'OFFERED'
        then
            note(record, entry.peer, 'UNREACHABLE', text)
        end

    elseif kind == 'recover/apply' then
        escrow.unanswered(record, entry.peer)
    end
end


-- what escrow_sealed does for each holder but this node
function escrow.offer(record, node_id, share, ciphertext)
    local to, body = contract.live(node_id), {}

    if not to then
        note(record, node_id, 'UNREACHABLE', 'no_contract')
        return
    end

    for _, name in ipairs(OFFERED) do
        local value = name == 'share' and share or record[name] or ''

        body[#body + 1] = quote(name == 'digest' and 'output_digest' or name)
                          .. ':'
                          .. (name == 'holders' and value
                              or is_listed('rows bytes threshold '
                                           .. 'retention_until', name)
                              and (value ~= '' and value or '0')
                              or quote(value))
    end

    body[#body + 1] = '"escrow_id":' .. quote(record.origin_id)

    if ciphertext ~= '' then
        body[#body + 1] = '"ciphertext":' .. quote(ciphertext)
    end

    note(record, node_id, 'OFFERED', '')
    outbox(to, 'escrow:' .. record.escrow_id, PATH .. 'apply',
           '{' .. table.concat(body, ',') .. '}')
end
