
-- input: by name token_sha256 keys (JSON list of digests) name value...
--        (roles, role_groups, description, expire_time, status)
-- output: ok | conflict (name, or a certificate of someone else)
--         | invalid_fields | not_permitted (what by does not hold)
-- evidence: ROLE_CHANGED
define('operator_create', 4, WRITE, function(by, name, token_sha256, keys, ...)
    local fields = fields_of(...)

    if exists('operator:' .. name) then
        return fail('conflict', name)
    end

    if past(fields.expire_time) then
        return fail('invalid_fields', '/expire_time: is over')
    end

    return operator.change(by, name, nil, with({ status = 'ENABLED' },
                           with(fields, { token = token_sha256,
                                          keys = keys })),
                           'ROLE_CHANGED')
end)


-- the reply of change() for an operator that there is
local function change_of(by, name, event, fields_for)
    local record = read('operator:' .. name)

    if not record then
        return fail('not_found', name)
    end

    return operator.change(by, name, record, fields_for(record), event)
end


-- input: by name name value... (description, expire_time, status, keys)
-- output: ok | not_found | conflict (a certificate of someone else)
--         | not_permitted | wrong_state (the last administrator)
-- evidence: ROLE_CHANGED
define('operator_update', 2, WRITE, function(by, name, ...)
    local fields = fields_of(...)

    return change_of(by, name, 'ROLE_CHANGED', function()
        return fields
    end)
end)


-- input: by name token_sha256
-- output: ok | not_found | not_permitted
-- evidence: KEY_ROTATED
define('operator_rotate', 3, WRITE, function(by, name, token_sha256)
    return change_of(by, name, 'KEY_ROTATED', function()
        return { token = token_sha256 }
    end)
end)


-- old, with or without what names
local function joined(old, names, add)
    local list, given = {}, {}

    for _, name in ipairs(names) do
        given[name] = true
    end

    for _, name in ipairs(old) do
        if add or not given[name] then
            list[#list + 1] = name
        end

        if add then
            given[name] = nil
        end
    end

    for _, name in ipairs(names) do
        if add and given[name] then
            list[#list + 1] = name
            given[name] = nil
        end
    end

    return json_list(list)
end


local function give(by, name, roles, groups, add)
    return change_of(by, name, 'ROLE_CHANGED', function(record)
        return {
            roles = joined(role.list(record.roles), role.list(roles), add),
            role_groups = joined(role.list(record.role_groups),
                                 role.list(groups), add)
        }
    end)
end


-- input: by name roles role_groups (JSON lists, '': none)
-- output: ok | not_found | invalid_fields | not_permitted
-- evidence: ROLE_CHANGED
define('operator_grant', 4, WRITE, function(by, name, roles, groups)
    return give(by, name, roles, groups, true)
end)


-- input: by name roles role_groups (JSON lists, '': none)
-- output: ok | not_found | invalid_fields | not_permitted
--         | wrong_state (the last administrator)
-- evidence: ROLE_CHANGED
define('operator_revoke', 4, RELIEF, function(by, name, roles, groups)
    return give(by, name, roles, groups, false)
end)


-- input: by name
-- output: ok | not_found | not_permitted | wrong_state (the last
--         administrator)
-- evidence: ROLE_CHANGED
define('operator_delete', 2, RELIEF, function(by, name)
    local record = read('operator:' .. name)

    if not record then
        return fail('not_found', name)
    end

    local refused = operator.refused(by, role.held(record))
                    or operator.abandoned('operator:' .. name, false)

    if refused then
        return refused
    end

    operator.remove(by, name, record)

    return ok()
end)


-- For the shell of the node, which is above the rules for operators.
-- input: name token_sha256 roles (words between commas; '' removes the
--        operator)
-- output: ok | invalid_fields | conflict (another's token)
-- evidence: ROLE_CHANGED
define('operator_put', 3, WRITE, function(name, token_sha256, roles)
    local record = read('operator:' .. name)
    local owner = redis.call('GET', key('operator-token:' .. token_sha256))
    local names = {}

    for word in string.gmatch(roles, '[^, ]+') do
        names[#names + 1] = word

        if not role.exists('role', word) then
            return fail('invalid_fields', 'there is no role ' .. word)
        end
    end

    if owner and owner ~= name then
        return fail('conflict', 'token')
    end

    if #names > 0 then
        operator.save('', name, record, {
            token = token_sha256, roles = json_list(names),
            status = record and record.status or 'ENABLED'
        }, 'ROLE_CHANGED')

    elseif record then
        operator.remove('', name, record)
    end

    return ok()
end)
