
local MAX_PENDING = 64


-- nil when a peer may apply for this, else the error's reply
local function refused_here(kind, peer, resource_id)
    if kind == 'dataset' then
        local dataset = read('object:dataset:' .. resource_id)

        if not dataset or not object.is_online(dataset)
           or not object.is_public(dataset)
        then
            return fail('not_found', resource_id)
        end

    elseif kind == 'job' and exists('job:' .. resource_id) then
        return fail('conflict', resource_id)
    end

    return nil
end


-- input: kind peer contract_id ('': the live one) audit_id digest resource_id
--        name value...
-- output: ok | no_contract | not_found | conflict | too_many | invalid_config
-- evidence: AUDIT_APPLIED
define('audit_apply_in', 6, WRITE, function(kind, peer, contract_id, audit_id,
                                            digest, resource_id, ...)
    local same = read(audit.subject('in', kind, peer, audit_id))
    local record = contract.live(peer)
    local fields = fields_of(...)

    if contract_id ~= '' then
        record = contract.find(contract_id)
    end

    if contract_id ~= '' and (not record or record.peer ~= peer) then
        return fail('not_found', contract_id)
    end

    if same then
        return same.digest == digest and ok() or fail('conflict', audit_id)
    end

    if not contract.is_live(record) then
        return fail('no_contract', peer)
    end

    local refused = refused_here(kind, peer, resource_id)

    if refused then
        return refused
    end

    if kind == 'job' and not job.roles(fields.config) then
        return fail('invalid_config', 'role')
    end

    if redis.call('SCARD', key('audits-pending:' .. peer)) >= MAX_PENDING then
        return fail('too_many', peer)
    end

    audit.create('in', kind, record, audit_id, resource_id,
                 with(fields, { digest = digest }))

    return ok()
end)


-- input: kind contract_id audit_id resource_id body_json name value...
-- output: ok audit_id | not_found | no_contract | conflict
-- evidence: AUDIT_APPLIED
define('audit_apply_out', 5, WRITE, function(kind, contract_id, audit_id,
                                             resource_id, body_json, ...)
    local record = contract.find(contract_id)
    local fields = fields_of(...)

    if not record then
        return fail('not_found', contract_id)
    end

    local same = read(audit.subject('out', kind, record.peer, audit_id))

    if same then
        if same.resource_id ~= resource_id then
            return fail('conflict', audit_id)
        end

        return ok('audit_id', audit_id)
    end

    if not contract.is_live(record) then
        return fail('no_contract', record.peer)
    end

    audit.ask(kind, record, audit_id, resource_id, body_json, fields)

    return ok('audit_id', audit_id)
end)


function audit.ask(kind, record, audit_id, resource_id, body_json, fields)
    local subject = audit.create('out', kind, record, audit_id, resource_id,
                                 fields)

    if kind == 'job' and get('job:' .. resource_id, 'role') == 'initiator' then
        write('job:' .. resource_id, { ['audit.' .. record.peer] = audit_id })
    end

    outbox(record, subject, '/v1/interconn/' .. kind .. '/audit/apply',
           body_json)
end
