
-- Contracts: what their functions share.


function contract.find(id)
    id = redis.call('GET', key('contract-alias:' .. id)) or id

    return read('contract:' .. id)
end


function contract.is_live(record)
    return record ~= nil and record.status == 'APPROVED'
           and not past(record.expired_time)
end


-- Is this the peer's key, or the one it had before, for a while yet? (Without
-- TLS: its name.)
function contract.has_key(record, ident)
    return ident ~= '' and (record.spki == ident
                            or (record.old_spki == ident
                                and not past(record.old_until)))
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


-- The caller is the other party. Who applied to us is known by the key it
-- applied with; to whom we applied by the key its server showed or the name
-- in its certificate.
local function is_party(record, mode, ident, cert_name)
    if mode == 'node' then
        return record.peer == ident
    end

    return contract.has_key(record, ident)
           or record.dir == 'out' and record.peer == cert_name
end


-- by the caller that src/api/authority.def demands
local is_caller = {
    counterparty = is_party,

    asked = function(record, ...)
        return record.dir == 'out' and is_party(record, ...)
    end
}


-- The contract, if the caller may call that function for it; else nil and
-- the reply.
function contract.of_caller(name, mode, ident, cert_name, id)
    local record = contract.find(id)

    if not record
       or not is_caller[authority[name].caller](record, mode, ident,
                                                cert_name)
    then
        return nil, absent(name, id, record)
    end

    return record
end


-- The same, of the node that we applied to, which may call with an id that
-- it gave our application before its answer to that was here. The caller
-- then does contract.accept(record, id, ...), or nothing.
function contract.of_asked(name, mode, ident, cert_name, id)
    local record, error_reply = contract.of_caller(name, mode, ident,
                                                   cert_name, id)

    if record or contract.find(id) then
        return record, error_reply
    end

    local handle = redis.call('GET', key('applied-to:'
                              .. (mode == 'node' and ident or cert_name)))
    record = handle and contract.find(handle)

    if record and record.accepted ~= '1' and record.status == 'APPLIED' then
        return record
    end

    return nil, error_reply
end


-- Under another id from now on. Every id that it had goes on to be known.
local function rename(record, id)
    local old = record.contract_id
    local asked = key('asked:contract:' .. old)

    redis.call('RENAME', key('contract:' .. old), key('contract:' .. id))
    redis.call('SET', key('contract-alias:' .. old), id)
    redis.call('SET', key('contract-alias:' .. (record.handle or old)), id)
    redis.call('ZREM', key('ix:contract'), old)
    index('contract', id, record.create_time)

    if redis.call('EXISTS', asked) == 1 then
        redis.call('RENAME', asked, key('asked:contract:' .. id))
    end
end


-- Our application has the peer's id now; spki: of the server that gave it.
function contract.accept(record, id, spki)
    local handle = record.contract_id

    if record.accepted == '1' then
        return
    end

    if id ~= handle then
        rename(record, id)
    end

    if record.status == 'APPLIED' then
        redis.call('SET', key('applied-to:' .. record.peer), id)
        watch.add('contract:' .. id, record.peer)
    end

    write('contract:' .. id, { contract_id = id, spki = spki, accepted = '1',
                               delivery = 'delivered', update_time = now })
    evidence('CONTRACT_ACCEPTED', 'contract:' .. id, 'peer', record.peer,
             'handle', handle)
    with(record, { contract_id = id, spki = spki, accepted = '1' })
end


-- Strangers fill no store: of the applications that were never approved
-- the newest are kept.
local function keep(record)
    redis.call('ZADD', key('ix:contract-closed'), now, record.contract_id)

    while redis.call('ZCARD', key('ix:contract-closed'))
          > limit('closed_applications')
    do
        local id = redis.call('ZPOPMIN', key('ix:contract-closed'))[1]
        local old = read('contract:' .. id) or {}

        redis.call('DEL', key('contract:' .. id))
        redis.call('ZREM', key('ix:contract'), id)
        known.forget_applicant(old.peer or '')

        if redis.call('GET', key('spki:' .. (old.spki or ''))) == id then
            redis.call('DEL', key('spki:' .. old.spki))
        end
    end
end


-- no longer an application that waits for an answer
function contract.settle(record)
    if record.dir == 'in' then
        redis.call('HDEL', key('applications:' .. record.spki), record.digest)
        redis.call('SREM', key('applications'), record.contract_id)
        inbox.done('contract:' .. record.contract_id)

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


-- In pairs, for the evidence: the key that stands for the peer from now on,
-- which verifies what it signs.
function contract.bound(record, ident, fields)
    return { 'spki', ident,
             'auth_type', fields.auth_type or record.auth_type or '',
             'auth_credential', fields.auth_credential
                                or record.auth_credential or '' }
end


function contract.approve(record, ident, fields)
    local id = record.contract_id
    local bound = contract.bound(record, ident, fields)

    bound[#bound + 1] = 'expired_time'
    bound[#bound + 1] = fields.expired_time or ''

    redis.call('SET', key('spki:' .. ident), id)
    redis.call('SET', key('nodeof:' .. record.peer), id)
    contract.settle(record)
    consent_change('CONTRACT', 'contract:' .. id, record, 'APPROVED', fields,
                   bound)
    watch.add('contract:' .. id, record.peer)
    partner.add(id)
    known.learn(record.peer, record, 'contract')

    local ends = milliseconds(fields.expired_time)

    if ends ~= '' then
        redis.call('ZADD', key('contract-ends'), ends, id)
    end

    if record.dir == 'in' then
        inbox.approved('contract', record.peer, '', 'contract:' .. id)
    end

    rotation.welcome(id)
end


function contract.reject(record, fields)
    contract.settle(record)
    consent_change('CONTRACT', 'contract:' .. record.contract_id, record,
                   'REJECTED', fields)

    if record.dir == 'in' then
        keep(record)
    end
end


-- with everything granted under it
function contract.terminate(record)
    local id = record.contract_id

    contract.settle(record)
    redis.call('ZREM', key('contract-ends'), id)

    if record.dir == 'in' and record.status == 'APPLIED' then
        keep(record)
    end

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


-- Contracts whose time is over end, a few at a time: what stands under them
-- would otherwise go on here until somebody asks.
function contract.expire()
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('contract-ends'),
                                   '-inf', now, 'LIMIT', 0, 4))
    do
        local record = read('contract:' .. id)

        redis.call('ZREM', key('contract-ends'), id)

        if record and past(record.expired_time)
           and not step_refused('contract_expire', record, 'TERMINATED')
        then
            evidence('CONTRACT_EXPIRED', 'contract:' .. id, 'peer',
                     record.peer)
            contract.terminate(record)
            write('contract:' .. id, { ended = 'expired' })
        end
    end
end
