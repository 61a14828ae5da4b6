
local UPDATABLE = { 'name', 'institution', 'system', 'system_version',
                    'address', 'description' }


-- of a contract, for peer_identify
local BRIEF = { 'speaks' }
local WHOLE = { 'speaks', 'spki', 'auth_type', 'auth_credential', 'old_type',
                'old_credential' }

-- keys of a contract that are remembered for the permits bound to them
local MAX_KEYS = 16

local OLD = { old_type = true, old_credential = true }


-- The id of a caller's contract and the fields of it that are named, peer
-- besides; nil, nil and the error's reply without a live one.
function contract.identify(mode, ident, ...)
    local id = mode == 'node' and redis.call('GET', key('nodeof:' .. ident))
               or redis.call('GET', key('spki:' .. ident))
    local record = id and pick('contract:' .. id, 'peer', 'status',
                               'expired_time', 'ended', 'spki', 'old_spki',
                               'old_until', ...)

    if not record or not record.peer then
        return nil, nil, operator.has_key(ident) and operator.is_no_peer()
                         or fail('unknown_certificate')
    end

    if record.status == 'TERMINATED' then
        return nil, nil, fail(record.ended == 'expired' and 'contract_expired'
                              or 'contract_terminated', id)
    end

    if record.status ~= 'APPROVED' then
        return nil, nil, fail('no_contract', record.status)
    end

    if past(record.expired_time) then
        return nil, nil, fail('contract_expired', id)
    end

    if mode ~= 'node' and not contract.has_key(record, ident) then
        return nil, nil, fail('key_retired', id)
    end

    return id, record
end


-- input: mode ("spki" or "node") ident; brief: anything else, for who will
--        verify nothing
-- output: ok node_id inst_id contract_id; if the partner has them speaks;
--         unless brief spki (its present key) auth_type auth_credential and,
--         while they are good, old_type old_credential
--         | unknown_certificate | no_contract | contract_terminated
--         | contract_expired | key_retired | not_permitted (an operator's key)
define('peer_identify', 2, READ, function(mode, ident, brief)
    local id, record, error_reply = contract.identify(mode, ident, 'inst_id',
                                          unpack(brief and BRIEF or WHOLE))

    if not id then
        return error_reply
    end

    local reply = ok('node_id', record.peer, 'inst_id', record.inst_id or '',
                     'contract_id', id)
    local overlap = record.old_until and not past(record.old_until)

    for _, name in ipairs(brief and BRIEF or WHOLE) do
        if record[name] and (overlap or not OLD[name]) then
            reply[#reply + 1] = name
            reply[#reply + 1] = record[name]
        end
    end

    return reply
end)


-- A partner may change its key as often as it likes, and fills no store.
local function remember_key(id, spki, present)
    local keys = key('contract-keys:' .. id)

    redis.call('LREM', keys, 0, spki)
    redis.call('RPUSH', keys, spki)

    local oldest = redis.call('LLEN', keys) > MAX_KEYS
                   and redis.call('LPOP', keys)

    if oldest and oldest ~= present
       and redis.call('GET', key('spki:' .. oldest)) == id
    then
        redis.call('DEL', key('spki:' .. oldest))
    end
end


-- A key that the peer has proven to be its next one. The one before stays
-- good for the overlap; of three keys only the two newest ever are. That all
-- lead to the contract is what permits bound to them live by. Nil, or the
-- error's reply.
local function change_key(record, fields)
    local id, spki = record.contract_id, fields.key_spki
    local owner = redis.call('GET', key('spki:' .. spki))
    local other = owner and owner ~= id and read('contract:' .. owner)

    -- whoever proves to have it too: a key stands for one party
    if operator.has_key(spki) or (other and other.peer ~= record.peer) then
        return fail('conflict', 'auth_credential')
    end

    if tonumber(fields.key_time) <= tonumber(record.key_time or '0') then
        return fail('conflict', 'proof_time')
    end

    write('contract:' .. id, {
        spki = spki, key_time = fields.key_time,
        auth_type = fields.key_type, auth_credential = fields.key_credential,
        old_spki = record.spki, old_type = record.auth_type or '',
        old_credential = record.auth_credential or '',
        old_until = string.format('%.0f', tonumber(now)
                                          + tonumber(fields.key_overlap)),
        update_time = now
    })
    redis.call('SET', key('spki:' .. spki), id)
    remember_key(id, spki, record.spki)
    evidence('PEER_KEY_CHANGED', 'contract:' .. id, 'peer', record.peer,
             'old', record.spki or '', 'new', spki,
             'auth_type', fields.key_type or '',
             'auth_credential', fields.key_credential or '')

    return nil
end


-- input: peer contract_id name value... (with a new key, whose proof was
--        checked: key_type key_credential key_spki key_time key_overlap (ms))
-- output: ok | not_found | wrong_state | conflict (node_id, inst_id,
--         auth_credential: another node's, proof_time: not newer)
-- evidence: PEER_INFO_RECORDED, PEER_KEY_CHANGED
define('peer_node_update', 2, WRITE, function(peer, id, ...)
    local record = contract.find(id)
    local fields, changed, told = fields_of(...), {}, {}

    if not record or record.peer ~= peer then
        return absent('peer_node_update', id, record)
    end

    if not authority.peer_node_update.from[record.status] then
        return fail('wrong_state', record.status)
    end

    for _, name in ipairs({ 'node_id', 'inst_id' }) do
        if (fields[name] or '') ~= '' and (record[name] or '') ~= ''
           and fields[name] ~= record[name]
        then
            return fail('conflict', name)
        end
    end

    for _, name in ipairs(UPDATABLE) do
        if (fields[name] or '') ~= '' and fields[name] ~= record[name] then
            changed[name] = fields[name]
            told[#told + 1] = name
            told[#told + 1] = fields[name]
        end
    end

    local refused = fields.key_spki and change_key(record, fields)

    if refused then
        return refused
    end

    if next(changed) then
        write('contract:' .. record.contract_id,
              with(changed, { update_time = now }))
        known.learn(peer, changed, 'contract')
        evidence('PEER_INFO_RECORDED', 'contract:' .. record.contract_id,
                 'peer', peer, unpack(told))
    end

    return ok()
end)
