
-- Audits: requests for the use of something. dir "in": a peer asks us, dir
-- "out": we ask. What their functions share.


function audit.subject(dir, kind, peer, audit_id)
    return 'audit:' .. dir .. ':' .. kind .. ':' .. peer .. ':' .. audit_id
end


function audit.create(dir, kind, record, audit_id, resource_id, fields)
    local peer = record.peer
    local member = dir .. ':' .. kind .. ':' .. peer .. ':' .. audit_id

    write('audit:' .. member, with(fields, {
        audit_id = audit_id,
        resource_type = kind,
        resource_id = resource_id,
        node_id = peer,
        dir = dir,
        status = 'APPLIED',
        contract_id = record.contract_id,
        create_time = now,
        update_time = now
    }))
    redis.call('SADD', key('audit-id:' .. audit_id),
               dir .. ' ' .. kind .. ' ' .. peer)
    redis.call('SADD', key('contract-audits:' .. record.contract_id), member)
    index('audit', member)

    if dir == 'in' then
        redis.call('SADD', key('audits-pending:' .. peer), member)
    end

    evidence('AUDIT_APPLIED', 'audit:' .. member, 'peer', peer)

    return 'audit:' .. member
end


function audit.change(subject, record, status, fields)
    consent_change('AUDIT', subject, record, status, fields)

    if record.dir == 'in' then
        redis.call('SREM', key('audits-pending:' .. record.node_id),
                   string.sub(subject, #'audit:' + 1))
    end
end


-- Subjects with that id; '' for kind, node_id or dir is any.
function audit.matching(audit_id, kind, node_id, dir)
    local list = {}

    for _, member in ipairs(redis.call('SMEMBERS',
                                       key('audit-id:' .. audit_id)))
    do
        local d, k, n = string.match(member, '^(%S+) (%S+) (%S+)$')

        if (dir == '' or d == dir) and (kind == '' or k == kind)
           and (node_id == '' or n == node_id)
        then
            list[#list + 1] = audit.subject(d, k, n, audit_id)
        end
    end

    return list
end


-- the only subject with that id, or nil and the error's reply
function audit.only(audit_id, kind, node_id, dir)
    local list = audit.matching(audit_id, kind, node_id, dir)

    if #list == 0 then
        return nil, fail('not_found', audit_id)
    end

    if #list > 1 then
        return nil, fail('ambiguous', audit_id)
    end

    return list[1]
end


-- What ends with an audit, besides its own status.
local function withdraw(record)
    local id = record.resource_id

    if record.dir == 'in' and (record.jti or '') ~= '' then
        permit.revoke(record.jti)
    end

    if record.resource_type ~= 'job' then
        return
    end

    if record.dir == 'in' then
        job.end_of_partner(id, record.node_id)

    else
        job.refused_by(id, record.node_id)
    end
end


function audit.terminate(subject, record)
    audit.change(subject, record, 'TERMINATED', {})
    withdraw(record)
end


-- ends with its contract, whatever its status
function audit.close(subject)
    local record = read(subject)

    if record and (record.status == 'APPLIED' or record.status == 'APPROVED')
    then
        audit.terminate(subject, record)
    end
end
