
-- Reading logs, in the order in which the lines came.

-- the levels as the standard and others of the field have them
local STANDARD = { info = { 'info' }, debug = { 'debug' },
                   error = { 'warn', 'error' } }

local STAMP = '^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d)%.(%d%d%d)Z '


-- days from 1970-01-01 to a day of the Gregorian calendar
local function days_of(year, month, day)
    local shift = month <= 2 and 1 or 0
    local y, m = year + 4800 - shift, month + 12 * shift - 3

    return day + math.floor((153 * m + 2) / 5) + 365 * y + math.floor(y / 4)
           - math.floor(y / 100) + math.floor(y / 400) - 32045 - 2440588
end


-- when the line was written, in ms, and the line without that
local function divide(text, id)
    local year, month, day, h, m, s, ms = string.match(text, STAMP)

    if not year then
        return string.match(id, '^%d+'), text
    end

    local seconds = days_of(tonumber(year), tonumber(month), tonumber(day))
                    * 86400 + h * 3600 + m * 60 + s

    return string.format('%.0f', seconds * 1000 + ms), string.sub(text, 26)
end


-- one of two ids before the other
local function precedes(one, other)
    local a, b = string.match(one, '^(%d+)-(%d+)$')
    local c, d = string.match(other, '^(%d+)-(%d+)$')

    if a ~= c then
        return tonumber(a) < tonumber(c)
    end

    return tonumber(b) < tonumber(d)
end


local function earlier(one, other)
    return precedes(one.id, other.id)
end


-- The first lines of some streams between two ids, as { id, text, level,
-- task_id }. Once there are enough, no stream is read beyond the last one.
local function merged(sources, from, to, count)
    local lines = {}

    for _, source in ipairs(sources) do
        local entries = redis.call('XRANGE', source.stream, from, to, 'COUNT',
                                   count)

        for _, entry in ipairs(entries) do
            lines[#lines + 1] = { id = entry[1], text = entry[2][2],
                                  source = source }
        end

        if #entries > 0 then
            table.sort(lines, earlier)
        end

        for i = #lines, count + 1, -1 do
            lines[i] = nil
        end

        to = #lines == count and lines[count].id or to
    end

    return lines
end


local function sources_of(task_ids, levels)
    local list = {}

    for _, task_id in ipairs(task_ids) do
        for _, level in ipairs(levels) do
            list[#list + 1] = { stream = log.stream(task_id, level),
                                level = level, task_id = task_id }
        end
    end

    return list
end


-- The last lines of a task, over all levels, oldest first.
function log.tail(task_id, count)
    local lines, tail = {}, {}

    for _, source in ipairs(sources_of({ task_id }, log.LEVELS)) do
        for _, entry in ipairs(redis.call('XREVRANGE', source.stream, '+',
                                          '-', 'COUNT', count))
        do
            lines[#lines + 1] = { id = entry[1], text = entry[2][2] }
        end
    end

    table.sort(lines, function(a, b) return precedes(b.id, a.id) end)

    for i = math.min(count, #lines), 1, -1 do
        local _, text = divide(lines[i].text, lines[i].id)

        tail[#tail + 1] = text
    end

    return tail
end


-- the levels from the lower bound up, or the one that is asked for
local function levels_of(fields)
    local list, reached = {}, fields.min_level == ''

    for _, level in ipairs(log.LEVELS) do
        reached = reached or level == fields.min_level

        if reached and (fields.level == '' or fields.level == 'all'
                        or fields.level == level)
        then
            list[#list + 1] = level
        end
    end

    return list
end


-- How many lines there are between two times; without times cheaply.
local function number_of(sources, from, to)
    local number = 0

    for _, source in ipairs(sources) do
        if from == '-' and to == '+' then
            number = number + redis.call('XLEN', source.stream)
        else
            number = number + #redis.call('XRANGE', source.stream, from, to)
        end
    end

    return number
end


local function dropped_of(sources)
    local number = 0

    for _, source in ipairs(sources) do
        number = number + (tonumber(get('log:' .. source.task_id,
                                        'dropped.' .. source.level)) or 0)
    end

    return string.format('%d', number)
end


-- where the lines begin that are asked for
local function first_of(fields)
    local from = fields.from == '' and '-' or milliseconds(fields.from)
    local after = string.match(fields.after, '^%d+')

    if after and (from == '-' or tonumber(after) >= tonumber(from)) then
        return '(' .. fields.after
    end

    return from
end


-- Where a call begins: how many lines the page leaves out, how many it has
-- yet to show, the id from which on they are.
local function start_of(fields)
    local skip, left, id = string.match(fields.page_num,
                                        '^(%d+) (%S+) (%d+%-%d+)$')
    local num = math.max(tonumber(fields.page_num) or 1, 1)
    local size = tonumber(fields.page_size) or 20

    if skip then
        return tonumber(skip), tonumber(left) or math.huge, '(' .. id
    end

    if size < 0 then
        return 0, math.huge, first_of(fields)
    end

    return (num - 1) * size, size, first_of(fields)
end


local function show(line)
    local time, text = divide(line.text, line.id)

    return { 'id', line.id, 'time', time, 'level', line.source.level,
             'task_id', line.source.task_id, 'text', text }
end


-- nil, or the error's reply
local function refused_range(fields)
    if fields.after ~= '' and not string.find(fields.after, '^%d+%-%d+$') then
        return fail('invalid_fields', '/after: is no id of a line')
    end

    return nil
end


-- the reply of the last call of a list
local function lines_end(reply, sources, fields, last)
    local to = fields.to == '' and '+' or milliseconds(fields.to)
    local tail = { 'dropped', dropped_of(sources), 'last_id',
                   last or fields.after }

    reply[3] = string.format('%d', number_of(sources, first_of(fields), to))

    for _, word in ipairs(tail) do
        reply[#reply + 1] = word
    end

    return reply
end


-- Lines of some tasks as a list reply; with "next" as the lists of page().
local function lines_reply(task_ids, fields)
    local refused = refused_range(fields)

    if refused then
        return refused
    end

    local sources = sources_of(task_ids, levels_of(fields))
    local skip, left, from = start_of(fields)
    local to = fields.to == '' and '+' or milliseconds(fields.to)
    local most = math.min(STEP_SEEN, skip + math.min(left, STEP_SHOWN))
    local lines = merged(sources, from, to, most)
    local records, bytes, seen = {}, 0, 0

    while seen < #lines and bytes < STEP_BYTES do
        seen = seen + 1

        if seen > skip then
            records[#records + 1] = show(lines[seen])
            bytes = bytes + weight(records[#records])
        end
    end

    local reply = ok_list(0, records)

    left = left - #records

    if left < 1 or seen == 0 or (seen == #lines and #lines < most) then
        return lines_end(reply, sources, fields,
                         lines[seen] and lines[seen].id)
    end

    reply[#reply + 1] = 'next'
    reply[#reply + 1] = string.format('%d %s %s', math.max(skip - seen, 0),
                                      left == math.huge and '*'
                                      or string.format('%d', left),
                                      lines[seen].id)

    return reply
end


-- lines of some levels joined by LF, as they were given
local function joined(task_id, levels)
    local text = {}

    for i, line in ipairs(merged(sources_of({ task_id }, levels), '-', '+',
                                 10000))
    do
        text[i] = line.text
    end

    return table.concat(text, '\n')
end


-- input: task_id level (all, debug, info, warn, error) min_level (that and
--        what is worse; '': all) from to (when the lines came, epoch ms; '':
--        no limit) after (id of a line, only later ones; '': all) page_num
--        page_size; with none of level to after the standard's form
-- output: ok and a list of id time level task_id text, last_id (to go on
--         behind it), dropped (lines of these levels that are gone); in the
--         standard's form no records but log_info log_debug log_error (also
--         warn) (lines joined by LF) | not_found | invalid_fields
define('task_log_get', 1, READ, function(task_id, level, min_level, from, to,
                                         after, page_num, page_size)
    local reply = ok()

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    if (level or '') .. (min_level or '') .. (from or '') .. (to or '')
       .. (after or '') ~= ''
    then
        return lines_reply({ task_id }, {
            level = level, min_level = min_level, from = from, to = to,
            after = after, page_num = page_num, page_size = page_size
        })
    end

    for _, name in ipairs({ 'info', 'debug', 'error' }) do
        reply[#reply + 1] = 'log_' .. name
        reply[#reply + 1] = joined(task_id, STANDARD[name])
    end

    return reply
end)


-- input: job_id, and as task_log_get
-- output: ok and a list as that of task_log_get, of all tasks that this node
--         has of the job | not_found | invalid_fields
define('job_log_get', 8, READ, function(job_id, level, min_level, from, to,
                                        after, page_num, page_size)
    if not exists('job:' .. job_id) then
        return fail('not_found', job_id)
    end

    return lines_reply(job.task_ids(job_id), {
        level = level, min_level = min_level, from = from, to = to,
        after = after, page_num = page_num, page_size = page_size
    })
end)


-- What others of the field ask for: lines by their number.

-- input: task_id level (info, debug, error with warn)
-- output: ok num | not_found | invalid_fields
define('task_log_count', 2, READ, function(task_id, level)
    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    if not STANDARD[level] then
        return fail('invalid_fields', '/log_level')
    end

    return ok('num', string.format('%d', number_of(
        sources_of({ task_id }, STANDARD[level]), '-', '+')))
end)


-- input: task_id level (as task_log_count) start (from 0) length (at most
--        1000)
-- output: ok data, a JSON array of lines (less than length when they are more
--         than 128 KiB) | not_found | invalid_fields
define('task_log_lines', 4, READ, function(task_id, level, start, length)
    local first, count = tonumber(start), tonumber(length)
    local data, bytes = {}, 0

    if not exists('task:' .. task_id) then
        return fail('not_found', task_id)
    end

    if not STANDARD[level] or not first or not count or first < 0
       or count < 0 or count > 1000
    then
        return fail('invalid_fields', not STANDARD[level] and '/log_level'
                                      or '/start')
    end

    local lines = merged(sources_of({ task_id }, STANDARD[level]), '-', '+',
                         first + count)

    for i = first + 1, #lines do
        if bytes < STEP_BYTES then
            data[#data + 1] = quote(lines[i].text)
            bytes = bytes + #data[#data]
        end
    end

    return ok('data', '[' .. table.concat(data, ',') .. ']')
end)
