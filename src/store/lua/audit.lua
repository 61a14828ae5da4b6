
-- Audits: requests for the use of something. dir "in": a peer asks us, dir
-- "out": we ask. What their functions share.


-- which way a request went, by the caller that src/api/authority.def demands
local DIRS = { asked = { 'out' }, applicant = { 'in' },
               either = { 'out', 'in' } }


function audit.subject(dir, kind, peer, audit_id)
    return 'audit:' .. dir .. ':' .. kind .. ':' .. peer .. ':' .. audit_id
end


-- The subject of a request and its record; nil when it is not there. Ids may
-- have colons: "b" and "x:A" name the key that "b:x" and "A" do.
function audit.find(dir, kind, peer, audit_id)
    local subject = audit.subject(dir, kind, peer, audit_id)
    local record = read(subject)

    if record and record.node_id == peer and record.audit_id == audit_id then
        return subject, record
    end

    return nil
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
        inbox.add('audit:' .. member)

    else
        watch.add('audit:' .. member, peer)
    end

    evidence('AUDIT_APPLIED', 'audit:' .. member, 'peer', peer,
             'contract_id', record.contract_id,
             'resource', kind .. ':' .. resource_id)

    return 'audit:' .. member
end


function audit.change(subject, record, status, fields)
    local member = string.sub(subject, #'audit:' + 1)

    consent_change('AUDIT', subject, record, status, fields)

    if record.dir == 'in' then
        redis.call('SREM', key('audits-pending:' .. record.node_id), member)
        inbox.done(subject)
    end

    if status ~= 'APPROVED' then
        query.withdraw(subject, record)
        redis.call('SREM', key('contract-audits:' .. record.contract_id),
                   member)

    elseif record.dir == 'in' then
        inbox.approved(record.resource_type, record.node_id,
                       record.flow_id or record.resource_id, subject)
    end
end


-- The subject and record of what the peer may call that function for; else
-- nil and the reply.
function audit.of_caller(name, kind, peer, audit_id)
    for _, dir in ipairs(DIRS[authority[name].caller]) do
        local subject, record = audit.find(dir, kind, peer, audit_id)

        if subject then
            return subject, record
        end
    end

    return nil, absent(name, audit_id, exists('audit-id:' .. audit_id))
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

    if record.handed == '1' then
        local one = read('job:' .. id)

        if one and one.handed_by == record.node_id then
            job.stop(one)
        end

    elseif record.dir == 'in' then
        job.end_of_partner(id, record.node_id)

    else
        job.refused_by(id, record.node_id, record.audit_id)
    end
end


function audit.terminate(subject, record)
    audit.change(subject, record, 'TERMINATED', {})
    withdraw(record)
end


-- ends with its contract, whatever its status
function audit.close(subject)
    local record = read(subject)

    if record and not step_refused('audit_close', record, 'TERMINATED') then
        audit.terminate(subject, record)
    end
end
