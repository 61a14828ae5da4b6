
local function create(id, fields)
    write('contract:' .. id, with(fields, {
        contract_id = id,
        status = 'APPLIED',
        gen = '1',
        create_time = now,
        update_time = now
    }))
    index('contract', id)

    if fields.dir == 'in' then
        redis.call('SADD', key('applications'), id)
        inbox.add('contract:' .. id)
    end

    known.learn(fields.peer, fields, 'application')
    evidence('CONTRACT_APPLIED', 'contract:' .. id, 'peer', fields.peer,
             'dir', fields.dir, 'spki', fields.spki or '',
             'inst_id', fields.inst_id or '', 'name', fields.name or '',
             'address', fields.address or '')
end


-- nil, or the reply to an application that cannot be kept
local function refused_new(peer, applications, new_id, fields)
    if redis.call('HLEN', applications) >= limit('applications_of_peer')
       or redis.call('SCARD', key('applications')) >= limit('applications')
    then
        return fail('too_many', peer)
    end

    if contract.find(new_id) then
        return fail('conflict', new_id)
    end

    return over(fields, 'expired_time')
end


-- input: mode ident cert_name digest new_id name value...
-- output: ok contract_id | contract_exists | too_many | unknown_certificate
--         (it names no node) | conflict (new_id is taken) | not_permitted
--         (an operator's key) | node_deregistered | invalid_fields
--         (expired_time is over)
-- evidence: CONTRACT_APPLIED
define('contract_apply_in', 5, WORK, function(mode, ident, cert_name, digest,
                                               new_id, ...)
    local peer = mode == 'node' and ident or cert_name
    local applications = key('applications:' .. ident)
    local fields = fields_of(...)

    if peer == '' then
        return fail('unknown_certificate', 'it names no node')
    end

    if operator.has_key(ident) then
        return operator.is_no_peer()
    end

    if get('node', 'registration') == 'DEREGISTERED' then
        return fail('node_deregistered')
    end

    contract.expire()

    local live = contract.live(peer) or contract.live_of_ident(ident)

    -- a key that another partner announced, and never applied with: who
    -- shows it has it
    if live and live.peer ~= peer and live.key_time and live.spki == ident then
        live = nil
    end

    if live then
        if not contract.has_key(live, ident) or live.peer ~= peer then
            return fail('contract_exists', live.contract_id)
        end

        return ok('contract_id', live.contract_id)
    end

    local same = redis.call('HGET', applications, digest)

    if same then
        return ok('contract_id', same)
    end

    local refused = refused_new(peer, applications, new_id, fields)

    if refused then
        return refused
    end

    create(new_id, with(fields, {
        peer = peer, node_id = peer, dir = 'in', mode = mode, spki = ident,
        digest = digest
    }))
    redis.call('HSET', applications, digest, new_id)
    redis.call('SET', key('spki:' .. ident), new_id)

    return ok('contract_id', new_id)
end)


-- input: new_id node_id address body_json name value...
-- output: ok contract_id (of an application or live contract with that node,
--         if there is one) | conflict (new_id is taken)
--         | invalid_fields (expired_time is over)
-- evidence: CONTRACT_APPLIED
define('contract_apply_out', 4, WORK, function(new_id, node_id, address,
                                                body_json, ...)
    local pending = redis.call('GET', key('applied-to:' .. node_id))
    local fields = fields_of(...)
    local live = contract.live(node_id)

    contract.expire()

    if live then
        return ok('contract_id', live.contract_id)
    end

    if pending then
        return ok('contract_id', pending)
    end

    local refused = over(fields, 'expired_time')

    if refused then
        return refused
    end

    if contract.find(new_id) then
        return fail('conflict', new_id)
    end

    create(new_id, with(fields, {
        peer = node_id, node_id = node_id, dir = 'out', mode = '', spki = '',
        address = address, handle = new_id
    }))
    redis.call('SET', key('applied-to:' .. node_id), new_id)
    redis.call('SET', key('asked:contract:' .. new_id), body_json)
    outbox({ peer = node_id, address = address }, 'contract:' .. new_id,
           '/v1/interconn/node/contract/apply', body_json, 'contract', new_id)

    return ok('contract_id', new_id)
end)
