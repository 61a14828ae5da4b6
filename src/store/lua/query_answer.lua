
-- The owner's answer to a query, and its end.


-- The job's requests that its operator has approved and that waited for this
-- go on.
local function release(id)
    local audits = key('query-audits:' .. id)

    for _, subject in ipairs(redis.call('SMEMBERS', audits)) do
        local record = read(subject)

        if record then
            audit.release(subject, record)
        end
    end

    redis.call('DEL', audits)
end


-- The record of a query that may take the step, or nil and the reply.
local function to_change(name, id, status)
    local record = read('query:' .. id)

    if not record then
        return nil, absent(name, id)
    end

    record.status = query.state(record)

    local refused = step_refused(name, record, status)

    if refused then
        return nil, refused
    end

    return record
end


local function change(record, event, fields, ...)
    write('query:' .. record.query_id, with(fields, {
        decided_by = asker or '', update_time = now
    }))
    evidence(event, 'query:' .. record.query_id, 'peer', record.node_id,
             'digest', record.digest, ...)
end


-- what a location has besides its type: by type, the one that it needs first
local MEMBERS = { odbc = { 'dsn', 'key', 'fetch_size' }, sqlite = { 'path' } }


-- Where the query runs is the owner's choice, and the text is not. The JSON of
-- a location, or nil and the error's reply.
local function location_of(fields)
    local location = decoded(fields.location) or {}
    local kind = location.type
    local members = MEMBERS[kind]

    if not members then
        return nil, fail('invalid_fields',
                         '/location/type: must be odbc or sqlite')
    end

    if (location[members[1]] or '') == '' then
        return nil, fail('invalid_fields', '/location/' .. members[1]
                                           .. ': is missing')
    end

    if kind == 'odbc' and string.find(location.dsn, '[;{}=%[%]%c]') then
        return nil, fail('invalid_fields', '/location/dsn: must be the name '
                                           .. 'of a data source')
    end

    local list = { '"type":' .. quote(kind) }

    for _, name in ipairs(members) do
        local value = location[name]

        if value ~= nil then
            list[#list + 1] = quote(name) .. ':'
                              .. (type(value) == 'number'
                                  and string.format('%d', value)
                                  or quote(value))
        end

        location[name] = nil
    end

    location.type = nil

    local other = next(location)

    if other then
        return nil, fail('invalid_fields', '/location/' .. tostring(other)
                                           .. ': is not known of ' .. kind)
    end

    return '{' .. table.concat(list, ',') .. '}'
end


-- input: query_id name value... (location: a JSON object, rows_limit
--        times_limit time_limit; digest: of what the operator was shown)
-- output: ok (also when it was approved before) | not_found | wrong_state
--         | conflict (another digest) | invalid_fields (location, or a
--         time_limit that is over)
-- evidence: QUERY_APPROVED; what follows of a job's approval that waited for
--           it: AUDIT_APPROVED, PERMIT_ISSUED, JOB_CREATED
define('query_approve', 1, WRITE, function(id, ...)
    local fields = fields_of(...)
    local record, refused = to_change('query_approve', id, 'APPROVED')

    if not record then
        return refused
    end

    if (fields.digest or '') ~= '' and fields.digest ~= record.digest then
        return fail('conflict', 'digest')
    end

    local location, unsound = location_of(fields)

    if not location or past(fields.time_limit) then
        return unsound or over(fields, 'time_limit')
    end

    local times = tonumber(fields.times_limit) or 0
    local left = times > 0 and string.format('%d', times) or '-1'

    change(record, 'QUERY_APPROVED', {
        status = 'APPROVED', location = location, reason = '',
        rows_limit = fields.rows_limit or '',
        times_limit = fields.times_limit or '',
        time_limit = fields.time_limit or '', used = '0',
        left = left
    }, 'location', location, 'left', left,
       'exp', milliseconds(fields.time_limit))
    redis.call('DEL', key('query-uses:' .. id))
    query.settle(record)
    release(id)

    return ok()
end)


-- input: query_id reason
-- output: ok (also when it was refused before) | not_found | wrong_state
-- evidence: QUERY_REFUSED; what follows of a job's approval that waited for
--           it: AUDIT_APPROVED, PERMIT_ISSUED, JOB_CREATED
define('query_refuse', 2, RELIEF, function(id, reason)
    local record, refused = to_change('query_refuse', id, 'REFUSED')

    if not record then
        return refused
    end

    change(record, 'QUERY_REFUSED', { status = 'REFUSED', reason = reason })
    query.settle(record)
    release(id)

    return ok()
end)


-- input: query_id
-- output: ok (also when it was revoked before) | not_found | wrong_state;
--         tasks that read by it stop
-- evidence: QUERY_REVOKED, TASK_STOPPED or TASK_FAILED of those tasks
define('query_revoke', 1, RELIEF, function(id)
    local record, refused = to_change('query_revoke', id, 'REVOKED')
    local uses = key('query-uses:' .. id)

    if not record then
        return refused
    end

    change(record, 'QUERY_REVOKED', { status = 'REVOKED' })

    for _, task_id in ipairs(redis.call('ZRANGE', uses, 0, -1)) do
        task.cancel(read('task:' .. task_id))
    end

    redis.call('DEL', uses)

    return ok()
end)
