
-- Permits as operators see them: those that we issued, and those that we
-- hold. Never the token.

-- of what is shown of a permit that we issued
local ISSUED = { 'permit_id', 'resource_id', 'contract_id', 'audit_id',
                 'times_limit', 'rows_limit', 'bytes_limit', 'used', 'scope',
                 'create_time', 'update_time' }

-- of a request of ours that was granted
local HELD = { 'permit_id', 'resource_id', 'contract_id', 'audit_id',
               'node_id', 'resource_type', 'time_limit', 'times_limit',
               'rows_limit', 'bytes_limit', 'scope', 'create_time',
               'update_time' }


local function is_spent(left)
    return left == '0'
end


-- what the next use would find
local function status_of(record)
    if record.status ~= 'ACTIVE' then
        return record.status
    end

    if past(record.exp) then
        return 'EXPIRED'
    end

    if not contract.is_live(contract.find(record.contract_id)) then
        return 'REVOKED'
    end

    if is_spent(record.left) or is_spent(record.rows_left)
       or is_spent(record.bytes_left)
    then
        return 'EXHAUSTED'
    end

    return 'ACTIVE'
end


local function shown(record, names, more)
    for _, name in ipairs(names) do
        if (record[name] or '') ~= '' then
            more[name] = record[name]
        end
    end

    return more
end


local function left(value)
    return value ~= '-1' and value or nil
end


local function issued(jti)
    local record = read('permit:' .. jti)

    return record and shown(record, ISSUED, {
        dir = 'issued', resource_type = record.kind, node_id = record.peer,
        status = status_of(record), time_limit = record.exp,
        times_left = left(record.left), rows_left = left(record.rows_left),
        bytes_left = left(record.bytes_left), last_time = record.last_use
    })
end


local function held(member)
    local record = read('audit:' .. member)
    local status = 'ACTIVE'

    if not record then
        return nil
    end

    if record.status ~= 'APPROVED'
       or not contract.is_live(contract.find(record.contract_id))
    then
        status = 'REVOKED'

    elseif past(record.time_limit) then
        status = 'EXPIRED'
    end

    return shown(record, HELD, { dir = 'held', status = status })
end


-- "issued <jti>" or "held <audit>", as the index has them
local function view(member)
    local dir, rest = string.match(member, '^(%S+) (.*)$')

    return dir == 'held' and held(rest) or dir == 'issued' and issued(rest)
           or nil
end


local function flat(fields)
    local list = {}

    for name, value in pairs(fields or {}) do
        list[#list + 1] = name
        list[#list + 1] = value
    end

    return list
end


-- a permit that we issued, as operators see it; nil
function permit.issued(jti)
    return issued(jti)
end


-- Permits of an object of ours, newest first, as a list reply.
function permit.page_of(kind, id, page_num, page_size)
    return page('grants:' .. kind .. ':' .. id, page_num, page_size, nil,
                function(member)
                    return flat(view(member))
                end)
end


-- what is asked for: a permit that a partner granted us
function permit.keep(subject, record, permit_id)
    local member = 'held ' .. string.sub(subject, #'audit:' + 1)

    redis.call('SET', key('permit-held:' .. permit_id), member)
    index('permit', member)
end


local function member_of(permit_id)
    if exists('permit:' .. permit_id) then
        return 'issued ' .. permit_id
    end

    return redis.call('GET', key('permit-held:' .. permit_id)) or nil
end


-- input: permit_id
-- output: ok and what is known of it | not_found
define('permit_get', 1, READ, function(permit_id)
    local member = member_of(permit_id)
    local fields = member and view(member)

    if not fields then
        return fail('not_found', permit_id)
    end

    return ok(unpack(flat(fields)))
end)


-- input: dir (issued, held) resource_type resource_id node_id status ('':
--        any) page_num page_size
-- output: ok and a list of records
define('permit_list', 7, READ, function(dir, resource_type, resource_id,
                                        node_id, status, page_num, page_size)
    local wanted = { dir = dir, resource_type = resource_type,
                     resource_id = resource_id, node_id = node_id,
                     status = status }
    local any = true

    for _, value in pairs(wanted) do
        any = any and value == ''
    end

    local function match(member)
        local fields = view(member)

        for name, value in pairs(wanted) do
            if value ~= '' and (not fields or fields[name] ~= value) then
                return nil
            end
        end

        return fields
    end

    return page('permit', page_num, page_size, not any and match or nil,
                function(member, fields)
                    return flat(not any and fields or view(member))
                end)
end)


-- The owner's end of a permit is the end of the approval it came with.
--
-- input: permit_id (of one that we issued)
-- output: ok | not_found | wrong_state
-- evidence: AUDIT_TERMINATED, PERMIT_REVOKED
define('permit_revoke', 1, RELIEF, function(permit_id)
    local record = read('permit:' .. permit_id)

    if not record then
        return fail('not_found', permit_id)
    end

    return audit.withdraw_out(audit.subject('in', record.kind, record.peer,
                                            record.audit_id))
end)
