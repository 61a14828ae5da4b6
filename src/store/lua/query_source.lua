
-- Where queries can run, and what is said there of those that wait.

-- datasets whose places are offered; sources that a query is read by
local MAX_LOOKED_AT, MAX_READ_BY = 1000, 8
local MAX_FAULT = 1000


-- places as { type, dsn or path }
local function places()
    local list, seen = {}, {}

    for _, name in ipairs(decoded(redis.call('GET', key('sources')) or '')
                          or {})
    do
        list[#list + 1] = { 'odbc', 'dsn', name }
    end

    for _, id in ipairs(redis.call('ZREVRANGE', key('ix:dataset'), 0,
                                   MAX_LOOKED_AT))
    do
        local location = decoded(get(object.subject('dataset', id),
                                     'location')) or {}

        if location.type == 'sqlite' and type(location.path) == 'string'
           and not seen[location.path]
        then
            seen[location.path] = true
            list[#list + 1] = { 'sqlite', 'path', location.path }
        end
    end

    return list
end


-- input: name... (data sources of odbc.ini, as the runner finds them)
-- output: ok
define('query_sources_put', 0, RELIEF, function(...)
    local names = { ... }

    table.sort(names)
    redis.call('SET', key('sources'), json_list(names))

    return ok()
end)


-- input: page_num page_size
-- output: ok and a list of type, dsn or path: where queries can run; all at
--         once
define('query_sources', 2, READ, function()
    local records = {}

    for i, place in ipairs(places()) do
        records[i] = { 'type', place[1], place[2], place[3] }
    end

    return ok_list(#records, records)
end)


-- input: -
-- output: ok query_id sql sources (JSON list of locations), of a query that
--         waits and that no data source has read yet | not_found
define('query_unread', 0, READ, function()
    local id = redis.call('SRANDMEMBER', key('queries-unread'))
    local sql = id and get('query:' .. id, 'sql')
    local list = {}

    if not sql then
        return fail('not_found')
    end

    for i, place in ipairs(places()) do
        if i <= MAX_READ_BY then
            list[i] = '{"type":"' .. place[1] .. '","' .. place[2] .. '":'
                      .. quote(place[3]) .. '}'
        end
    end

    return ok('query_id', id, 'sql', sql,
              'sources', '[' .. table.concat(list, ',') .. ']')
end)


-- input: query_id columns (JSON) fault location (JSON; '' for what is not
--        known)
-- output: ok (also when it waits no more)
define('query_read', 4, RELIEF, function(id, columns, fault, location)
    redis.call('SREM', key('queries-unread'), id)

    if get('query:' .. id, 'status') == 'PENDING' then
        write('query:' .. id, { columns = columns,
                                fault = cut(fault, MAX_FAULT),
                                location = location })
    end

    return ok()
end)
