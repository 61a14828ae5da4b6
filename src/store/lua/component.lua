
-- Components: known by code and version, "code:version" as their id.


local function component_id(code, version)
    return code .. ':' .. version
end


-- input: code version name value...
-- output: ok (also when it was registered with the same values) | conflict
--         | invalid_fields (version)
-- evidence: COMPONENT_REGISTERED
define('component_register', 2, WRITE, function(code, version, ...)
    local id = component_id(code, version)
    local same = read(object.subject('component', id))
    local fields = with(fields_of(...), { code = code, version = version })

    -- it would be another code's
    if version == '' or string.find(version, ':', 1, true) then
        return fail('invalid_fields', 'version')
    end

    if same then
        return differing(same, fields) and fail('conflict', id) or ok()
    end

    object.create('component', id, fields)

    return ok()
end)


-- What an operator decides; the rest of a built-in one comes with the
-- program.
local KEPT = { status = true, state = true, pub_scope = true }


-- input: code version name value...
-- output: ok; what an operator decided is kept
-- evidence: COMPONENT_REGISTERED, or COMPONENT_CONFIGURED when the program
--           describes it otherwise now
define('component_built_in', 2, WRITE, function(code, version, ...)
    local id = component_id(code, version)
    local record = read(object.subject('component', id))
    local fields = with(fields_of(...), { code = code, version = version,
                                          built_in = '1' })

    if not record then
        object.create('component', id, fields)

        return ok()
    end

    for field in pairs(KEPT) do
        fields[field] = nil
    end

    object.change('component', id, record, fields, 'COMPONENT_CONFIGURED')

    return ok()
end)


-- input: id... ("code:version" of every built-in component)
-- output: ok; built-in components that are not named are no more
-- evidence: COMPONENT_UNREGISTERED for each
define('component_keep', 0, RELIEF, function(...)
    local kept = {}

    for _, id in ipairs({ ... }) do
        kept[id] = true
    end

    for _, id in ipairs(redis.call('ZRANGE', key('ix:component'), 0, -1)) do
        local record = read(object.subject('component', id))

        if record and record.built_in == '1' and not kept[id] then
            object.delete('component', id, record)
        end
    end

    -- the descriptions of all components have gone through here: an idle
    -- node keeps their remains for ever
    collectgarbage('collect')

    return ok()
end)


local function set_status(id, status)
    local record = read(object.subject('component', id))

    if not record then
        return fail('not_found', id)
    end

    object.change('component', id, record,
                  { status = status,
                    disabled_reason = record.disabled_reason and '' },
                  'COMPONENT_CONFIGURED')

    return ok()
end


-- input: id ("code:version")
-- output: ok (also when it was) | not_found
-- evidence: COMPONENT_CONFIGURED
define('component_enable', 1, WRITE, function(id)
    return set_status(id, 'ENABLED')
end)


-- input: id ("code:version")
-- output: ok (also when it was) | not_found
-- evidence: COMPONENT_CONFIGURED
define('component_disable', 1, RELIEF, function(id)
    return set_status(id, 'DISABLED')
end)


-- input: id ("code:version") reason
-- output: ok (also when it was disabled) | not_found
-- evidence: COMPONENT_UNLOADED, with the reason
define('component_unload', 2, RELIEF, function(id, reason)
    local subject = object.subject('component', id)
    local record = read(subject)

    if not record then
        return fail('not_found', id)
    end

    if record.status == 'DISABLED' and record.disabled_reason == reason then
        return ok()
    end

    write(subject, { status = 'DISABLED', disabled_reason = reason,
                     update_time = now,
                     revision = string.format('%d',
                         (tonumber(record.revision) or 0) + 1) })
    evidence('COMPONENT_UNLOADED', subject, 'reason', reason)

    return ok()
end)


-- some version of the component is registered here
function object.is_registered(name)
    return exists('component-versions:' .. name)
end


-- A step of a DAG names a component that is not registered here, or one that
-- test(record) accepts; without version any of its versions.
function object.is_usable(step, test)
    local versions, known = { step.version }, false

    if step.version == '' then
        versions = redis.call('SMEMBERS', key('component-versions:'
                                              .. step.componentName))
    end

    for _, version in ipairs(versions) do
        local record = read(object.subject('component',
                                 component_id(step.componentName, version)))

        if record and test(record) then
            return true
        end

        known = known or record ~= nil
    end

    return not known
end


-- the first step of a DAG that is not usable, or nil
function object.refused_step(dag, test)
    for _, step in ipairs(job.components(dag)) do
        if not object.is_usable(step, test) then
            return 'component ' .. step.componentName
        end
    end

    return nil
end


function object.is_enabled(record)
    return record.status ~= 'DISABLED'
end
