
-- Why jobs and tasks fail: one object for whoever made it, a component, a
-- runner, the scheduler, the store or a partner in words of its own. What a
-- partner says is made anew here, so that an initiator shows nothing but
-- these members, of bounded length.

local MAX_TEXT = 2000
local MAX_LINES, MAX_LINE = 10, 400
local MAX_SHOWN = 20

-- members in their order; kind: text, number, or lines
local MEMBERS = {
    { 'party', 'text' }, { 'node_id', 'text' }, { 'component', 'text' },
    { 'task_name', 'text' }, { 'task_id', 'text' }, { 'field', 'text' },
    { 'column', 'text' }, { 'row', 'number' }, { 'code', 'number' },
    { 'error', 'text' }, { 'message', 'text' }, { 'message_zh', 'text' },
    { 'remedy', 'text' }, { 'remedy_zh', 'text' }, { 'time', 'number' },
    { 'log', 'lines' }
}

-- of the causes that only follow
local SHORT = { 'party', 'node_id', 'task_name', 'task_id', 'code', 'error',
                'message', 'message_zh', 'time' }


-- whoever reads a log may do so in a terminal
local function clean_line(line)
    return cut((string.gsub(line, '[%z\1-\31\127]', function(c)
        return string.format('\\x%02x', string.byte(c))
    end)), MAX_LINE)
end


local function lines_json(value)
    local lines = {}

    for i, line in ipairs(type(value) == 'table' and value or {}) do
        if i > MAX_LINES or type(line) ~= 'string' then
            break
        end

        lines[i] = quote(clean_line(line))
    end

    return '[' .. table.concat(lines, ',') .. ']'
end


local ENCODE = {
    text = function(value)
        return type(value) == 'string' and value ~= ''
               and quote(cut(value, MAX_TEXT)) or nil
    end,

    number = function(value)
        value = tonumber(value)

        return value and value > 0 and value < 2 ^ 53
               and string.format('%.0f', value) or nil
    end,

    lines = lines_json
}


-- the first members that others count on are there even when empty
local ALWAYS = { party = true, node_id = true, component = true,
                 task_name = true, task_id = true }


local function encode(cause)
    local list = {}

    for _, member in ipairs(MEMBERS) do
        local text = ENCODE[member[2]](cause[member[1]])

        if text or ALWAYS[member[1]] then
            list[#list + 1] = '"' .. member[1] .. '":' .. (text or '""')
        end
    end

    return '{' .. table.concat(list, ',') .. '}'
end


function causes.follows(cause)
    local error_row = errors[cause.error]

    return error_row ~= nil and error_row.follows
end


-- What is the same for all causes of an error; the text of one that is not
-- ours is told as it is.
local function complete(cause, text)
    local error_row = errors[cause.error]

    if not error_row then
        local said = type(cause.message) == 'string' and cause.message or text

        error_row = errors.task_crashed
        cause.error = 'task_crashed'
        cause.message = error_row.text .. ': ' .. said
        cause.message_zh = error_row.text_zh .. '：' .. said
    end

    if type(cause.message) ~= 'string' or cause.message == '' then
        cause.message, cause.message_zh = error_row.text, error_row.text_zh
    end

    -- words of others, who do not know our form, are in one language
    if type(cause.message_zh) ~= 'string' or cause.message_zh == '' then
        local ours = type(cause.party) == 'string' and cause.party ~= ''

        cause.message_zh = error_row.text_zh .. (ours and ''
                                                 or '：' .. cause.message)
        cause.message = (ours and '' or error_row.text .. ': ')
                        .. cause.message
    end

    cause.code = error_row.code
    cause.remedy, cause.remedy_zh = error_row.remedy, error_row.remedy_zh
    cause.time = tonumber(cause.time) or tonumber(now)

    return cause
end


-- A cause as JSON from what was said, '' when nothing was. known: members
-- that are as this node knows them, whatever the other says: party, node_id,
-- task_name, task_id, and the job's record; time: for a cause without.
function causes.clean(text, known)
    if (text or '') == '' then
        return ''
    end

    local cause = decoded(text) or {}

    cause.time = tonumber(cause.time) or known.time
    complete(cause, text)

    for _, name in ipairs({ 'party', 'node_id', 'task_name', 'task_id' }) do
        cause[name] = known[name] or cause[name]
    end

    if known.job and type(cause.task_name) == 'string'
       and cause.task_name ~= ''
    then
        cause.component = job.component(known.job, cause.task_name)
    end

    return encode(cause)
end


-- of a part of a task: the record of a task or of what a party has of one
function causes.of_part(text, part, node_id)
    return causes.clean(text, {
        party = part.role, node_id = node_id, task_name = part.task_name,
        task_id = part.task_id, time = tonumber(part.finish_time),
        job = pick('job:' .. part.job_id, 'dag')
    })
end


-- of a job: who it is about was found out here
function causes.of_job(text, record)
    return causes.clean(text, { job = record })
end


-- made by the store itself; detail: what is said besides, or nil
function causes.make(name, party, node_id, task_name, task_id, detail)
    local cause = complete({ error = name, party = party, node_id = node_id,
                             task_name = task_name, task_id = task_id }, '')

    if (detail or '') ~= '' then
        cause.message = cause.message .. ': ' .. detail
        cause.message_zh = cause.message_zh .. '：' .. detail
    end

    return encode(cause)
end


local function is_earlier(one, other)
    local a = tonumber(one.part.finish_time) or math.huge
    local b = tonumber(other.part.finish_time) or math.huge

    if a ~= b then
        return a < b
    end

    return one.part.node_id < other.part.node_id
end


-- The parts of the tries of now that failed, the earliest first: part and
-- cause.
local function failures_of(record)
    local list = {}

    for _, subject in ipairs(job.parts(record.job_id)) do
        local part = read(subject)

        if part and part.status == 'FAILED' and job.is_of_try(record, part)
        then
            part.node_id = part.node_id or self_node
            list[#list + 1] = {
                part = part,
                cause = decoded(causes.of_part(part.cause ~= ''
                            and part.cause or '{}', part, part.node_id))
            }
        end
    end

    table.sort(list, is_earlier)

    return list
end


-- the first failure that follows from no other, else nil
local function root_of(failures)
    for _, failure in ipairs(failures) do
        if not causes.follows(failure.cause) then
            return failure.cause
        end
    end

    return nil
end


-- The root of what failed here, else the other cause: of a job that a peer
-- ends because of what its parts told it.
function causes.own(record, other)
    local root = root_of(failures_of(record))

    return root and encode(root) or other
end


local function short_json(cause)
    local list = {}

    for _, name in ipairs(SHORT) do
        local text = ENCODE[type(cause[name]) == 'number' and 'number'
                            or 'text'](cause[name])

        if text then
            list[#list + 1] = '"' .. name .. '":' .. text
        end
    end

    return '{' .. table.concat(list, ',') .. '}'
end


-- the owner of a task reads the last lines of its log
function causes.with_log(cause)
    if cause.node_id == self_node and (cause.task_id or '') ~= '' then
        local tail = log.tail(cause.task_id, MAX_LINES)

        cause.log = #tail > 0 and tail or cause.log
    end

    return cause
end


-- The same for a part's cause as JSON.
function causes.shown(text)
    local cause = decoded(text)

    return cause and encode(causes.with_log(cause)) or text
end


-- Why a job failed, as JSON: the root, and in short what followed. What was
-- entered at its end is the root unless it only follows and a party has told
-- of another meanwhile; a job that was stopped was stopped.
function causes.explain(record)
    local root = decoded(record.cause)
    local list = {}

    if not root then
        return ''
    end

    -- of an older version
    root.time = tonumber(root.time) or tonumber(record.finish_time)
    complete(root, '')

    local failures = failures_of(record)

    if causes.follows(root) and record.cancel ~= '1' then
        root = root_of(failures) or root
    end

    for _, failure in ipairs(failures) do
        local cause = failure.cause

        if #list < MAX_SHOWN and (cause.task_id ~= root.task_id
                                  or cause.node_id ~= root.node_id)
        then
            list[#list + 1] = short_json(cause)
        end
    end

    return string.sub(encode(causes.with_log(root)), 1, -2)
           .. ',"consequences":[' .. table.concat(list, ',') .. ']}'
end
