
-- input: name value...
-- output: ok; fields already set are kept
-- evidence: NODE_REGISTERED
define('node_init', 0, WRITE, function(...)
    local created = not exists('node')

    for field, value in pairs(fields_of(...)) do
        redis.call('HSETNX', key('node'), field, value)
    end

    if created and exists('node') then
        redis.call('HSETNX', key('node'), 'create_time', now)
        evidence('NODE_REGISTERED', 'node')
    end

    return ok()
end)


-- input: -
-- output: ok and the record | not_found
define('node_get', 0, READ, function()
    return ok_record('node')
end)


-- input: body_json name value...
-- output: ok | conflict (node_id is immutable)
-- evidence: NODE_UPDATED
define('node_update', 1, WRITE, function(body_json, ...)
    local fields = fields_of(...)
    local node = read('node') or {}

    if fields.node_id and fields.node_id ~= (node.node_id or self_node) then
        return fail('conflict', 'node_id')
    end

    write('node', with(fields, { update_time = now }))
    evidence('NODE_UPDATED', 'node')

    for _, id in ipairs(redis.call('ZRANGE', key('ix:contract'), 0, -1)) do
        local record = contract.find(id)

        if contract.is_live(record) then
            outbox(record, 'contract:' .. id, '/v1/interconn/node/update',
                   '{"contract_id":' .. quote(id) .. ',"node_info":'
                   .. body_json .. '}')
        end
    end

    return ok()
end)
