
local UPDATABLE = { 'name', 'institution', 'system', 'system_version',
                    'address', 'description' }


-- The id of a caller's contract and the fields of it that are named, peer
-- besides; nil, nil and the error's reply without a live one.
function contract.identify(mode, ident, ...)
    local id = mode == 'node' and redis.call('GET', key('nodeof:' .. ident))
               or redis.call('GET', key('spki:' .. ident))
    local record = id and pick('contract:' .. id, 'peer', 'status',
                               'expired_time', 'ended', ...)

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

    return id, record
end


-- input: mode ("spki" or "node") ident; brief: anything else, for who will
--        not verify a signature
-- output: ok node_id inst_id contract_id auth_type auth_credential (not when
--         brief) | unknown_certificate | no_contract | contract_terminated
--         | contract_expired | not_permitted (an operator's key)
define('peer_identify', 2, READ, function(mode, ident, brief)
    local credential = brief and {} or { 'auth_type', 'auth_credential' }
    local id, record, error_reply = contract.identify(mode, ident, 'inst_id',
                                                      unpack(credential))

    if not id then
        return error_reply
    end

    local reply = ok('node_id', record.peer, 'inst_id', record.inst_id or '',
                     'contract_id', id)

    for _, name in ipairs(credential) do
        reply[#reply + 1] = name
        reply[#reply + 1] = record[name] or ''
    end

    return reply
end)


-- input: peer contract_id name value...
-- output: ok | not_found | wrong_state | conflict (node_id, inst_id)
-- evidence: PEER_INFO_RECORDED
define('peer_node_update', 2, WRITE, function(peer, id, ...)
    local record = contract.find(id)
    local fields, changed = fields_of(...), {}

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
        end
    end

    if next(changed) then
        write('contract:' .. record.contract_id,
              with(changed, { update_time = now }))
        known.learn(peer, changed, 'contract')
        evidence('PEER_INFO_RECORDED', 'contract:' .. record.contract_id,
                 'peer', peer)
    end

    return ok()
end)
