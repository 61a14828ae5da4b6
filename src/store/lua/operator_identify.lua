
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


-- input: token_sha256 spki ('': none) permission
-- output: ok name | no_operator | not_permitted (permission)
--         | node_deregistered
define('operator_identify', 3, READ, function(token_sha256, spki, permission)
    local name = name_of(token_sha256, spki)
    local record = name and pick('operator:' .. name, 'name', 'status',
                                 'expire_time', 'roles', 'role_groups')

    if not record or not record.name or not operator.is_usable(record) then
        return fail('no_operator')
    end

    if not role.allow(role.held(record), permission) then
        return operator.lacks(name, permission)
    end

    if left_network(permission) then
        return fail('node_deregistered')
    end

    return ok('name', name)
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
-- output: ok and the record with its permissions | not_found
define('operator_get', 1, READ, function(name)
    local record = read('operator:' .. name)

    if not record then
        return fail('not_found', name)
    end

    record.permissions = json_list(role.spelled_out(role.held(record)))

    return ok(unpack(shown(record)))
end)


-- input: page_num page_size
-- output: ok and a list of records
define('operator_list', 2, READ, function(page_num, page_size)
    return page('operator', page_num, page_size, nil, function(name)
        return shown(read('operator:' .. name) or {})
    end)
end)
