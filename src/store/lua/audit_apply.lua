
-- an object of ours that the peer sees, or nil and the error's reply
local function shown_to(record, kind, id)
    local found = catalog.visible(kind, id, record.contract_id, record.peer)

    if not found then
        return nil, absent('audit_apply_in', id,
                           exists('object:' .. kind .. ':' .. id))
    end

    return found
end


-- By kind: nil when a partner may ask for this, else the error's reply. What
-- is ours must be there for it; its own ids mean nothing here.
local refused_here = {
    dataset = function(record, id)
        return select(2, shown_to(record, 'dataset', id))
    end,

    component = function(record, id)
        return select(2, shown_to(record, 'component', id))
    end,

    -- the project is the peer's; the datasets that it names are ours
    project = function(record, _, fields)
        for _, one in ipairs(decoded(fields.datasets) or {}) do
            local id = type(one) == 'table' and one.dataset_id or one

            if type(id) ~= 'string' then
                return fail('invalid_fields',
                            '/datasets: must have summaries or ids')
            end

            local found, error_reply = shown_to(record, 'dataset', id)

            if not found then
                return error_reply
            end
        end

        return nil
    end,

    job = function(record, id, fields)
        local old = read('job:' .. id)

        if old and not job.is_renewable(old, record.peer) then
            return fail('conflict', id)
        end

        if not job.roles(fields.config) then
            return fail('invalid_config', 'role')
        end

        return job.role_refused(fields.config)
               or job.refused_reuse(record.peer, fields)
    end,

    model = function(record, id, fields)
        local model, error_reply = shown_to(record, 'model', id)

        if not model then
            return error_reply
        end

        for field, name in pairs({ model_digest = 'digest',
                                   task_id = 'task_id' })
        do
            if (fields[field] or '') ~= ''
               and string.lower(fields[field])
                   ~= string.lower(model[name] or '')
            then
                return fail('conflict', field)
            end
        end

        return nil
    end
}


-- The peer has changed its job: nobody has to answer what it asked before.
local function supersede(peer, job_id)
    for _, member in ipairs(redis.call('SMEMBERS',
                                       key('audits-pending:' .. peer)))
    do
        local old = read('audit:' .. member)

        if old and old.resource_type == 'job' and old.resource_id == job_id
           and old.asked ~= '1'
        then
            audit.change('audit:' .. member, old, 'REJECTED', {})
        end
    end
end


-- input: kind peer contract_id ('': the live one) audit_id digest resource_id
--        name value... (queries: a job's texts, see query.lua)
-- output: ok | no_contract | not_found | conflict | too_many | invalid_config
--         | invalid_fields (datasets, or a time_limit that is over)
--         | reuse_missing
-- evidence: AUDIT_APPLIED; AUDIT_REJECTED for a request of the peer for the
--           same job as it was before; QUERY_APPLIED for each text that a
--           job would run here and its owner has not answered
define('audit_apply_in', 6, WORK, function(kind, peer, contract_id, audit_id,
                                            digest, resource_id, ...)
    local same = read(audit.subject('in', kind, peer, audit_id))
    local own = audit.find('in', kind, peer, audit_id)
    local record = contract.live(peer)
    local fields = fields_of(...)

    if contract_id ~= '' then
        record = contract.find(contract_id)
    end

    if contract_id ~= '' and (not record or record.peer ~= peer) then
        return absent('audit_apply_in', contract_id, record)
    end

    if same then
        return own and same.digest == digest and ok()
               or fail('conflict', audit_id)
    end

    if not contract.is_live(record) then
        return fail('no_contract', peer)
    end

    local refused = over(fields, 'time_limit')
                    or refused_here[kind]
                       and refused_here[kind](record, resource_id, fields)

    if refused then
        return refused
    end

    if redis.call('SCARD', key('audits-pending:' .. peer))
       >= limit('requests_of_peer')
    then
        return fail('too_many', peer)
    end

    if kind == 'job' then
        supersede(peer, resource_id)
    end

    local texts = fields.queries

    fields.queries = nil

    local subject = audit.create('in', kind, record, audit_id, resource_id,
                                 with(fields, { digest = digest }))

    query.of_application(subject, read(subject), texts)

    return ok()
end)


-- input: kind contract_id audit_id resource_id body_json name value...
-- output: ok audit_id | not_found | no_contract | conflict
--         | invalid_fields (time_limit is over)
-- evidence: AUDIT_APPLIED
define('audit_apply_out', 5, WORK, function(kind, contract_id, audit_id,
                                             resource_id, body_json, ...)
    local record = contract.find(contract_id)
    local fields = fields_of(...)

    if not record then
        return fail('not_found', contract_id)
    end

    local same = read(audit.subject('out', kind, record.peer, audit_id))

    if same then
        if same.node_id ~= record.peer or same.resource_id ~= resource_id then
            return fail('conflict', audit_id)
        end

        return ok('audit_id', audit_id)
    end

    if not contract.is_live(record) then
        return fail('no_contract', record.peer)
    end

    local refused = over(fields, 'time_limit')

    if refused then
        return refused
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

    redis.call('SET', key('asked:' .. subject), body_json)
    outbox(record, subject, '/v1/interconn/' .. kind .. '/audit/apply',
           body_json)
end
