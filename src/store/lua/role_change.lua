
-- Roles that this node makes itself, and groups of roles. Both have a list:
-- of patterns, or of roles.

local LIST = { role = 'permissions', role_group = 'roles' }


-- what a record of a kind gives to whom it is given
local function patterns_of(kind, record)
    local list = role.list(record[LIST[kind]])

    return kind == 'role' and list or role.patterns(list)
end


-- nil, or the reply when a list has what there is not
local function unknown(kind, record)
    local list = role.list(record[LIST[kind]])

    if kind == 'role' then
        local pattern = role.unknown(list)

        return pattern and fail('invalid_fields',
                                '/permissions: nothing asks for ' .. pattern)
    end

    for _, name in ipairs(list) do
        if not role.exists('role', name) then
            return fail('invalid_fields', '/roles: there is no role ' .. name)
        end
    end

    return nil
end


local function save(by, kind, name, before, fields)
    local subject = kind .. ':' .. name
    local after = with(with({}, before or {}), fields)
    local refused = unknown(kind, after)
                    or operator.refused(by,
                                        before and patterns_of(kind, before)
                                               or {},
                                        patterns_of(kind, after))
                    or operator.abandoned(subject, after)

    if refused then
        return refused
    end

    write(subject, with(fields, { name = name, update_time = now,
                                  create_time = after.create_time or now }))

    if not before then
        index(kind, name)
    end

    evidence('ROLE_CHANGED', subject, 'by', by, LIST[kind],
             after[LIST[kind]] or '[]')

    return ok()
end


-- who has a role or a group, or nil
local function user_of(kind, name)
    local field = kind == 'role' and 'roles' or 'role_groups'

    for _, holder in ipairs({ 'operator', 'role_group' }) do
        for _, member in ipairs(redis.call('ZRANGE', key('ix:' .. holder), 0,
                                           -1))
        do
            local names = role.list(get(holder .. ':' .. member, field))

            for _, one in ipairs(names) do
                if one == name then
                    return holder .. ' ' .. member
                end
            end
        end
    end

    return nil
end


-- the record of what may be changed, or nil and the reply
local function changeable(kind, name)
    local record = read(kind .. ':' .. name)

    if kind == 'role' and role.default(name) then
        return nil, fail('wrong_state', name .. ' is a default role')
    end

    if not record then
        return nil, fail('not_found', name)
    end

    return record
end


local function create(kind, by, name, ...)
    if role.exists(kind, name) then
        return fail('conflict', name)
    end

    return save(by, kind, name, nil, fields_of(...))
end


local function update(kind, by, name, ...)
    local record, refused = changeable(kind, name)

    return refused or save(by, kind, name, record, fields_of(...))
end


local function delete(kind, by, name)
    local record, refused = changeable(kind, name)

    if refused then
        return refused
    end

    local user = user_of(kind, name)

    if user then
        return fail('in_use', user)
    end

    refused = operator.refused(by, patterns_of(kind, record))

    if refused then
        return refused
    end

    redis.call('DEL', key(kind .. ':' .. name))
    redis.call('ZREM', key('ix:' .. kind), name)
    evidence('ROLE_CHANGED', kind .. ':' .. name, 'by', by, 'status',
             'DELETED')

    return ok()
end


-- input: by name name value... (permissions, description)
-- output: ok | conflict | invalid_fields | not_permitted (what by does not
--         hold)
-- evidence: ROLE_CHANGED
define('role_create', 2, WRITE, function(...)
    return create('role', ...)
end)


-- input: by name name value... (permissions, description)
-- output: ok | not_found | invalid_fields | not_permitted | wrong_state (a
--         default role, or the last administrator's)
-- evidence: ROLE_CHANGED
define('role_update', 2, WRITE, function(...)
    return update('role', ...)
end)


-- input: by name
-- output: ok | not_found | in_use | not_permitted | wrong_state (a default
--         role)
-- evidence: ROLE_CHANGED
define('role_delete', 2, RELIEF, function(by, name)
    return delete('role', by, name)
end)


-- input: by name name value... (roles, description)
-- output: ok | conflict | invalid_fields | not_permitted (what by does not
--         hold)
-- evidence: ROLE_CHANGED
define('role_group_create', 2, WRITE, function(...)
    return create('role_group', ...)
end)


-- input: by name name value... (roles, description)
-- output: ok | not_found | invalid_fields | not_permitted | wrong_state (the
--         last administrator's)
-- evidence: ROLE_CHANGED
define('role_group_update', 2, WRITE, function(...)
    return update('role_group', ...)
end)


-- input: by name
-- output: ok | not_found | in_use | not_permitted
-- evidence: ROLE_CHANGED
define('role_group_delete', 2, RELIEF, function(by, name)
    return delete('role_group', by, name)
end)
