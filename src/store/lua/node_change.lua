
-- body(id, record) for every contract that may still end
local function each_contract(body)
    for _, id in ipairs(redis.call('ZRANGE', key('ix:contract'), 0, -1)) do
        local status = get('contract:' .. id, 'status')

        if status == 'APPLIED' or status == 'APPROVED' then
            body(id, contract.find(id))
        end
    end
end


local function tell_partners(body_json)
    each_contract(function(id, record)
        if contract.is_live(record) then
            outbox(record, 'contract:' .. id, '/v1/interconn/node/update',
                   '{"contract_id":' .. quote(id) .. ',"node_info":'
                   .. body_json .. '}')
        end
    end)
end


-- what partners see of us, in pairs
local function public()
    local list = {}

    for _, name in ipairs({ 'name', 'institution', 'inst_id', 'system',
                            'system_version', 'address' })
    do
        list[#list + 1] = name
        list[#list + 1] = get('node', name) or ''
    end

    return list
end


-- input: body_json name value...
-- output: ok | conflict (node_id is immutable)
-- evidence: NODE_UPDATED
define('node_update', 1, WRITE, function(body_json, ...)
    local fields = fields_of(...)
    local record = read('node') or {}

    if fields.node_id and fields.node_id ~= (record.node_id or self_node) then
        return fail('conflict', 'node_id')
    end

    write('node', with(fields, { update_time = now }))
    evidence('NODE_UPDATED', 'node', unpack(public()))
    tell_partners(body_json)

    return ok()
end)


-- The record as a whole: what is not given is not there any more.
-- input: by body_json name value...
-- output: ok | conflict (node_id is immutable, or it is registered otherwise)
-- evidence: NODE_REGISTERED
define('node_register', 2, WRITE, function(by, body_json, ...)
    local fields = fields_of(...)
    local record = read('node') or {}
    local same = record.registration == 'REGISTERED'

    if fields.node_id ~= (record.node_id or self_node) then
        return fail('conflict', 'node_id')
    end

    for field, value in pairs(fields) do
        same = same and record[field] == value
    end

    if same then
        return ok()
    end

    if record.registration == 'REGISTERED' then
        return fail('conflict', 'registered already; use node/update')
    end

    redis.call('DEL', key('node'))
    write('node', with(fields, {
        registration = 'REGISTERED', published = record.published or '1',
        create_time = record.create_time or now, update_time = now
    }))
    evidence('NODE_REGISTERED', 'node', 'by', by, unpack(public()))
    tell_partners(body_json)

    return ok()
end)


-- Ends every contract, with all granted under it, and tells the partners.
-- input: by
-- output: ok
-- evidence: NODE_DEREGISTERED, CONTRACT_TERMINATED for each contract,
--           AUDIT_TERMINATED for each audit under it
define('node_deregister', 1, RELIEF, function(by)
    if get('node', 'registration') == 'DEREGISTERED' then
        return ok()
    end

    write('node', { registration = 'DEREGISTERED', published = '0',
                    node_id = self_node, update_time = now })
    evidence('NODE_DEREGISTERED', 'node', 'by', by)

    each_contract(function(_, record)
        if record and not step_refused('contract_terminate_out', record,
                                       'TERMINATED')
        then
            contract.terminate(record)
            contract.tell_end(record)
        end
    end)

    return ok()
end)


local function publish(by, flag, event)
    if (get('node', 'published') or '1') ~= flag then
        write('node', { published = flag, update_time = now })
        evidence(event, 'node', 'by', by)
    end

    return ok()
end


-- input: by
-- output: ok
-- evidence: NODE_PUBLISHED
define('node_publish', 1, WRITE, function(by)
    return publish(by, '1', 'NODE_PUBLISHED')
end)


-- input: by
-- output: ok
-- evidence: NODE_UNPUBLISHED
define('node_unpublish', 1, RELIEF, function(by)
    return publish(by, '0', 'NODE_UNPUBLISHED')
end)
