
-- Nodes that we know of: entered by hand, or learnt from applications and
-- contracts. Others may add fields of their own to the record.

local LEARNT = { 'name', 'institution', 'inst_id', 'system',
                 'system_version', 'address', 'description' }

-- who is believed rather
local RANK = { application = 1, manual = 2, contract = 3 }


-- What a record of a node tells about it, from a source of this kind. True
-- if that was news.
function known.learn(node_id, record, source)
    local subject = 'known:' .. node_id
    local old = read(subject) or {}
    local better = RANK[source] >= (RANK[old.source] or 0)
    local fields = {}

    for _, name in ipairs(LEARNT) do
        local value = record[name] or ''

        if value ~= '' and value ~= old[name]
           and (better or (old[name] or '') == '')
        then
            fields[name] = value
        end
    end

    if better and old.source ~= source then
        fields.source = source
    end

    if next(fields) == nil then
        return false
    end

    if not old.source then
        with(fields, { node_id = node_id, create_time = now })
        index('known', node_id)
    end

    write(subject, with(fields, { update_time = now }))

    return true
end


-- a contract with the node, or our own application to it
local function involved(node_id)
    return contract.live(node_id) ~= nil
           or redis.call('EXISTS', key('applied-to:' .. node_id)) == 1
end


local function forget(node_id)
    redis.call('DEL', key('known:' .. node_id))
    redis.call('ZREM', key('ix:known'), node_id)
end


-- what only an application told that is kept no more
function known.forget_applicant(node_id)
    if get('known:' .. node_id, 'source') == 'application'
       and not involved(node_id)
    then
        forget(node_id)
    end
end


-- from contracts that are older than the index
function known.learn_all()
    if exists('ix:known') then
        return
    end

    for _, id in ipairs(redis.call('ZRANGE', key('ix:contract'), 0, -1)) do
        local record = read('contract:' .. id)

        if record then
            known.learn(record.peer, record,
                        record.status == 'APPROVED' and 'contract'
                        or 'application')
        end
    end
end


-- input: node_id name value... (name, institution, inst_id, system,
--        system_version, address, description)
-- output: ok | conflict (known better, by a contract, or ourselves)
-- evidence: PEER_INFO_RECORDED
define('node_add', 1, WRITE, function(node_id, ...)
    if node_id == self_node then
        return fail('conflict', 'this is our own node')
    end

    if get('known:' .. node_id, 'source') == 'contract' then
        return fail('conflict', 'known by a contract')
    end

    if known.learn(node_id, fields_of(...), 'manual') then
        evidence('PEER_INFO_RECORDED', 'known:' .. node_id, 'peer', node_id)
    end

    return ok()
end)


-- input: node_id
-- output: ok | not_found | in_use (a contract or application)
-- evidence: PEER_INFO_REMOVED
define('node_remove', 1, RELIEF, function(node_id)
    if not exists('known:' .. node_id) then
        return fail('not_found', node_id)
    end

    if involved(node_id) then
        return fail('in_use', 'a contract with ' .. node_id)
    end

    forget(node_id)
    evidence('PEER_INFO_REMOVED', 'known:' .. node_id, 'peer', node_id)

    return ok()
end)


-- input: source ('': any) page_num page_size
-- output: ok and a list of records, contract_id with the live contract
define('node_list', 3, READ, function(source, page_num, page_size)
    local function show(node_id)
        local flat = redis.call('HGETALL', key('known:' .. node_id))
        local live = contract.live(node_id)

        if live then
            flat[#flat + 1] = 'contract_id'
            flat[#flat + 1] = live.contract_id
        end

        return flat
    end

    return page('known', page_num, page_size,
                having('known:', { source = source }), show)
end)
