
-- Partners with a live contract: whether they are there, who they are.
-- partners holds contracts by the time of the next probe, catalogs by the
-- time when what the partner publishes is read again.

local AT_A_TIME = 100

-- from its answer to node/query; its address is what the contract says
local DESCRIBED = { 'name', 'institution', 'inst_id', 'system',
                    'system_version', 'description' }


local function next_time(wait, id)
    local dice = tonumber(string.sub(redis.sha1hex(id .. now), 1, 4), 16)

    return string.format('%.0f', tonumber(now)
                         + (tonumber(wait) or 0) * (0.9 + dice / 65535 / 5))
end


function partner.add(id)
    redis.call('ZADD', key('partners'), now, id)
    redis.call('ZADD', key('catalogs'), now, id)
end


-- what is remembered of a partner ends with its contract
local function forget(id)
    local record = contract.find(id)

    redis.call('ZREM', key('partners'), id)
    redis.call('ZREM', key('catalogs'), id)
    partner.forget_catalog(id)

    if record and not contract.live(record.peer) then
        redis.call('HDEL', key('known:' .. record.peer), 'health',
                   'health_time', 'health_since', 'health_error',
                   'latency_ms',
                   'clock_ahead', 'certificate_ends')
    end
end


local function due(name, what, interval, records)
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key(name), '-inf', now,
                                   'LIMIT', 0, AT_A_TIME))
    do
        local record = contract.find(id)

        if contract.is_live(record) then
            redis.call('ZADD', key(name), next_time(interval, id), id)
            records[#records + 1] = {
                'what', what, 'contract_id', id, 'node_id', record.peer,
                'address', record.address or '',
                'described', record.described or '',
                'speaks', record.speaks or ''
            }
        else
            forget(id)
        end
    end
end


-- input: health_ms catalog_ms (the intervals)
-- output: ok and a list of what ("health" or "catalog") contract_id node_id
--         address described speaks: which partners to ask now; "cosign" has
--         body size too
define('peer_take', 2, RELIEF, function(health_ms, catalog_ms)
    local records = {}

    due('partners', 'health', health_ms, records)
    due('catalogs', 'catalog', catalog_ms, records)
    witness.take(records)

    return ok_list(#records, records)
end)


-- input: node_id health (UP or DOWN) latency_ms error name value... (what its
--        answer told: clock_ahead in s, certificate_ends; else as before)
-- output: ok partner ("1"; "": it is none any more)
-- evidence: PEER_CONNECTED, PEER_DISCONNECTED, PEER_HEALTH_CHANGED (the first
--           thing known of it is that it is not there); nothing when it is
--           as it was
define('peer_health', 4, RELIEF, function(node_id, health, latency, text,
                                         ...)
    local subject, facts = 'known:' .. node_id, fields_of(...)
    local before = get(subject, 'health') or ''
    local event = health == 'UP' and 'PEER_CONNECTED'
                  or before == 'UP' and 'PEER_DISCONNECTED'
                  or 'PEER_HEALTH_CHANGED'

    if not contract.live(node_id) then
        return ok('partner', '')
    end

    if health ~= before then
        facts.health_since = now
    end

    write(subject, with(facts, { health = health, health_time = now,
                                 health_error = text,
                                 latency_ms = latency }))

    if health ~= before then
        evidence(event, subject, 'peer', node_id, 'health', health,
                 'error', text)
    end

    return ok('partner', '1')
end)


-- input: contract_id name value... (what the partner tells of itself; none:
--        it does not answer that question)
-- output: ok | no_contract
-- evidence: PEER_INFO_RECORDED when something was not known
define('peer_described', 1, WRITE, function(id, ...)
    local record = contract.find(id)
    local fields, changed = fields_of(...), {}

    if not contract.is_live(record) then
        return fail('no_contract', id)
    end

    for _, name in ipairs(DESCRIBED) do
        local value = fields[name] or ''

        -- the institution of a node does not change
        if value ~= '' and value ~= record[name]
           and (name ~= 'inst_id' or (record[name] or '') == '')
        then
            changed[name] = value
        end
    end

    if next(changed) then
        known.learn(record.peer, changed, 'contract')
        evidence('PEER_INFO_RECORDED', 'contract:' .. record.contract_id,
                 'peer', record.peer)
    end

    write('contract:' .. record.contract_id,
          with(changed, { described = now }))

    return ok()
end)
