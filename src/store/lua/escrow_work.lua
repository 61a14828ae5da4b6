
-- What a process of the daemon does for escrows, since the store and nginx
-- have neither keys nor files: seal (split a key, encrypt an output), hold
-- (look at a share that was offered), hand (a share to who may have it),
-- reseal (a share for the node's next key), restore, drop (a file whose term
-- is over). A step that dies is taken again.

local AGAIN = 2000

-- ms since a change of keys in which an output may have been sealed before it
local SWITCHING = 3600000


-- input: -
-- output: ok waiting (how many steps; "1" when a term is over too)
define('escrow_waiting', 0, READ, function()
    local n = redis.call('ZCOUNT', key('escrow-work'), '-inf', now)
              + redis.call('ZCOUNT', key('escrow-ends'), '-inf', now)

    return ok('waiting', string.format('%d', n))
end)


-- the record of a holder with the credential that its share is sealed for
local function holder(one, share)
    local party = contract.live(one.node_id) or {}
    local node = one.node_id == self_node and pick('node', 'auth_credential')

    return { 'node_id', one.node_id, 'index', string.format('%d', one.index),
             'commitment', one.commitment or '', 'share', share or '',
             'credential', node and node.auth_credential
                           or party.auth_credential or '' }
end


local function all_holders(kept, shares)
    local list = {}

    for _, one in ipairs(decoded(kept.holders) or {}) do
        if not shares or shares[one.node_id] then
            list[#list + 1] = holder(one, shares and shares[one.node_id])
        end
    end

    return list
end


-- by verb: the escrow, the request, what is needed of others
local step = {
    seal = function(id)
        local kept = read('escrow:' .. id)

        return kept, {}, all_holders(kept)
    end,

    hold = function(id)
        local kept = read('escrow:' .. id)
        local owner = contract.live(kept.owner) or {}

        return with(kept, { ciphertext = redis.call('GET',
                                key('escrow-copy:' .. id)) or '' }),
               { credential = owner.auth_credential or '',
                 old_credential = not past(owner.old_until)
                                  and owner.old_credential or '' },
               all_holders(kept)
    end,

    hand = function(id)
        local request = read('recovery:' .. id)
        local party = contract.live(request.node_id) or {}
        local kept = read('escrow:' .. request.escrow_id)

        return kept, { request_id = request.origin_id,
                       asker = request.node_id,
                       credential = party.auth_credential or '' },
               all_holders(kept)
    end,

    reseal = function(id)
        local kept = read('escrow:' .. id)

        return kept, {}, all_holders(kept)
    end,

    restore = function(id)
        local request = read('recovery:' .. id)
        local kept, shares = read('escrow:' .. request.escrow_id), {}
        local flat = redis.call('HGETALL', key('recovery-shares:' .. id))

        for i = 1, #flat, 2 do
            shares[flat[i]] = flat[i + 1]
        end

        shares[self_node] = kept.share

        return kept, { request_id = id, asker = self_node },
               all_holders(kept, shares)
    end,

    drop = function(id)
        return read('escrow:' .. id), {}, {}
    end
}


-- input: -
-- output: ok and nothing; or verb id, the fields of the escrow, what the step
--         needs besides, and records: holders, their shares as far as they
--         are wanted. The step is there until its outcome is.
-- evidence: RES_ESCROW_EXPIRED of escrows whose term is over
define('escrow_next', 0, RELIEF, function()
    escrow.expire()

    local member = redis.call('ZRANGEBYSCORE', key('escrow-work'), '-inf',
                              now, 'LIMIT', 0, 1)[1]

    if not member then
        return ok()
    end

    local verb, id = string.match(member, '^(%a+) (.+)$')
    local kept, besides, records = step[verb](id)
    local reply = ok_list(#records, records)

    redis.call('ZADD', key('escrow-work'),
               string.format('%.0f', now + AGAIN), member)

    for field, value in pairs(with(with(kept, besides), { verb = verb,
                                                          id = id }))
    do
        reply[#reply + 1] = field
        reply[#reply + 1] = value
    end

    return reply
end)


-- The node has another key: what is sealed for the one before is read while
-- both are here.
function escrow.reseal()
    for _, id in ipairs(redis.call('ZRANGE', key('ix:escrow'), 0, -1)) do
        if (get('escrow:' .. id, 'share') or '') ~= '' then
            escrow.add_work('reseal', id)
        end
    end
end


-- input: escrow_id share (base64; '': it cannot be read)
-- output: ok (also when it is over)
-- evidence: RES_SHARE_RESEALED
define('escrow_resealed', 2, WRITE, function(id, share)
    local record = read('escrow:' .. id)

    escrow.end_work('reseal', id)

    if record and share ~= '' and (record.share or '') ~= '' then
        write('escrow:' .. id, { share = share })
        escrow.tell('RES_SHARE_RESEALED', record)
    end

    return ok()
end)


-- input: escrow_id ciphertext_digest ciphertext_bytes signature holders (JSON:
--        node_id, index, commitment) shares (JSON: by node, base64)
--        ciphertext (base64, when the holders get it too; '')
-- output: ok (also when done before) | not_found
-- evidence: RES_ESCROWED
define('escrow_sealed', 7, WRITE, function(id, ciphertext_digest, bytes,
                                           signature, holders, shares,
                                           ciphertext)
    local record = read('escrow:' .. id)
    local share = decoded(shares) or {}

    if not record then
        return fail('not_found', id)
    end

    escrow.end_work('seal', id)

    if record.status ~= 'SEALING' then
        return ok()
    end

    local fields = { status = 'OFFERED', has_content = '1', update_time = now,
                     ciphertext_digest = ciphertext_digest,
                     ciphertext_bytes = bytes, signature = signature,
                     holders = holders, share = share[self_node] or '' }

    write('escrow:' .. id, fields)
    with(record, fields)
    escrow.tell_kept(record)

    -- the node's key may have changed since the step was taken
    local switched = get('rotation', 'status') == 'SWITCHED'
                     and tonumber(get('rotation', 'switch_time') or '')

    if record.share ~= '' and switched and now - switched < SWITCHING then
        escrow.add_work('reseal', id)
    end

    for _, node_id in ipairs(escrow.holders(record)) do
        if node_id == self_node then
            redis.call('HSET', key('escrow-holders:' .. id), node_id, 'HELD')

        else
            escrow.offer(record, node_id, share[node_id] or '', ciphertext)
        end
    end

    return ok()
end)


-- input: escrow_id reason: it cannot be
-- output: ok (also when done before) | not_found
-- evidence: RES_ESCROW_FAILED
define('escrow_unsealed', 2, RELIEF, function(id, reason)
    local record = read('escrow:' .. id)

    if not record then
        return fail('not_found', id)
    end

    escrow.end_work('seal', id)

    if record.status == 'SEALING' then
        write('escrow:' .. id, { reason = reason })
        escrow.finish(record, 'FAILED', 'RES_ESCROW_FAILED',
                      'reason', reason)
    end

    return ok()
end)


-- input: escrow_id: its file is gone
-- output: ok (also when done before)
-- evidence: RES_ESCROW_DESTROYED
define('escrow_dropped', 1, RELIEF, function(id)
    local record = read('escrow:' .. id)

    escrow.end_work('drop', id)

    if record and record.has_content == '1' then
        write('escrow:' .. id, { has_content = '0', update_time = now })
        escrow.tell('RES_ESCROW_DESTROYED', record,
                    'ciphertext_digest', record.ciphertext_digest or '')
    end

    return ok()
end)
