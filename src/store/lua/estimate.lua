
-- How long it will take: the rate of progress over the last half of the time,
-- from a few samples "time:percent" that the record keeps. eta is when it
-- should be over. A whole percent may have just been reached or be almost
-- over, so that one percent less than the samples say is counted: what is
-- shown comes down to the truth, and does not go up but when it becomes
-- slower.

local MAX_SAMPLES = 24
local MIN_TIME = 500                     -- ms between the first and the last
local MIN_SPAN = 3                       -- percent


local function parse(text)
    local list = {}

    for time, percent in string.gmatch(text or '', '(%d+):(%d+)') do
        list[#list + 1] = { tonumber(time), tonumber(percent) }
    end

    return list
end


local function text_of(list)
    local words = {}

    for i, one in ipairs(list) do
        words[i] = string.format('%.0f:%d', one[1], one[2])
    end

    return table.concat(words, ' ')
end


-- What is older than half the time goes, but for the last of them; then, if
-- there are still many, every second.
local function thin(list, began)
    local half = (tonumber(now) + began) / 2

    while #list > 2 and list[2][1] <= half do
        table.remove(list, 1)
    end

    if #list > MAX_SAMPLES then
        for i = #list - 1, 2, -2 do
            table.remove(list, i)
        end
    end

    return list
end


-- The changes of a record with that progress, which began then: samples and
-- eta; nil when it did not advance.
function estimate.advance(record, percent)
    local began = tonumber(record.start_time or '')
                  or tonumber(record.create_time) or 0
    local list = parse(record.samples)
    local last = list[#list]

    percent = math.floor(tonumber(percent) or 0)

    if percent <= (last and last[2] or 0) then
        return nil
    end

    if not last then
        list[1] = { began, 0 }
    end

    list[#list + 1] = { tonumber(now), percent }
    thin(list, began)

    local first, changed = list[1], { samples = text_of(list) }
    local time = tonumber(now) - first[1]
    local old = tonumber(record.eta or '')

    if time < MIN_TIME or percent - first[2] < MIN_SPAN then
        return changed
    end

    local left = (100 - percent) * time / (percent - first[2] - 1)
    local eta = tonumber(now) + left

    if old and eta > old and eta - old < left / 5 then
        eta = old
    end

    changed.eta = string.format('%.0f', eta)

    return changed
end


-- ms until the end of what runs; '' when that is not known, also when it
-- should be over by now
local function remaining(record)
    local eta = tonumber(record.eta or '')

    if record.status ~= 'RUNNING' or not eta or eta <= tonumber(now)
       or record.paused == '1'
    then
        return ''
    end

    return string.format('%.0f', eta - tonumber(now))
end


function estimate.of_part(part)
    return { remaining_ms = remaining(part) }
end


function estimate.of_job(record)
    return { remaining_ms = remaining(record) }
end
