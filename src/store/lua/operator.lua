
-- Operators: who works with this node. Their keys are a token, of which we
-- have the SHA-256, and certificates, of which we have the digest of the key.


function operator.is_usable(record)
    return record.status ~= 'DISABLED' and not past(record.expire_time)
end


function operator.lacks(permission)
    return fail('not_permitted', 'permission ' .. permission .. ' is missing')
end


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


-- input: token_sha256 spki ('': none) permission
-- output: ok name | no_operator | not_permitted (permission)
define('operator_identify', 3, READ, function(token_sha256, spki, permission)
    local name = name_of(token_sha256, spki)
    local record = name and read('operator:' .. name)

    if not record or not operator.is_usable(record) then
        return fail('no_operator')
    end

    if not role.allow(role.held(record), permission) then
        return operator.lacks(permission)
    end

    return ok('name', name)
end)


-- input: name token_sha256 roles (words between commas; '' removes the
--        operator)
-- output: ok | invalid_fields (no such role) | conflict (another's token)
-- evidence: ROLE_CHANGED
define('operator_put', 3, WRITE, function(name, token_sha256, roles)
    local record = read('operator:' .. name)
    local owner = redis.call('GET', key('operator-token:' .. token_sha256))
    local names = {}

    for word in string.gmatch(roles, '[^, ]+') do
        names[#names + 1] = word
    end

    local missing = role.missing(names)

    if missing then
        return fail('invalid_fields', 'no role "' .. missing .. '"')
    end

    if owner and owner ~= name then
        return fail('conflict', 'token')
    end

    if #names == 0 then
        if record then
            operator.remove(name, record, '')
        end

        return ok()
    end

    operator.save('', name, record, {
        token = token_sha256, roles = role.json(names)
    }, 'ROLE_CHANGED')

    return ok()
end)


-- Writes what is new of an operator and says so; record is what was or nil.
function operator.save(by, name, record, fields, event)
    local old, changed = record or {}, {}

    for field, value in pairs(fields) do
        if old[field] ~= value then
            changed[field] = value
        end
    end

    if next(changed) == nil then
        return
    end

    if changed.token then
        redis.call('DEL', key('operator-token:' .. (old.token or '')))
        redis.call('SET', key('operator-token:' .. changed.token), name)
    end

    if changed.keys then
        for _, spki in ipairs(role.list(old.keys)) do
            redis.call('DEL', key('operator-key:' .. spki))
        end

        for _, spki in ipairs(role.list(changed.keys)) do
            redis.call('SET', key('operator-key:' .. spki), name)
        end
    end

    if not record then
        with(changed, { name = name, create_time = now })
        index('operator', name)
    end

    write('operator:' .. name, with(changed, { update_time = now }))
    evidence(event, 'operator:' .. name, 'by', by,
             'roles', changed.roles or old.roles or '[]',
             'role_groups', changed.role_groups or old.role_groups or '[]',
             'status', changed.status or old.status or 'ENABLED',
             'keys', changed.keys or old.keys or '[]')
end


function operator.remove(name, record, by)
    redis.call('DEL', key('operator:' .. name),
               key('operator-token:' .. (record.token or '')))
    redis.call('ZREM', key('ix:operator'), name)

    for _, spki in ipairs(role.list(record.keys)) do
        redis.call('DEL', key('operator-key:' .. spki))
    end

    evidence('ROLE_CHANGED', 'operator:' .. name, 'by', by, 'roles', '[]',
             'status', 'DELETED')
end
