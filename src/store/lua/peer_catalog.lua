
-- What partners publish, as it was read last. peer-catalog:<contract> says of
-- each kind when that was and how it went; ix:peer:<contract>:<kind> has the
-- ids in the partner's order, peer-entries:... has name and value of each one
-- as a JSON array of strings.

local KINDS = { 'dataset', 'project', 'component' }
local MAX_ENTRIES = 10000
local MAX_BYTES = 16 * 1024 * 1024       -- of all entries of a kind


local function names(id, kind)
    return key('ix:peer:' .. id .. ':' .. kind),
           key('peer-entries:' .. id .. ':' .. kind)
end


function partner.forget_catalog(id)
    for _, kind in ipairs(KINDS) do
        local ids, entries = names(id, kind)

        redis.call('UNLINK', ids, entries, ids .. ':new', entries .. ':new')
    end

    redis.call('DEL', key('peer-catalog:' .. id))
end


-- a live contract, or nil and the error's reply
local function entitled(id)
    local record = contract.find(id)

    if not record then
        return nil, fail('not_found', id)
    end

    if not contract.is_live(record) then
        return nil, fail('no_contract', record.peer)
    end

    return record
end


-- input: contract_id
-- output: ok | not_found | no_contract; the courier reads it at once
-- evidence: RES_QUERIED
define('peer_refresh', 1, WRITE, function(id)
    local record, error_reply = entitled(id)

    if not record then
        return error_reply
    end

    redis.call('ZADD', key('catalogs'), now, record.contract_id)
    evidence('RES_QUERIED', 'contract:' .. record.contract_id,
             'peer', record.peer)

    return ok()
end)


-- input: contract_id kind page (from 1; 1 begins anew) then id and entry of
--        each one (name and value as a JSON array of strings)
-- output: ok added (how many were not there before) total full ("1": no more
--         fits in here) | no_contract
define('peer_catalog_add', 3, WRITE, function(id, kind, page_num, ...)
    local list, added = { ... }, 0
    local record, error_reply = entitled(id)
    local ids, entries = names(id, kind)

    ids, entries = ids .. ':new', entries .. ':new'

    if not record then
        return error_reply
    end

    if page_num == '1' then
        redis.call('UNLINK', ids, entries)
        redis.call('HDEL', key('peer-catalog:' .. id), kind .. '_bytes')
    end

    local total = redis.call('HLEN', entries)
    local bytes = tonumber(get('peer-catalog:' .. id, kind .. '_bytes')) or 0

    -- lists begin with the highest score
    for i = 1, #list, 2 do
        if total < MAX_ENTRIES and bytes < MAX_BYTES
           and redis.call('HSETNX', entries, list[i], list[i + 1]) == 1
        then
            redis.call('ZADD', ids, MAX_ENTRIES - total, list[i])
            added, total = added + 1, total + 1
            bytes = bytes + #list[i] + #list[i + 1]
        end
    end

    write('peer-catalog:' .. id,
          { [kind .. '_bytes'] = string.format('%d', bytes) })

    return ok('added', string.format('%d', added),
              'total', string.format('%d', total),
              'full', (total >= MAX_ENTRIES or bytes >= MAX_BYTES) and '1'
                      or '0')
end)


-- input: contract_id kind error ("": what was added takes the place of the
--        last reading) truncated ("1": there is more)
-- output: ok | no_contract
define('peer_catalog_done', 4, WRITE, function(id, kind, text, truncated)
    local record, error_reply = entitled(id)

    if not record then
        return error_reply
    end

    for _, name in ipairs({ names(id, kind) }) do
        if text ~= '' then
            redis.call('UNLINK', name .. ':new')

        elseif redis.call('EXISTS', name .. ':new') == 1 then
            redis.call('RENAME', name .. ':new', name)

        else
            redis.call('UNLINK', name)
        end
    end

    local fields = { [kind .. '_error'] = text,
                     [kind .. '_tried'] = now }

    if text == '' then
        fields[kind .. '_fetched'] = now
        fields[kind .. '_truncated'] = truncated
    end

    write('peer-catalog:' .. id, fields)
    feed.change('CATALOG_READ', 'contract:' .. record.contract_id)

    return ok()
end)


-- name and value of an entry
local function entry(entries, member)
    local text = redis.call('HGET', entries, member)

    return text and cjson.decode(text)
end


-- how the last reading went
local function status_of(id, kind)
    local record = read('peer-catalog:' .. id) or {}

    return { 'fetched_at', record[kind .. '_fetched'] or '',
             'tried_at', record[kind .. '_tried'] or '',
             'error', record[kind .. '_error'] or '',
             'truncated', record[kind .. '_truncated'] == '1' and '1' or '0' }
end


-- input: kind contract_id page_num page_size
-- output: ok fetched_at tried_at error truncated and a list of records
--         | not_found | no_contract
define('peer_catalog_list', 4, READ, function(kind, id, page_num, page_size)
    local record, error_reply = entitled(id)

    if not record then
        return error_reply
    end

    id = record.contract_id

    local _, entries = names(id, kind)
    local reply = page('peer:' .. id .. ':' .. kind, page_num, page_size, nil,
                       function(member)
                           return entry(entries, member)
                       end)

    for _, text in ipairs(status_of(id, kind)) do
        reply[#reply + 1] = text
    end

    return reply
end)


-- input: kind contract_id id
-- output: ok and the entry with fetched_at tried_at error | not_found
--         | no_contract
define('peer_catalog_get', 3, READ, function(kind, id, member)
    local record, error_reply = entitled(id)

    if not record then
        return error_reply
    end

    local _, entries = names(record.contract_id, kind)
    local flat = entry(entries, member)

    if not flat then
        return fail('not_found', member)
    end

    table.insert(flat, 1, 'ok')

    for _, text in ipairs(status_of(record.contract_id, kind)) do
        flat[#flat + 1] = text
    end

    return flat
end)
