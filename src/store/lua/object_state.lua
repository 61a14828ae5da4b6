
-- Whether an object may be seen and used: published, online, offline, gone.

local DELETED = {
    dataset = 'RES_DELETED', model = 'RES_DELETED', flow = 'FLOW_REMOVED',
    project = 'PROJECT_DELETED', component = 'COMPONENT_UNREGISTERED'
}

-- reasons that an answer names
local MAX_SAID = 8


-- nil and the reply when it is not there
local function found(kind, id)
    local record = read(object.subject(kind, id))

    if not record then
        return nil, fail('not_found', id)
    end

    return record
end


local function set_state(kind, id, record, state, event)
    local words = object.words(kind)

    if object.state(kind, record) == state then
        return
    end

    write(object.subject(kind, id), { [words.field] = words[state],
                                      update_time = now })
    evidence(event, object.subject(kind, id), 'state', state)
end


-- input: kind id pub_scope ('': protect) usage_limits (JSON; '': as before)
-- output: ok | not_found
-- evidence: RES_PUBLISHED, unless it was so before; a dataset is described
define('object_publish', 4, WRITE, function(kind, id, pub_scope, limits)
    local record, error_reply = found(kind, id)
    local words = object.words(kind)

    if not record then
        return error_reply
    end

    object.change(kind, id, record, {
        [words.field] = words.online,
        pub_scope = pub_scope ~= '' and pub_scope or 'protect',
        usage_limits = limits ~= '' and limits or record.usage_limits
    }, 'RES_PUBLISHED')

    if kind == 'dataset' then
        object.ask_description(id)
    end

    return ok()
end)


-- input: kind id
-- output: ok (also when it was) | not_found
-- evidence: RES_OFFLINE
define('object_offline', 2, RELIEF, function(kind, id)
    local record, error_reply = found(kind, id)

    if not record then
        return error_reply
    end

    set_state(kind, id, record, 'offline', 'RES_OFFLINE')

    return ok()
end)


-- input: kind id
-- output: ok (also when it was) | not_found
-- evidence: RES_ONLINE
define('object_online', 2, WRITE, function(kind, id)
    local record, error_reply = found(kind, id)

    if not record then
        return error_reply
    end

    set_state(kind, id, record, 'online', 'RES_ONLINE')

    return ok()
end)


-- input: kind id state (online, disconnected)
-- output: ok (also when it was) | not_found | invalid_fields (state)
--         | wrong_state (who took it offline brings it online)
-- evidence: RES_STATE_REPORTED
define('object_report', 3, WRITE, function(kind, id, state)
    local record, error_reply = found(kind, id)

    if not record then
        return error_reply
    end

    if state ~= 'online' and state ~= 'disconnected' then
        return fail('invalid_fields', 'state')
    end

    if object.state(kind, record) == 'offline' then
        return fail('wrong_state', 'offline')
    end

    set_state(kind, id, record, state, 'RES_STATE_REPORTED')

    return ok()
end)


-- input: kind id
-- output: ok state version revision (of a component) status pub_scope used
--         last_use update_time in_use (0, 1) used_by (a JSON array of what
--         stands in the way of deleting it) | not_found
define('object_state', 2, READ, function(kind, id)
    local record, error_reply = found(kind, id)

    if not record then
        return error_reply
    end

    local users, texts = object.users(kind, id), {}

    for i, user in ipairs(users) do
        texts[i] = quote(user)
    end

    return ok('state', object.state(kind, record),
              'status', record.status or '',
              'version', record.version or '',
              'revision', record.revision or '',
              'pub_scope', record.pub_scope or '',
              'used', record.used or '0', 'last_use', record.last_use or '',
              'update_time', record.update_time,
              'in_use', #users > 0 and '1' or '0',
              'used_by', '[' .. table.concat(texts, ',') .. ']')
end)


-- what else knows of the object
local function unlink(kind, id, record)
    if kind == 'dataset' then
        object.index_query(id, record.query_digest or '', '')
        redis.call('DEL', key('readers:' .. id))

    elseif kind == 'model' then
        redis.call('DEL', key('model:' .. id))

    elseif kind == 'flow' and (record.project_id or '') ~= '' then
        redis.call('SREM', key('project-flows:' .. record.project_id), id)

    elseif kind == 'project' then
        object.release_all(id)

    elseif kind == 'component' then
        redis.call('SREM', key('component-versions:' .. record.code),
                   record.version)
        object.forget_package(id, record)
    end
end


function object.delete(kind, id, record)
    unlink(kind, id, record)
    redis.call('DEL', key(object.subject(kind, id)))
    redis.call('ZREM', key('ix:' .. kind), id)
    evidence(DELETED[kind], object.subject(kind, id))
end


-- input: kind id
-- output: ok | not_found | wrong_state (detail: by what it is used)
-- evidence: RES_DELETED, FLOW_REMOVED, PROJECT_DELETED,
--           COMPONENT_UNREGISTERED
define('object_delete', 2, RELIEF, function(kind, id)
    local record, error_reply = found(kind, id)

    if not record then
        return error_reply
    end

    if record.built_in == '1' then
        return fail('wrong_state', id .. ' is built in; disable it')
    end

    local users = object.users(kind, id)
    local said = table.concat(users, ', ', 1, math.min(#users, MAX_SAID))

    if #users > MAX_SAID then
        said = said .. string.format(' and %d more', #users - MAX_SAID)
    end

    if #users > 0 then
        return fail('wrong_state', 'used by ' .. said)
    end

    object.delete(kind, id, record)

    return ok()
end)
