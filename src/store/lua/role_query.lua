
-- input: name
-- output: ok and the record | not_found
define('role_get', 1, READ, function(name)
    local record = role.default(name)

    if record then
        return ok(unpack(flat_of(record)))
    end

    return ok_record('role:' .. name)
end)


-- The default ones come first, in the order of their table.
-- input: page_num page_size
-- output: ok and a list of records
define('role_list', 2, READ, function(page_num, page_size)
    local own = redis.call('ZREVRANGE', key('ix:role'), 0, -1)
    local size = tonumber(page_size) or 20
    local first = (tonumber(page_num) or 1) * size - size
    local all, records = {}, {}

    for _, one in ipairs(role.defaults()) do
        all[#all + 1] = one.name
    end

    for _, name in ipairs(own) do
        all[#all + 1] = name
    end

    for i, name in ipairs(all) do
        if size < 0 or (i > first and i <= first + size) then
            records[#records + 1] = flat_of(role.default(name)
                                         or read('role:' .. name))
        end
    end

    return ok_list(#all, records)
end)


-- input: name
-- output: ok and the record | not_found
define('role_group_get', 1, READ, function(name)
    return ok_record('role_group:' .. name)
end)


-- input: page_num page_size
-- output: ok and a list of records
define('role_group_list', 2, READ, function(page_num, page_size)
    return page('role_group', page_num, page_size, nil, whole('role_group:'))
end)
