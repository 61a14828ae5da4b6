
-- Permits: one per approved request for something of ours. left counts the
-- uses; -1 is no limit.

-- uses remembered of a permit without limit
local MAX_REMEMBERED = 10000


local function index_key(record)
    return key('permits:' .. record.kind .. ':' .. record.peer .. ':'
               .. record.resource_id)
end


-- fields: kind resource_id peer contract_id audit_id spki
function permit.issue(jti, fields, time_limit, times_limit)
    local times = tonumber(times_limit) or 0

    write('permit:' .. jti, with(fields, {
        jti = jti,
        status = 'ACTIVE',
        left = times > 0 and string.format('%d', times) or '-1',
        exp = milliseconds(time_limit),
        used = '0',
        create_time = now
    }))
    redis.call('SADD', index_key(fields), jti)
end


local function stop(jti, record, status)
    write('permit:' .. jti, { status = status, update_time = now })
    redis.call('SREM', index_key(record), jti)
    redis.call('DEL', key('permit-uses:' .. jti))
end


-- A task that reads a dataset is a use of its permit, and goes on reading:
-- it ends with it. A job's tasks end with the job.
local function stop_uses(jti, record)
    if record.kind ~= 'dataset' then
        return
    end

    for _, task_id in ipairs(redis.call('ZRANGE', key('permit-uses:' .. jti),
                                        0, -1))
    do
        task.cancel(read('task:' .. task_id))
    end
end


function permit.revoke(jti)
    local record = read('permit:' .. jti)

    if record and record.status ~= 'REVOKED' then
        stop_uses(jti, record)
        stop(jti, record, 'REVOKED')
    end
end


-- nil and the record when this use may be tried, else the error
function permit.refused(jti, peer, kind, resource_id)
    local record = read('permit:' .. jti)

    if not record or record.peer ~= peer or record.kind ~= kind
       or record.resource_id ~= resource_id
    then
        return 'permit_invalid'
    end

    if record.status == 'REVOKED' then
        return 'permit_revoked'
    end

    if record.status == 'EXPIRED' then
        return 'permit_expired'
    end

    if past(record.exp) then
        stop(jti, record, 'EXPIRED')
        evidence('PERMIT_EXPIRED', 'permit:' .. jti, 'peer', peer)

        return 'permit_expired'
    end

    if not contract.is_live(contract.find(record.contract_id)) then
        return 'permit_revoked'
    end

    return nil, record
end


function permit.was_charged(jti, use_id)
    return redis.call('ZSCORE', key('permit-uses:' .. jti), use_id) ~= false
end


-- nil and the uses left, or the error
function permit.charge(jti, use_id, peer, kind, resource_id)
    local refused, record = permit.refused(jti, peer, kind, resource_id)
    local uses = key('permit-uses:' .. jti)

    if refused then
        return refused
    end

    if permit.was_charged(jti, use_id) then
        return nil, record.left
    end

    if record.left == '0' then
        return 'permit_exhausted'
    end

    if record.left ~= '-1' then
        record.left = string.format('%d', redis.call('HINCRBY',
                                        key('permit:' .. jti), 'left', -1))
    end

    redis.call('HINCRBY', key('permit:' .. jti), 'used', 1)
    redis.call('ZADD', uses, now, use_id)

    if record.left == '-1' then
        redis.call('ZREMRANGEBYRANK', uses, 0, -MAX_REMEMBERED - 1)
    end

    evidence('PERMIT_USED', 'permit:' .. jti, 'peer', peer, 'use_id', use_id,
             'resource', kind .. ':' .. resource_id, 'left', record.left)

    return nil, record.left
end


-- input: jti use_id peer kind resource_id
-- output: ok left (-1: no limit) | permit_invalid | permit_revoked
--         | permit_expired | permit_exhausted; a use_id is charged once
-- evidence: PERMIT_USED, PERMIT_EXPIRED at the first use after the expiry
define('permit_use', 5, WRITE, function(jti, use_id, peer, kind, resource_id)
    if use_id == '' then
        return fail('permit_invalid', 'use_id')
    end

    local refused, left = permit.charge(jti, use_id, peer, kind, resource_id)

    if refused then
        return fail(refused, jti)
    end

    return ok('left', left)
end)
