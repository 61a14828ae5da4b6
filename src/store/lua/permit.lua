
-- Permits: one per approved request for something of ours. left counts the
-- uses, rows_left and bytes_left what may still be read; -1 is no limit.
-- scope says what for: "PROJECT=P1,P2 COMPONENT=psi DENY=homo_lr".

-- uses remembered of a permit: a repeated one is charged once
local MAX_REMEMBERED = 10000

-- as long a caller may send a request again, ms
local RETRY = 600000

-- what a rule of a scope looks at
local SCOPES = { NODE = 'peer', PROJECT = 'project', COMPONENT = 'component',
                 ALLOW = 'algorithm', DENY = 'algorithm' }

local QUOTAS = { uses = 'left', rows = 'rows_left', bytes = 'bytes_left' }

-- the fields that a use looks at
local LOOKED_AT = { 'kind', 'resource_id', 'peer', 'contract_id', 'status',
                    'exp', 'left', 'rows_left', 'bytes_left', 'scope',
                    'last_use', 'create_time', 'used' }


local function index_key(record)
    return key('permits:' .. record.kind .. ':' .. record.peer .. ':'
               .. record.resource_id)
end


local function quota(limit)
    local number = tonumber(limit) or 0

    return number > 0 and string.format('%d', number) or '-1'
end


-- fields: kind resource_id peer contract_id audit_id spki
-- limits: time_limit times_limit rows_limit bytes_limit scope
function permit.issue(jti, fields, limits)
    write('permit:' .. jti, with(fields, {
        permit_id = jti,
        jti = jti,
        status = 'ACTIVE',
        left = quota(limits.times_limit),
        rows_left = quota(limits.rows_limit),
        bytes_left = quota(limits.bytes_limit),
        times_limit = limits.times_limit or '',
        rows_limit = limits.rows_limit or '',
        bytes_limit = limits.bytes_limit or '',
        scope = limits.scope or '',
        exp = milliseconds(limits.time_limit),
        used = '0',
        create_time = now
    }))
    redis.call('SADD', index_key(fields), jti)
    index('permit', 'issued ' .. jti)
    index('grants:' .. fields.kind .. ':' .. fields.resource_id,
          'issued ' .. jti)
    evidence('PERMIT_ISSUED', 'permit:' .. jti, 'peer', fields.peer,
             'resource', fields.kind .. ':' .. fields.resource_id,
             'contract_id', fields.contract_id,
             'audit', audit.subject('in', fields.kind, fields.peer,
                                    fields.audit_id),
             'left', quota(limits.times_limit),
             'rows_left', quota(limits.rows_limit),
             'bytes_left', quota(limits.bytes_limit),
             'exp', milliseconds(limits.time_limit))
end


local function stop(jti, record, status)
    write('permit:' .. jti, { status = status, update_time = now })
    redis.call('SREM', index_key(record), jti)
    redis.call('DEL', key('permit-requests:' .. jti),
               key('permit-settled:' .. jti))
    evidence('PERMIT_' .. status, 'permit:' .. jti, 'peer', record.peer)
end


-- A task that reads a dataset is a use of its permit, and goes on reading
-- when that expires: it ends with the approval. A job's tasks end with the
-- job.
local function stop_uses(jti, record)
    local uses = key('permit-uses:' .. jti)
    local tasks = record.kind == 'dataset'
                  and redis.call('ZRANGE', uses, 0, -1) or {}

    redis.call('DEL', uses)

    for _, task_id in ipairs(tasks) do
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


local function load(jti)
    local record = pick('permit:' .. jti, unpack(LOOKED_AT))

    return record.kind and record or nil
end


-- A clock that is set back revives nothing: it stands where the permit last
-- saw it.
local function is_expired(record)
    local time = math.max(tonumber(now), tonumber(record.last_use) or 0,
                          tonumber(record.create_time) or 0)

    return (record.exp or '') ~= '' and tonumber(record.exp) <= time
end


-- why a permit is not for this purpose, or nil
local function outside(scope, use)
    for name, ids in string.gmatch(scope or '', '(%u+)=(%S*)') do
        local what = SCOPES[name]
        local value = use[what] or ''

        if value == '' or string.find(value, '[,%s]') then
            return 'no ' .. what .. ' is named, and it is limited by '
                   .. string.lower(name)
        end

        local listed = string.find(',' .. ids .. ',', ',' .. value .. ',', 1,
                                   true) ~= nil

        if listed == (name == 'DENY') then
            return what .. ' ' .. value .. (listed and ' is denied'
                                            or ' is not among ' .. ids)
        end
    end

    return nil
end


local function exhausted(record, ...)
    for _, name in ipairs({ ... }) do
        if record[QUOTAS[name]] == '0' then
            return 'no ' .. name .. ' are left'
        end
    end

    return nil
end


-- Nil, or the error and its detail: what the permit is, whatever is left.
local function refused(jti, record, use)
    if not record or record.peer ~= use.peer or record.kind ~= use.kind
       or record.resource_id ~= use.resource_id
    then
        return 'permit_invalid', jti
    end

    if record.status == 'REVOKED' or record.status == 'EXPIRED' then
        return 'permit_' .. string.lower(record.status), jti
    end

    if is_expired(record) then
        stop(jti, record, 'EXPIRED')
        return 'permit_expired', jti
    end

    if use.contract_id ~= record.contract_id
       and not contract.is_live(contract.find(record.contract_id))
    then
        return 'permit_revoked', jti
    end

    local why = outside(record.scope, use)

    if why then
        return 'permit_scope', why
    end

    why = exhausted(record, 'rows', 'bytes')

    if why then
        return 'permit_exhausted', why
    end

    return nil
end


-- Tasks and requests are remembered apart: whoever chooses the ids of
-- requests chooses no task.
local function memory(jti, use)
    return key((use.request and 'permit-requests:' or 'permit-uses:') .. jti)
end


function permit.was_charged(jti, use_id)
    return redis.call('ZSCORE', memory(jti, {}), use_id) ~= false
end


-- that use was charged before
function permit.is_repeated(jti, use)
    local time = not use.once
                 and redis.call('ZSCORE', memory(jti, use), use.id)

    return time and (not use.within or now - time < use.within)
end


local function note_exhausted(jti, record, name)
    evidence('PERMIT_EXHAUSTED', 'permit:' .. jti, 'peer', record.peer,
             'limit', name)
end


local function take(jti, record, use)
    local uses = memory(jti, use)
    local used = (tonumber(record.used) or 0) + 1

    if record.left ~= '-1' then
        record.left = string.format('%d', record.left - 1)
    end

    redis.call('HSET', key('permit:' .. jti), 'left', record.left,
               'used', string.format('%d', used), 'last_use', now)

    if not use.once then
        redis.call('ZADD', uses, now, use.id)

        if used > MAX_REMEMBERED then
            redis.call('ZREMRANGEBYRANK', uses, 0, -MAX_REMEMBERED - 1)
        end
    end

    evidence('PERMIT_USED', 'permit:' .. jti, 'peer', use.peer,
             'use_id', use.id,
             'resource', use.kind .. ':' .. use.resource_id,
             'left', record.left)

    if record.left == '0' then
        note_exhausted(jti, record, 'uses')
    end
end


-- Charges a use, once for its id. Nil and the permit, or the error and its
-- detail.
-- use: id peer kind resource_id; as far as known contract_id (a live one)
-- project component algorithm; once: its id never comes again; within (ms): as
-- long is it the same use; request: it is a request's, not a task's
function permit.charge(jti, use)
    local record = load(jti)
    local name, detail = refused(jti, record, use)

    if name then
        return name, detail
    end

    if permit.is_repeated(jti, use) then
        return nil, record
    end

    detail = exhausted(record, 'uses')

    if detail then
        return 'permit_exhausted', detail
    end

    -- what goes on with it goes on, nothing new begins
    if object.is_closed(use.kind, use.resource_id) then
        return 'wrong_state', use.kind .. ' ' .. use.resource_id
                              .. ' is offline'
    end

    take(jti, record, use)

    return nil, record
end


-- the error's reply, with evidence of it
function permit.deny(jti, peer, name, detail)
    denial.note_permit(name, peer, jti, detail)

    return fail(name, detail)
end


-- Another key than the one that the permit is bound to is as good while both
-- are of the same contract: a partner that changes its key keeps its permits.
function permit.is_bound(mode, ident, cnf, contract_id)
    if mode == 'node' then
        return cnf == ''
    end

    return cnf == ident
           or (redis.call('GET', key('spki:' .. cnf)) or '') == contract_id
end


-- Who calls, whether it has a contract, and one use of its permit, in one
-- call: what interconn_permit asks.
--
-- input: mode ident jti cnf use_id once (1: the use_id never comes again,
--        retry: it is the caller's, and the same use for ten minutes)
--        kind resource_id project component algorithm
-- output: ok node_id contract_id left bytes_left | unknown_certificate
--         | no_contract | contract_terminated | contract_expired
--         | permit_invalid | permit_revoked | permit_expired
--         | permit_exhausted | permit_scope | wrong_state (it is offline);
--         left -1: no limit
-- evidence: PERMIT_USED, PERMIT_EXHAUSTED with the last use; PERMIT_DENIED,
--           at most 100 per peer and minute; PERMIT_EXPIRED at the first
--           use after the expiry
define('permit_guard', 11, WORK, function(mode, ident, jti, cnf, use_id, once,
                                           kind, resource_id, project,
                                           component, algorithm)
    local id, caller, error_reply = contract.identify(mode, ident)

    if not id then
        return error_reply
    end

    if use_id == '' then
        return fail('permit_invalid', 'use_id')
    end

    local peer = caller.peer

    if not permit.is_bound(mode, ident, cnf, id) then
        return permit.deny(jti, peer, 'permit_invalid',
                           'it is bound to another key')
    end

    local name, found = permit.charge(jti, {
        id = use_id, request = true, once = once == '1',
        within = once == 'retry' and RETRY or nil, peer = peer, kind = kind,
        resource_id = resource_id, contract_id = id, project = project,
        component = component, algorithm = algorithm
    })

    if name then
        return permit.deny(jti, peer, name, found)
    end

    return ok('node_id', peer, 'contract_id', id, 'left', found.left,
              'bytes_left', found.bytes_left or '-1')
end)


-- takes from a quota, if it is one; never more than there is
local function spend(jti, record, name, amount)
    local field = QUOTAS[name]
    local before = tonumber(record[field]) or -1

    if amount <= 0 or before <= 0 then
        return
    end

    record[field] = string.format('%d', math.max(before - amount, 0))
    write('permit:' .. jti, { [field] = record[field] })

    if record[field] == '0' then
        note_exhausted(jti, record, name)
    end
end


-- What a use has read: rows before they are handed out, so that they are
-- refused when fewer are left; bytes after they were sent. With a use_id it
-- is counted once.
--
-- input: jti use_id ('': none) rows bytes
-- output: ok rows_left bytes_left (-1: no limit) | permit_invalid
--         | permit_exhausted (too many rows; nothing was counted)
-- evidence: RES_USED; PERMIT_EXHAUSTED when nothing is left
define('permit_settle', 4, RELIEF, function(jti, use_id, rows, bytes)
    local record = load(jti)
    local row_count, byte_count = tonumber(rows), tonumber(bytes)
    local settled = key('permit-settled:' .. jti)

    if not record or not row_count or not byte_count then
        return fail('permit_invalid', jti)
    end

    if use_id == '' or redis.call('ZSCORE', settled, use_id) == false then
        local left = tonumber(record.rows_left) or -1

        if left >= 0 and row_count > left then
            return fail('permit_exhausted', rows .. ' rows, and '
                                            .. record.rows_left .. ' left')
        end

        spend(jti, record, 'rows', row_count)
        spend(jti, record, 'bytes', byte_count)
        evidence('RES_USED', 'permit:' .. jti, 'peer', record.peer,
                 'resource', record.kind .. ':' .. record.resource_id,
                 'use_id', use_id, 'rows', rows, 'bytes', bytes)

        if use_id ~= '' then
            redis.call('ZADD', settled, now, use_id)
            redis.call('ZREMRANGEBYRANK', settled, 0, -MAX_REMEMBERED - 1)
        end
    end

    return ok('rows_left', record.rows_left or '-1',
              'bytes_left', record.bytes_left or '-1')
end)
