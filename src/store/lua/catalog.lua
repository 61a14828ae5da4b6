
-- What peers see of our objects.

local HIDDEN = {
    location = true, source = true, query_digest = true, contract_ids = true,
    purpose = true, address = true, used = true, last_use = true,
    built_in = true, content_key = true, min_group = true,
    describe_state = true, describe_error = true, describe_asked = true,
    describe_sign = true,
    metas_derived = true
}

-- what only those with a contract see
local CONTRACTED = { statistics = true, content_digest = true }

local is_visible = {
    dataset = function(record)
        return object.is_public(record)
    end,
    component = function(record)
        return record.pub_scope ~= 'private'
    end,
    flow = function(record)
        return object.is_public(record)
    end,
    project = function(record, contract_id)
        return object.has_contract(record, contract_id)
    end,
    -- whoever took part in making it, or all, if it was published
    model = function(record, _, peer)
        local made_by = peer and read('job:' .. (record.job_id or '')) or {}

        return object.is_public(record) or peer and made_by.initiator == peer
               or job.party(made_by.config, peer) ~= nil
    end
}

-- what a list may be asked for by
local FILTERS = { 'developer', 'category', 'project_id' }


local function may_see(kind, record, contract_id, peer)
    return is_visible[kind] and object.is_online(record)
           and is_visible[kind](record, contract_id, peer)
end


-- the same for whoever has a certificate, without a contract
local function may_all_see(kind, record)
    return is_visible[kind] and object.is_online(record)
           and record.pub_scope == 'public'
end


-- the record, or nil when the peer may not see it
function catalog.visible(kind, id, contract_id, peer)
    local record = read(object.subject(kind, id))

    return record and may_see(kind, record, contract_id, peer) and record
           or nil
end


-- Adds the record without what stays here to a flat list; nil when
-- may(kind, record, contract_id) is false. The longest part of a list, so in
-- one loop.
local function shown(flat, kind, id, may, contract_id)
    local all = redis.call('HGETALL', key(object.subject(kind, id)))
    local record, n = {}, #flat

    for i = 1, #all, 2 do
        local field, value = all[i], all[i + 1]

        record[field] = value

        if not HIDDEN[field]
           and (may ~= may_all_see or not CONTRACTED[field])
        then
            flat[n + 1], flat[n + 2] = field, value
            n = n + 2
        end
    end

    if #all > 0 and may(kind, record, contract_id) then
        return flat, record
    end

    return nil
end


-- the record without what stays here, after what is in flat; nil
function catalog.shown(flat, kind, id, contract_id)
    return shown(flat, kind, id, may_see, contract_id)
end


-- the id of the peer's live contract if it is the one it named, or nil
function catalog.entitled(peer, contract_id)
    local id = redis.call('GET', key('contract-alias:' .. contract_id))
               or contract_id
    local record = pick('contract:' .. id, 'peer', 'status', 'expired_time')

    if record.peer == peer and contract.is_live(record) then
        return id
    end

    return nil
end


local function passes(record, wanted)
    for _, field in ipairs(FILTERS) do
        if (wanted[field] or '') ~= '' and record[field] ~= wanted[field]
        then
            return false
        end
    end

    return true
end


local function list(kind, page_num, page_size, wanted, may, contract_id)
    return page(kind, page_num, page_size,
                function(member)
                    local flat, record = shown({}, kind, member, may,
                                               contract_id)

                    return flat and passes(record, wanted) and flat or nil
                end,
                function(_, flat)
                    return flat
                end)
end


-- input: kind (dataset, project, component, flow, model) peer contract_id
--        page_num page_size name value... (developer, category, project_id:
--        filters)
-- output: ok and a list of records | not_found
define('catalog_list', 5, READ, function(kind, peer, contract_id, page_num,
                                         page_size, ...)
    local id = catalog.entitled(peer, contract_id)

    if not id then
        return absent('catalog_list', contract_id,
                      contract.find(contract_id))
    end

    return list(kind, page_num, page_size, fields_of(...), may_see, id)
end)


-- input: kind peer contract_id id
-- output: ok and the record | not_found
define('catalog_get', 4, READ, function(kind, peer, contract_id, id)
    local entitlement = catalog.entitled(peer, contract_id)

    if not entitlement then
        return absent('catalog_get', id, contract.find(contract_id))
    end

    local flat = catalog.shown(ok(), kind, id, entitlement)

    return flat or absent('catalog_get', id,
                          exists(object.subject(kind, id)))
end)


-- input: kind page_num page_size name value... (as catalog_list)
-- output: ok and a list of records: what is public, for nodes without a
--         contract
define('catalog_open', 3, READ, function(kind, page_num, page_size, ...)
    return list(kind, page_num, page_size, fields_of(...), may_all_see)
end)


-- input: kind id
-- output: ok and the record of what is public | not_found
define('catalog_open_get', 2, READ, function(kind, id)
    local flat = shown(ok(), kind, id, may_all_see)

    return flat or absent('catalog_open_get', id,
                          exists(object.subject(kind, id)))
end)
