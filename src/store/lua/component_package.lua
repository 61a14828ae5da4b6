
-- Packages of components: the folder of each is interconnd's, the record is
-- here. What is unregistered is kept in mind until its folder is gone.

local FOLDERS = 'packages-gone'


-- what differs between the package that is there and this one, or nil
local function another(same, fields)
    if same.built_in == '1' or (same.package_digest or '') == '' then
        return 'is registered without a package'
    end

    if same.package_digest ~= fields.package_digest then
        return 'another package of this version is installed'
    end

    return nil
end


-- input: operator ('': at the shell of the host) code version name value...
--        (package_digest and size among them)
-- output: ok (also when this very package was installed) | conflict
--         | no_operator | not_permitted (component.edit: it may have been
--         taken since the upload began) | invalid_fields (package_digest)
-- evidence: COMPONENT_REGISTERED and COMPONENT_INSTALLED, which has the digest
define('component_install', 3, WRITE, function(by, code, version, ...)
    local id = code .. ':' .. version
    local subject = object.subject('component', id)
    local fields = with(fields_of(...), { code = code, version = version })
    local same = read(subject)
    local refused = operator.refused(by, { 'component.edit' })
    local differs = same and another(same, fields)

    if refused then
        return refused
    end

    if (fields.package_digest or '') == ''
       or version == '' or string.find(version, ':', 1, true)
    then
        return fail('invalid_fields', 'package_digest')
    end

    if differs then
        return fail('conflict', id .. ' ' .. differs)
    end

    redis.call('SREM', key(FOLDERS), id)

    if same then
        return ok()
    end

    asker = by ~= '' and by or nil
    object.create('component', id, fields)
    evidence('COMPONENT_INSTALLED', subject, 'digest', fields.package_digest)

    return ok()
end)


-- its record is gone; its folder will be
function object.forget_package(id, record)
    if (record.package_digest or '') ~= '' then
        redis.call('SADD', key(FOLDERS), id)
    end
end


-- input: -
-- output: ok and a list of component_id: unregistered, their folders not yet
--         said to be removed
define('component_gone', 0, READ, function()
    local list = redis.call('SMEMBERS', key(FOLDERS))

    table.sort(list)

    for i, id in ipairs(list) do
        list[i] = { 'component_id', id }
    end

    return ok_list(#list, list)
end)


-- input: id ("code:version"), whose folder is removed
-- output: ok (also when that was known)
-- evidence: COMPONENT_UNINSTALLED
define('component_uninstalled', 1, RELIEF, function(id)
    if redis.call('SREM', key(FOLDERS), id) == 1 then
        evidence('COMPONENT_UNINSTALLED', object.subject('component', id))
    end

    return ok()
end)


-- input: operator ('': a peer with a permit) peer ('': an operator)
--        id ("code:version")
-- output: ok package_digest | not_found (also when it is no package)
--         | no_operator | not_permitted (component.read) | wrong_state (it is
--         disabled or offline, for a peer)
-- evidence: COMPONENT_DOWNLOADED, with the digest and the peer
define('component_fetch', 3, WRITE, function(by, peer, id)
    local subject = object.subject('component', id)
    local record = read(subject)
    local refused = operator.refused(by, { 'component.read' })

    if refused then
        return refused
    end

    if not record or (record.package_digest or '') == '' then
        return fail('not_found', id)
    end

    if peer ~= '' and not object.is_online(record) then
        return fail('wrong_state', id .. ' is disabled or offline')
    end

    asker = by ~= '' and by or nil

    if peer ~= '' then
        evidence('COMPONENT_DOWNLOADED', subject, 'digest',
                 record.package_digest, 'peer', peer)
    else
        evidence('COMPONENT_DOWNLOADED', subject, 'digest',
                 record.package_digest)
    end

    return ok('package_digest', record.package_digest)
end)
