
-- Our own node. registration: DEREGISTERED when we have left the network;
-- published: '0' when only partners are told about us.

-- never told to anybody outside
local INTERNAL = { management_address = true, component_address = true }


-- input: name value...
-- output: ok; fields already set are kept
-- evidence: NODE_REGISTERED
define('node_init', 0, WRITE, function(...)
    local created = not exists('node')

    known.learn_all()
    job.stand_all()

    if get('node', 'registration') then
        return ok()
    end

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


-- input: node_id
-- output: ok and the record of this node, of a partner or of a known node
--         | not_found
define('node_query', 1, READ, function(node_id)
    if node_id == self_node then
        return ok_record('node')
    end

    local live = contract.live(node_id)

    if live then
        return ok_record('contract:' .. live.contract_id)
    end

    if exists('known:' .. node_id) then
        return ok_record('known:' .. node_id)
    end

    return fail('not_found', node_id)
end)


-- Who has no contract with us learns about us only what is published.
-- input: node_id mode ident cert_name
-- output: ok and the public record | not_found | node_deregistered
define('node_query_in', 4, READ, function(node_id, mode, ident)
    local record = node_id == self_node and read('node')
    local flat = {}

    if not record then
        return fail('not_found', node_id)
    end

    if record.registration == 'DEREGISTERED' then
        return fail('node_deregistered')
    end

    if record.published == '0' and not contract.live_of_ident(ident)
       and not (mode == 'node' and contract.live(ident))
    then
        return fail('not_found', node_id)
    end

    for field, value in pairs(record) do
        if not INTERNAL[field] then
            flat[#flat + 1] = field
            flat[#flat + 1] = value
        end
    end

    return ok(unpack(flat))
end)
