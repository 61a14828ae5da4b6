
-- input: name token_sha256 roles ('' removes the token)
-- output: ok
-- evidence: ROLE_CHANGED
define('operator_put', 3, WRITE, function(name, token_sha256, roles)
    local subject = 'operator:' .. token_sha256
    local record = read(subject) or { roles = '' }

    if record.roles == roles and (roles == '' or record.name == name) then
        return ok()
    end

    if roles == '' then
        redis.call('DEL', key(subject))

    else
        write(subject, { name = name, roles = roles, update_time = now })
    end

    evidence('ROLE_CHANGED', 'operator:' .. name, 'roles', roles)

    return ok()
end)


-- input: token_sha256
-- output: ok name roles | no_operator
define('operator_identify', 1, READ, function(token_sha256)
    local record = read('operator:' .. token_sha256)

    if not record then
        return fail('no_operator')
    end

    return ok('name', record.name, 'roles', record.roles)
end)
