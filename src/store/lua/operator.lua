
-- Operators: who works with this node. Their keys are a token, of which we
-- have the SHA-256, and certificates, of which we have the digest of the key.
-- by: the operator who asks for a change; '' is the node's own shell.


function operator.is_usable(record)
    return record.status ~= 'DISABLED' and not past(record.expire_time)
end


function operator.is_there(name)
    local record = read('operator:' .. name)

    return record ~= nil and operator.is_usable(record)
end


function operator.lacks(name, permission)
    return fail('not_permitted', 'operator ' .. name .. ' lacks permission '
                                 .. permission)
end


-- a key is an operator's or a node's, never both
function operator.has_key(spki)
    return exists('operator-key:' .. spki)
end


function operator.is_no_peer()
    return fail('not_permitted', 'this key is an operator\'s')
end


-- Nil, or the reply when by has not all of the patterns: nobody changes what
-- holds more than himself.
function operator.refused(by, ...)
    if by == '' then
        return nil
    end

    local record = read('operator:' .. by)

    if not record or not operator.is_usable(record) then
        return fail('no_operator')
    end

    local held = role.held(record)

    for _, patterns in ipairs({ ... }) do
        local lacking = role.lacking(held, patterns)

        if lacking then
            return operator.lacks(by, lacking)
        end
    end

    return nil
end


-- someone may do everything, and for ever; look(subject) gives records
local function administered(look)
    for _, name in ipairs(redis.call('ZRANGE', key('ix:operator'), 0, -1)) do
        local record = look('operator:' .. name)

        if record and record.status ~= 'DISABLED'
           and milliseconds(record.expire_time) == ''
           and role.allow(role.held(record, look), '*')
        then
            return true
        end
    end

    return false
end


-- Nil, or the reply when nobody would be left who may do everything after a
-- subject's record became this one (false: none).
function operator.abandoned(subject, record)
    local function look(other)
        if other == subject then
            return record or nil
        end

        return read(other)
    end

    if administered(read) and not administered(look) then
        return fail('wrong_state', 'the last administrator')
    end

    return nil
end


-- nil, or the reply when a key of a list is another operator's or a peer's
local function key_taken(name, keys)
    for _, spki in ipairs(role.list(keys)) do
        local owner = redis.call('GET', key('operator-key:' .. spki))

        if (owner and owner ~= name)
           or redis.call('EXISTS', key('spki:' .. spki)) == 1
        then
            return fail('conflict', 'certificate of someone else')
        end
    end

    return nil
end


-- nil, or the reply when a list names what there is not
local function name_unknown(fields)
    for field, kind in pairs({ roles = 'role', role_groups = 'role_group' })
    do
        for _, name in ipairs(role.list(fields[field])) do
            if not role.exists(kind, name) then
                return fail('invalid_fields', '/' .. field .. ': there is no '
                                              .. kind .. ' ' .. name)
            end
        end
    end

    return nil
end


-- Gives an operator new fields, or makes it (record nil), if by may.
function operator.change(by, name, record, fields, event)
    local after = with(with({}, record or {}), fields)
    local refused = name_unknown(fields) or key_taken(name, fields.keys)
                    or operator.refused(by, record and role.held(record) or {},
                                        role.held(after))
                    or operator.abandoned('operator:' .. name, after)

    if refused then
        return refused
    end

    operator.save(by, name, record, fields, event)

    return ok()
end


-- strings that lead to an operator: from the old ones to the new ones
local function lead(prefix, name, old, new)
    for _, one in ipairs(old) do
        redis.call('DEL', key(prefix .. one))
    end

    for _, one in ipairs(new) do
        redis.call('SET', key(prefix .. one), name)
    end
end


-- Writes what is new of an operator and says so; record is what was or nil.
function operator.save(by, name, record, fields, event)
    local old = record or {}
    local changed = differing(old, fields)

    if not changed then
        return
    end

    if changed.token then
        lead('operator-token:', name, { old.token }, { changed.token })
    end

    if changed.keys then
        lead('operator-key:', name, role.list(old.keys),
             role.list(changed.keys))
    end

    if not record then
        with(changed, { name = name, create_time = now })
        index('operator', name)
    end

    write('operator:' .. name, with(changed, { update_time = now }))
    with(old, changed)
    evidence(event, 'operator:' .. name, 'by', by,
             'roles', old.roles or '[]',
             'role_groups', old.role_groups or '[]',
             'status', old.status or 'ENABLED', 'keys', old.keys or '[]',
             'expire_time', old.expire_time or '')
end


function operator.remove(by, name, record)
    lead('operator-token:', name, { record.token }, {})
    lead('operator-key:', name, role.list(record.keys), {})
    redis.call('DEL', key('operator:' .. name))
    redis.call('ZREM', key('ix:operator'), name)
    evidence('ROLE_CHANGED', 'operator:' .. name, 'by', by,
             'roles', '[]', 'role_groups', '[]', 'status', 'DELETED',
             'keys', '[]', 'expire_time', '')
end
