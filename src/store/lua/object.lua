
-- Objects that are registered, changed and looked up by their kind and id.

local CREATED = {
    dataset = 'RES_CREATED', model = 'RES_CREATED', flow = 'FLOW_CREATED',
    project = 'PROJECT_CREATED', component = 'COMPONENT_REGISTERED'
}

local UPDATED = {
    dataset = 'RES_UPDATED', model = 'RES_UPDATED', flow = 'FLOW_UPDATED',
    project = 'PROJECT_UPDATED', component = 'COMPONENT_CONFIGURED'
}

-- Where a kind keeps whether it may be used, and in which words.
local DATASET_WORDS = {
    field = 'status', online = '1', offline = '0', disconnected = '2'
}

local COMPONENT_WORDS = {
    field = 'state', online = 'online', offline = 'offline',
    disconnected = 'disconnected'
}

local OTHER_WORDS = {
    field = 'status', online = 'online', offline = 'offline',
    disconnected = 'disconnected'
}

function object.subject(kind, id)
    return 'object:' .. kind .. ':' .. id
end


function object.words(kind)
    return kind == 'dataset' and DATASET_WORDS
           or kind == 'component' and COMPONENT_WORDS or OTHER_WORDS
end


-- online, offline or disconnected
function object.state(kind, record)
    local words = object.words(kind)
    local value = record[words.field]

    return value == words.offline and 'offline'
           or value == words.disconnected and 'disconnected' or 'online'
end


-- May it be used? A component must be enabled too.
function object.is_online(record)
    local status = record.status or 'online'

    return (status == '1' or status == 'online' or status == 'ENABLED')
           and (record.state or 'online') == 'online'
end


function object.is_public(record)
    return record.pub_scope == 'public' or record.pub_scope == 'protect'
end


-- nil when a new use of ours may begin, else the error's reply
function object.refused(kind, id)
    local record = read(object.subject(kind, id))

    if not record then
        return fail('not_found', id)
    end

    if not object.is_online(record) then
        local state = object.state(kind, record)

        return fail('wrong_state', kind .. ' ' .. id .. ' is '
                                   .. (state == 'online' and 'disabled'
                                       or state))
    end

    return nil
end


-- True if it is here and takes no new use; what is not ours is not here.
function object.is_closed(kind, id)
    local record = pick(object.subject(kind, id), 'status', 'state')

    return record.status ~= nil and not object.is_online(record)
end


-- the number that rises with every change; a component's own version is
-- part of its name
function object.counter(kind)
    return kind == 'component' and 'revision' or 'version'
end


-- dataset_find() goes from the query to the dataset
function object.index_query(id, old, new)
    if old ~= '' and old ~= new
       and redis.call('GET', key('query:' .. old)) == id
    then
        redis.call('DEL', key('query:' .. old))
    end

    if new ~= '' then
        redis.call('SET', key('query:' .. new), id)
    end
end


-- what every new object has, unless fields say otherwise
local function defaults(kind, id)
    local words = object.words(kind)
    local fields = {
        [words.field] = words.online,
        [object.counter(kind)] = '1',
        pub_scope = kind == 'component' and 'protect' or 'private',
        owner = get('node', 'inst_id') or '',
        node_id = self_node
    }

    if kind == 'component' then
        local code, version = string.match(id, '^(.+):([^:]*)$')

        fields.status = 'ENABLED'
        fields.code, fields.version = code or id, version or ''

    else
        fields[kind .. '_id'] = id
    end

    return fields
end


-- pairs: what it belongs to, and what it is
local function made_for(record)
    local list = {}

    for _, name in ipairs({ 'project_id', 'job_id', 'task_id', 'digest' }) do
        if (record[name] or '') ~= '' then
            list[#list + 1] = name
            list[#list + 1] = record[name]
        end
    end

    return list
end


function object.create(kind, id, fields)
    local subject = object.subject(kind, id)
    local record = defaults(kind, id)

    -- megabytes that nobody wants who reads the record
    if kind == 'model' and fields.model then
        redis.call('SET', key('model:' .. id), fields.model)
        fields.model = nil
    end

    for field, value in pairs(fields) do
        if value ~= '' or record[field] == nil then
            record[field] = value
        end
    end

    if kind == 'dataset' then
        object.index_query(id, '', fields.query_digest or '')

    elseif kind == 'flow' and (fields.project_id or '') ~= '' then
        redis.call('SADD', key('project-flows:' .. fields.project_id), id)

    elseif kind == 'component' then
        redis.call('SADD', key('component-versions:' .. record.code),
                   record.version)
    end

    write(subject, with(record, { create_time = now, update_time = now }))
    index(kind, id)
    evidence(CREATED[kind], subject, unpack(made_for(record)))

    if kind == 'dataset' and object.wants_description(record) then
        object.ask_description(id)
    end
end


-- input: kind id name value... (a component's code and version among them)
-- output: ok (also when it was created with the same values) | conflict
--         | invalid_fields (kind) | not_found, wrong_state (the project of a
--         flow) | not_found, no_contract (a project's contract_ids)
-- evidence: RES_CREATED, PROJECT_CREATED, FLOW_CREATED, COMPONENT_REGISTERED
define('object_create', 2, WRITE, function(kind, id, ...)
    local same = read(object.subject(kind, id))
    local fields = fields_of(...)

    if not CREATED[kind] then
        return fail('invalid_fields', 'kind')
    end

    if same then
        if kind == 'model' then
            same.model = redis.call('GET', key('model:' .. id))
        end

        return differing(same, fields) and fail('conflict', id) or ok()
    end

    if kind == 'flow' and object.is_closed('project', fields.project_id or '')
    then
        return object.refused('project', fields.project_id)
    end

    local refused = kind == 'project'
                    and object.refused_members(id, {}, fields.contract_ids)

    if refused then
        return refused
    end

    object.create(kind, id, fields)

    return ok()
end)


-- input: kind id
-- output: ok and the record | not_found
define('object_get', 2, READ, function(kind, id)
    return ok_record(object.subject(kind, id))
end)


-- input: kind field ('': no filter) value page_num page_size name value...
--        (more filters; '' is any)
-- output: ok and a list of records
define('object_list', 5, READ, function(kind, field, value, page_num,
                                        page_size, ...)
    local prefix = 'object:' .. kind .. ':'
    local wanted = fields_of(...)

    if field ~= '' then
        wanted[field] = value
    end

    return page(kind, page_num, page_size, having(prefix, wanted),
                whole(prefix))
end)


-- Writes what differs; true when something did.
function object.change(kind, id, record, fields, event)
    local changed = differing(record, fields)
    local counter = object.counter(kind)

    if not changed then
        return false
    end

    local subject = object.subject(kind, id)

    changed.update_time = now
    changed[counter] = string.format('%d', (tonumber(record[counter]) or 0)
                                           + 1)
    write(subject, changed)
    evidence(event, subject, counter, changed[counter])

    return true
end


-- input: kind id name value... (version: the one that was read, '' for any;
--        of a component revision)
-- output: ok version (one more, the same when nothing differs) | not_found
--         | conflict (it has changed since that version)
--         | invalid_fields (kind) | wrong_state (a project's member that
--         is left out is in use) | not_found, no_contract (one that is new)
-- evidence: RES_UPDATED, PROJECT_UPDATED, FLOW_UPDATED, COMPONENT_CONFIGURED
define('object_update', 2, WRITE, function(kind, id, ...)
    local record = read(object.subject(kind, id))
    local fields = fields_of(...)
    local counter = object.counter(kind)
    local expected = fields[counter] or ''

    if not UPDATED[kind] then
        return fail('invalid_fields', 'kind')
    end

    if not record then
        return fail('not_found', id)
    end

    if expected ~= '' and expected ~= record[counter] then
        return fail('conflict', counter .. ' is ' .. record[counter])
    end

    local refused = kind == 'project' and fields.contract_ids
                    and object.refused_members(id, record, fields.contract_ids)

    if refused then
        return refused
    end

    if kind == 'dataset' and fields.query_digest then
        object.index_query(id, record.query_digest or '', fields.query_digest)
    end

    fields[counter], fields[kind .. '_id'] = nil, nil

    local outdated = kind == 'dataset'
                     and object.outdates_description(id, record, fields)

    object.change(kind, id, record, fields, UPDATED[kind])

    if outdated and (record.describe_state
                     or object.wants_description(with(record, fields)))
    then
        object.ask_description(id)
    end

    return ok(counter, get(object.subject(kind, id), counter))
end)
