
-- What peers see of our objects.

local HIDDEN = {
    location = true, source = true, query_digest = true, contract_ids = true
}

local is_visible = {
    dataset = function(record)
        return object.is_online(record) and object.is_public(record)
    end,
    component = function(record)
        return object.is_online(record) and record.pub_scope ~= 'private'
    end,
    project = function(record, contract_id)
        return string.find(record.contract_ids or '',
                           '"' .. contract_id .. '"', 1, true) ~= nil
    end,
    -- whoever took part in making it, or all, if it was published
    model = function(record, _, peer)
        local made_by = read('job:' .. (record.job_id or '')) or {}

        return object.is_public(record) or made_by.initiator == peer
               or job.party(made_by.config, peer) ~= nil
    end
}


local function may_see(kind, record, contract_id, peer)
    return is_visible[kind] and is_visible[kind](record, contract_id, peer)
end


-- the record, or nil when the peer may not see it
function catalog.visible(kind, id, contract_id, peer)
    local record = read('object:' .. kind .. ':' .. id)

    return record and may_see(kind, record, contract_id, peer) and record
           or nil
end


-- Adds the record without what stays here to a flat list; nil when the peer
-- may not see it. The longest part of a list, so in one loop.
local function shown(flat, kind, id, contract_id)
    local all = redis.call('HGETALL', key('object:' .. kind .. ':' .. id))
    local record, n = {}, #flat

    for i = 1, #all, 2 do
        local field, value = all[i], all[i + 1]

        record[field] = value

        if not HIDDEN[field] then
            flat[n + 1], flat[n + 2] = field, value
            n = n + 2
        end
    end

    return #all > 0 and may_see(kind, record, contract_id) and flat or nil
end


-- the id of the peer's live contract if it is the one it named, or nil
local function entitled(peer, contract_id)
    local id = redis.call('GET', key('contract-alias:' .. contract_id))
               or contract_id
    local record = pick('contract:' .. id, 'peer', 'status', 'expired_time')

    if record.peer == peer and contract.is_live(record) then
        return id
    end

    return nil
end


-- input: kind (dataset, project, component) peer contract_id page_num
--        page_size
-- output: ok and a list of records | not_found
define('catalog_list', 5, READ, function(kind, peer, contract_id, page_num,
                                         page_size)
    local id = entitled(peer, contract_id)

    if not id then
        return absent('catalog_list', contract_id,
                      contract.find(contract_id))
    end

    return page(kind, page_num, page_size,
                function(member)
                    return shown({}, kind, member, id)
                end,
                function(_, record)
                    return record
                end)
end)


-- input: kind peer contract_id id
-- output: ok and the record | not_found
define('catalog_get', 4, READ, function(kind, peer, contract_id, id)
    local entitlement = entitled(peer, contract_id)

    if not entitlement then
        return absent('catalog_get', id, contract.find(contract_id))
    end

    return shown(ok(), kind, id, entitlement)
           or absent('catalog_get', id,
                     exists('object:' .. kind .. ':' .. id))
end)
