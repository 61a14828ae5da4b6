
-- a permit that was charged for this use before, or else any other
local function ordered_permits(peer, dataset_id, use_id)
    local list = redis.call('SMEMBERS', key('permits:dataset:' .. peer .. ':'
                                            .. dataset_id))

    table.sort(list, function(a, b)
        local x, y = permit.was_charged(a, use_id),
                     permit.was_charged(b, use_id)

        if x ~= y then
            return x
        end

        return a < b
    end)

    return list
end


-- input: dataset_id peer use_id
-- output: ok (charged once per use_id; our own node always) | not_permitted
-- evidence: PERMIT_USED, PERMIT_EXPIRED
define('dataset_permitted', 3, WRITE, function(dataset_id, peer, use_id)
    local reason = 'no permit for ' .. dataset_id

    if peer == self_node then
        return ok()
    end

    for _, jti in ipairs(ordered_permits(peer, dataset_id, use_id)) do
        local refused = permit.charge(jti, use_id, peer, 'dataset', dataset_id)

        if not refused then
            return ok()
        end

        reason = refused
    end

    return fail('not_permitted', reason)
end)


-- input: sql_sha256 (of the normalised query)
-- output: ok dataset_id | not_found
define('dataset_find', 1, READ, function(sql_sha256)
    local id = redis.call('GET', key('query:' .. sql_sha256))
    local record = id and read('object:dataset:' .. id)

    if not record or record.query_digest ~= sql_sha256
       or not object.is_online(record)
    then
        return fail('not_found', sql_sha256)
    end

    return ok('dataset_id', id)
end)
