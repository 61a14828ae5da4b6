
-- What operators may do: patterns "kind.right", "kind.*", "*.right" or "*"
-- by roles, which may come by groups of roles.

-- in the order of src/api/roles.def
local DEFAULT = {
@ROLES@
}

-- all that endpoints ask for
local PERMISSIONS = { @PERMISSIONS@ }

local default = {}

-- there is no ipairs() while the library is loaded
for i = 1, #DEFAULT do
    default[DEFAULT[i].name] = DEFAULT[i]
end


-- a JSON array of strings as a list
function role.list(text)
    return (text or '') == '' and {} or cjson.decode(text)
end


function role.exists(kind, name)
    return (kind == 'role' and default[name] ~= nil)
           or exists(kind .. ':' .. name)
end


-- the pattern holds all that permission, itself perhaps a pattern, stands for
local function holds(pattern, permission)
    if pattern == '*' or pattern == permission then
        return true
    end

    local kind, right = string.match(permission, '^(.-)%.(.*)$')

    return kind ~= nil
           and (pattern == kind .. '.*' or pattern == '*.' .. right)
end


function role.allow(patterns, permission)
    for _, pattern in ipairs(patterns) do
        if holds(pattern, permission) then
            return true
        end
    end

    return false
end


-- nil, or the first of wanted that patterns do not hold
function role.lacking(patterns, wanted)
    for _, permission in ipairs(wanted) do
        if not role.allow(patterns, permission) then
            return permission
        end
    end

    return nil
end


-- nil, or the first pattern that stands for nothing an endpoint asks for
function role.unknown(patterns)
    for _, pattern in ipairs(patterns) do
        local any = false

        for _, permission in ipairs(PERMISSIONS) do
            any = any or holds(pattern, permission)
        end

        if not any then
            return pattern
        end
    end

    return nil
end


-- every permission that the patterns stand for
function role.spelled_out(patterns)
    local all = {}

    for _, permission in ipairs(PERMISSIONS) do
        if role.allow(patterns, permission) then
            all[#all + 1] = permission
        end
    end

    return all
end


-- the patterns of one role; look(subject) is read() or sees things changed
local function patterns_of(name, look)
    if default[name] then
        return default[name].permissions
    end

    local record = look('role:' .. name)

    return record and role.list(record.permissions) or {}
end


-- the patterns of some roles together
function role.patterns(names, look)
    local patterns = {}

    for _, name in ipairs(names) do
        for _, pattern in ipairs(patterns_of(name, look or read)) do
            patterns[#patterns + 1] = pattern
        end
    end

    return patterns
end


-- what an operator holds by its roles and role_groups
function role.held(record, look)
    local names = role.list(record.roles)

    look = look or read

    for _, name in ipairs(role.list(record.role_groups)) do
        local group = look('role_group:' .. name)

        for _, member in ipairs(group and role.list(group.roles) or {}) do
            names[#names + 1] = member
        end
    end

    local held = role.patterns(names, look)

    -- its own record is everybody's
    held[#held + 1] = 'self.*'

    return held
end


-- a default role as a record, or nil
function role.default(name)
    local one = default[name]

    return one and {
        name = one.name, description = one.description,
        description_zh = one.description_zh,
        permissions = json_list(one.permissions), is_default = 'true'
    }
end


function role.defaults()
    return DEFAULT
end
