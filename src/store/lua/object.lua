
-- Objects that are registered, changed and looked up by their kind and id.

local CREATED = {
    dataset = 'RES_CREATED', model = 'RES_CREATED', flow = 'FLOW_CREATED',
    project = 'PROJECT_CREATED', component = 'COMPONENT_REGISTERED'
}

local UPDATED = {
    dataset = 'RES_UPDATED', model = 'RES_UPDATED', flow = 'FLOW_UPDATED',
    project = 'PROJECT_UPDATED', component = 'COMPONENT_CONFIGURED'
}


function object.is_online(record)
    return record.status == '1' or record.status == 'ENABLED'
end


function object.is_public(record)
    return record.pub_scope == 'public' or record.pub_scope == 'protect'
end


-- dataset_find() goes from the query to the dataset
local function index_query(id, old, new)
    if old ~= '' and old ~= new
       and redis.call('GET', key('query:' .. old)) == id
    then
        redis.call('DEL', key('query:' .. old))
    end

    if new ~= '' then
        redis.call('SET', key('query:' .. new), id)
    end
end


function object.create(kind, id, fields)
    local subject = 'object:' .. kind .. ':' .. id

    if kind == 'dataset' then
        fields.status = (fields.status or '') ~= '' and fields.status or '1'
        index_query(id, '', fields.query_digest or '')
    end

    write(subject, with(fields, { create_time = now, update_time = now }))

    if kind ~= 'component' then
        write(subject, { [kind .. '_id'] = id })
    end

    index(kind, id)
    evidence(CREATED[kind], subject)
end


-- input: kind id name value...
-- output: ok (also when it was created with the same values) | conflict
--         | invalid_fields (kind)
-- evidence: RES_CREATED, PROJECT_CREATED, FLOW_CREATED, COMPONENT_REGISTERED
define('object_create', 2, WRITE, function(kind, id, ...)
    local same = read('object:' .. kind .. ':' .. id)
    local fields = fields_of(...)

    if not CREATED[kind] then
        return fail('invalid_fields', 'kind')
    end

    if same then
        for field, value in pairs(fields) do
            if same[field] ~= value then
                return fail('conflict', id)
            end
        end

        return ok()
    end

    object.create(kind, id, fields)

    return ok()
end)


-- input: kind id
-- output: ok and the record | not_found
define('object_get', 2, READ, function(kind, id)
    return ok_record('object:' .. kind .. ':' .. id)
end)


-- input: kind field ('': no filter) value page_num page_size
-- output: ok and a list of records
define('object_list', 5, READ, function(kind, field, value, page_num,
                                        page_size)
    local prefix = 'object:' .. kind .. ':'

    return page(kind, page_num, page_size,
                field ~= '' and having(prefix, { [field] = value }) or nil,
                whole(prefix))
end)


-- input: kind id name value...
-- output: ok | not_found | invalid_fields (kind)
-- evidence: RES_UPDATED, PROJECT_UPDATED, FLOW_UPDATED, COMPONENT_CONFIGURED
define('object_update', 2, WRITE, function(kind, id, ...)
    local subject = 'object:' .. kind .. ':' .. id
    local record = read(subject)
    local fields = fields_of(...)

    if not UPDATED[kind] then
        return fail('invalid_fields', 'kind')
    end

    if not record then
        return fail('not_found', id)
    end

    if kind == 'dataset' and fields.query_digest then
        index_query(id, record.query_digest or '', fields.query_digest)
    end

    fields[kind .. '_id'] = nil
    write(subject, with(fields, { update_time = now }))
    evidence(UPDATED[kind], subject)

    return ok()
end)
