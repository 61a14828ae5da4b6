
-- Contracts: what their functions share.


function contract.find(id)
    id = redis.call('GET', key('contract-alias:' .. id)) or id

    return read('contract:' .. id)
end


function contract.is_live(record)
    return record ~= nil and record.status == 'APPROVED'
           and not past(record.expired_time)
end


-- the live contract whose id a key of the node holds, or nil
local function live_at(subject)
    local id = redis.call('GET', key(subject))
    local record = id and read('contract:' .. id)

    if record and contract.is_live(record) then
        return record
    end

    return nil
end


-- the live contract with a node, or nil
function contract.live(node_id)
    return live_at('nodeof:' .. node_id)
end


-- the live contract that a key (or, without TLS, a name) stands for, or nil
function contract.live_of_ident(ident)
    return live_at('spki:' .. ident)
end


-- The contract, if the caller is its other party; else nil. Who applied to
-- us is known by the key it applied with; to whom we applied by the key its
-- server showed or the name in its certificate.
function contract.of_caller(mode, ident, cert_name, id)
    local record = contract.find(id)

    if not record then
        return nil
    end

    if mode == 'node' then
        if record.peer == ident then
            return record
        end

        return nil
    end

    if ident ~= '' and record.spki == ident then
        return record
    end

    if record.dir == 'out' and record.peer == cert_name then
        return record
    end

    return nil
end


-- no longer an application that waits for an answer
function contract.settle(record)
    if record.dir == 'in' then
        redis.call('HDEL', key('applications:' .. record.spki), record.digest)

    elseif redis.call('GET', key('applied-to:' .. record.peer))
           == record.contract_id
    then
        redis.call('DEL', key('applied-to:' .. record.peer))
    end
end


-- nil, or the contract that stands in the way of approving this one
function contract.rival(record, ident)
    for _, other in ipairs({ contract.live(record.peer) or {},
                             contract.live_of_ident(ident) or {} })
    do
        if other.contract_id and other.contract_id ~= record.contract_id then
            return other
        end
    end

    return nil
end


function contract.approve(record, ident, fields)
    local id = record.contract_id

    redis.call('SET', key('spki:' .. ident), id)
    redis.call('SET', key('nodeof:' .. record.peer), id)
    contract.settle(record)
    consent_change('CONTRACT', 'contract:' .. id, record, 'APPROVED', fields)
end


function contract.reject(record, fields)
    contract.settle(record)
    consent_change('CONTRACT', 'contract:' .. record.contract_id, record,
                   'REJECTED', fields)
end


-- with everything granted under it
function contract.terminate(record)
    local id = record.contract_id

    contract.settle(record)

    if redis.call('GET', key('nodeof:' .. record.peer)) == id then
        redis.call('DEL', key('nodeof:' .. record.peer))
    end

    consent_change('CONTRACT', 'contract:' .. id, record, 'TERMINATED',
                   { gen = string.format('%d', record.gen + 1) })

    local members = redis.call('SMEMBERS', key('contract-audits:' .. id))

    table.sort(members)

    for _, member in ipairs(members) do
        audit.close('audit:' .. member)
    end
end
