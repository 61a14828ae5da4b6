
-- who has this token, this certificate or both; '' is none
local function name_of(token_sha256, spki)
    local by_key = spki ~= '' and redis.call('GET',
                                             key('operator-key:' .. spki))

    if token_sha256 == '' then
        return by_key
    end

    local name = redis.call('GET', key('operator-token:' .. token_sha256))

    return (spki == '' or by_key == name) and name
end


-- Out of the network one looks, administers and registers again.
local function left_network(permission)
    local kind, right = string.match(permission, '^(.-)%.(.*)$')

    return get('node', 'registration') == 'DEREGISTERED' and kind ~= 'self'
           and right ~= 'read' and right ~= 'admin'
end


-- what identifies and permits of an operator who may call, or nil
function operator.of_caller(name)
    local record = pick('operator:' .. name, 'name', 'status', 'expire_time',
                        'roles', 'role_groups', 'token')

    return record.name and operator.is_usable(record) and record or nil
end


-- nil, or the reply when such an operator may not make this call
function operator.refused_call(record, permission)
    if not role.allow(role.held(record), permission) then
        return operator.lacks(record.name, permission)
    end

    return left_network(permission) and fail('node_deregistered') or nil
end


-- input: token_sha256 spki ('': none) permission
-- output: ok name | no_operator | not_permitted (permission)
--         | node_deregistered
define('operator_identify', 3, READ, function(token_sha256, spki, permission)
    local name = name_of(token_sha256, spki)
    local record = name and operator.of_caller(name)

    if not record then
        return fail('no_operator')
    end

    return operator.refused_call(record, permission) or ok('name', name)
end)


-- what of an operator is shown, as pairs
local function shown(record)
    local flat = {}

    for field, value in pairs(record) do
        if field ~= 'token' then
            flat[#flat + 1] = field
            flat[#flat + 1] = value
        end
    end

    return flat
end


-- input: name
-- output: ok and the record with its permissions, the node_id and inst_id of
--         this node | not_found
define('operator_get', 1, READ, function(name)
    local record = read('operator:' .. name)

    if not record then
        return fail('not_found', name)
    end

    record.permissions = json_list(role.spelled_out(role.held(record)))
    record.node_id = self_node
    record.inst_id = get('node', 'inst_id') or ''

    return ok(unpack(shown(record)))
end)


-- input: page_num page_size
-- output: ok and a list of records
define('operator_list', 2, READ, function(page_num, page_size)
    return page('operator', page_num, page_size, nil, function(name)
        return shown(read('operator:' .. name) or {})
    end)
end)
