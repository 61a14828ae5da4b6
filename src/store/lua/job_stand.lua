
-- Jobs by their state: for lists of one state, and to count them.

local STATES = { 'PENDING', 'RUNNING', 'SUCCESS', 'FAILED' }


-- its state is another one now, or its first
function job.stands(id, status)
    for _, other in ipairs(STATES) do
        if other ~= status then
            redis.call('ZREM', key('ix:job:' .. other), id)
        end
    end

    index('job:' .. status, id, redis.call('ZSCORE', key('ix:job'), id)
                                or now)
end


-- { state, number } of each
function job.numbers()
    local numbers = {}

    for i, status in ipairs(STATES) do
        numbers[i] = { status, redis.call('ZCARD',
                                          key('ix:job:' .. status)) }
    end

    return numbers
end


-- jobs that are older than these lists
function job.stand_all()
    local known = 0

    for _, one in ipairs(job.numbers()) do
        known = known + one[2]
    end

    if known == redis.call('ZCARD', key('ix:job')) then
        return
    end

    for _, id in ipairs(redis.call('ZRANGE', key('ix:job'), 0, -1)) do
        job.stands(id, get('job:' .. id, 'status') or 'FAILED')
    end
end


-- the list that has all jobs of a state; '' is any
function job.listed_in(status)
    for _, one in ipairs(STATES) do
        if one == status then
            return 'job:' .. status
        end
    end

    return 'job'
end
