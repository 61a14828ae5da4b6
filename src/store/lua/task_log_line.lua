
-- A task's log as the ecosystem asks for it: three levels, lines by number.

local LEVELS = { info = { 'info' }, debug = { 'debug' },
                 error = { 'warn', 'error' } }


local function id_less(one, other)
    local a, b = string.match(one, '^(%d+)-(%d+)$')
    local c, d = string.match(other, '^(%d+)-(%d+)$')

    if a ~= c then
        return tonumber(a) < tonumber(c)
    end

    return tonumber(b) < tonumber(d)
end


-- all lines of a level, oldest first; each is { id, text }
local function lines_of(task_id, level)
    local list = {}

    for _, name in ipairs(LEVELS[level] or LEVELS.info) do
        for _, entry in ipairs(redis.call('XRANGE',
                                          log.stream(task_id, name), '-',
                                          '+'))
        do
            list[#list + 1] = { entry[1], entry[2][2] }
        end
    end

    table.sort(list, function(one, other)
        return id_less(one[1], other[1])
    end)

    return list
end


-- input: task_id level (info, debug, error; '': info)
-- output: ok num | not_found
define('task_log_count', 2, READ, function(task_id, level)
    local lines = 0

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    for _, name in ipairs(LEVELS[level] or LEVELS.info) do
        lines = lines + redis.call('XLEN', log.stream(task_id, name))
    end

    return ok('num', string.format('%d', lines))
end)


-- input: task_id level start (from 0; '': 0) length ('': 100)
-- output: ok data, a JSON array of lines | not_found
define('task_log_lines', 4, READ, function(task_id, level, start, length)
    local shown = {}

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    local lines = lines_of(task_id, level)
    local first = (tonumber(start) or 0) + 1

    for i = first, math.min(#lines, first + (tonumber(length) or 100) - 1) do
        shown[#shown + 1] = quote(lines[i][2])
    end

    return ok('data', '[' .. table.concat(shown, ',') .. ']')
end)
