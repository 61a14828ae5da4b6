
-- How the node stands, in few numbers: what is counted when it changes, so
-- that asking costs the same however many jobs there were.

local PEERS = 200
local ROLES = { 'courier', 'channel', 'scheduler', 'runner', 'packages' }


-- pairs of name and JSON as an object
local function object_of(...)
    local list, members = { ... }, {}

    for i = 1, #list, 2 do
        members[#members + 1] = quote(list[i]) .. ':' .. list[i + 1]
    end

    return '{' .. table.concat(members, ',') .. '}'
end


local function number(value)
    return string.format('%.0f', tonumber(value or '') or 0)
end


-- live contracts: the partner, whether it is there, its certificate's end
local function peers(certificates)
    local list = {}

    for _, id in ipairs(redis.call('ZRANGE', key('partners'), 0, PEERS - 1))
    do
        local record = contract.find(id)

        if contract.is_live(record) then
            local one = pick('known:' .. record.peer, 'name', 'health',
                             'health_since', 'health_error', 'latency_ms',
                             'certificate_ends')

            list[#list + 1] = object_of(
                'node_id', quote(record.peer), 'contract_id', quote(id),
                'name', quote(one.name or record.name or ''),
                'state', quote(one.health or ''),
                'since', number(one.health_since),
                'error', quote(one.health_error or ''),
                'latency_ms', number(one.latency_ms))

            if tonumber(one.certificate_ends or '') then
                certificates[#certificates + 1] = object_of(
                    'what', quote('peer'), 'node_id', quote(record.peer),
                    'expires', number(one.certificate_ends))
            end
        end
    end

    return list
end


local function jobs()
    local pairs_of = {}

    for _, one in ipairs(job.numbers()) do
        pairs_of[#pairs_of + 1] = one[1]
        pairs_of[#pairs_of + 1] = number(one[2])
    end

    return object_of(unpack(pairs_of))
end


local function log_head()
    local last = redis.call('XREVRANGE', key('evidence'), '+', '-', 'COUNT',
                            1)[1]
    local fields = last and fields_of(unpack(last[2])) or {}

    return object_of('length', number(redis.call('XLEN', key('evidence'))),
                     'head', quote(last and last[1] or ''),
                     'event', quote(fields.event or ''),
                     'subject', quote(fields.subject or ''),
                     'time', number(fields.time),
                     'sealed', number(get('notary', 'size')),
                     'checkpoint', quote(get('notary', 'head') or ''))
end


local function queues()
    return object_of('messages', number(redis.call('XLEN', key('outbox'))),
                     'tasks_waiting',
                     number(redis.call('ZCARD', key('tasks-waiting'))),
                     'tasks_running',
                     number(redis.call('ZCARD', key('leases'))))
end


-- roles of the daemon that gave no sign of life for a while
local function missing_roles()
    local list = {}

    for _, name in ipairs(ROLES) do
        if (pending.down(name) or '') ~= '' then
            list[#list + 1] = name
        end
    end

    return json_list(list)
end


-- input: name (of the operator who asks: what he may not read is left out)
-- output: ok peers certificates (JSON lists; node.read) jobs queue (JSON
--         objects) down (JSON list; job.read) inbox (audit.read) evidence
--         (JSON object; evidence.read)
define('overview', 1, READ, function(name)
    local held = role.held(read('operator:' .. name) or {})
    local reply, certificates = ok(), {}

    local function add(permission, field, value)
        if role.allow(held, permission) then
            reply[#reply + 1] = field
            reply[#reply + 1] = value()
        end
    end

    add('node.read', 'peers', function()
        return '[' .. table.concat(peers(certificates), ',') .. ']'
    end)
    add('node.read', 'certificates', function()
        return '[' .. table.concat(certificates, ',') .. ']'
    end)
    add('job.read', 'jobs', jobs)
    add('job.read', 'queue', queues)
    add('job.read', 'down', missing_roles)
    add('audit.read', 'inbox', function()
        return number(redis.call('ZCARD', key('ix:inbox')))
    end)
    add('evidence.read', 'evidence', log_head)

    return reply
end)
