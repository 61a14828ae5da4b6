
-- Partners' jobs whose initiator may be gone: it is asked how the job is, and
-- a job of one that stays silent, or knows it no more, ends here by itself.
-- partner-jobs holds those that are not over by when their initiator was last
-- heard of, partner-waiting those that it has not started by their age.

local UNKNOWN = 2           -- times in a row that it must say so
local SOON = 2000           -- ms until the first question
local PER_CALL = 64
local FRESH = 1000          -- ms: so exact is the time it was heard of

local ENDED = { FINISHED = true, SUCCESS = true, FAILED = true,
                REJECTED = true }

local ASKED = '/v1/interconn/schedule/job/status_all'


function job.follow(id, peer)
    redis.call('ZADD', key('partner-jobs'), now, id)
    redis.call('ZADD', key('partner-waiting'), now, id)
    watch.add('job:' .. id, peer, SOON)
end


-- it has started; or it is over
function job.unfollow(id, over)
    redis.call('ZREM', key('partner-waiting'), id)

    if over then
        redis.call('ZREM', key('partner-jobs'), id)
    end
end


-- its initiator has just called about it
function job.heard(id)
    local list = key('partner-jobs')
    local last = redis.call('ZSCORE', list, id)

    if last and now - last >= FRESH then
        redis.call('ZADD', list, now, id)
    end
end


-- How it is asked, as its contract says: an argument of the query, the body of
-- a GET, or a POST.
function job.question(record, interval)
    local party = record and contract.live(record.initiator)

    if not record or record.role ~= 'partner' or job.is_over(record) then
        return nil
    end

    if not party then
        return interval, nil
    end

    local way = string.match(' ' .. (party.speaks or ''),
                             ' status_all=([%w-]+)') or 'query'
    local body = '{"job_id":' .. quote(record.job_id) .. '}'

    return interval, {
        address = party.address, speaks = party.speaks,
        method = way == 'post' and 'POST' or 'GET',
        path = way == 'query' and ASKED .. '?job_id=' .. record.job_id
               or ASKED,
        body = way ~= 'query' and body or ''
    }
end


-- kuscia tells the states of the tasks alone
local function ended_by_tasks(record, ...)
    local list, done = { ... }, 0

    for i = 1, #list, 2 do
        if list[i + 1] == 'FAILED' then
            return true
        end

        done = done + (list[i + 1] == 'SUCCESS' and 1 or 0)
    end

    return done > 0 and done >= #job.components(record.dag)
end


-- It ends, whatever its tasks do: nobody is left to say so.
local function abandon(record, name, event)
    local id = record.job_id

    write('job:' .. id, { cancel = '1' })
    job.cancel_tasks(id)
    evidence(event, 'job:' .. id, 'peer', record.initiator)
    job.finish(id, 'FAILED', {
        cause = cause_json(name, job.party(record.config, record.initiator)
                                 or '', record.initiator, '', '')
    })
end


-- input: job_id peer status ("": it said none; "none": it knows of no such
--        job) task_id status...
-- output: ok ended ("1" or "")
-- evidence: JOB_FINISHED, INITIATOR_LOST when it knows the job no more
define('initiator_observed', 3, RELIEF, function(id, peer, status, ...)
    local record = read('job:' .. id)

    if not record or record.role ~= 'partner' or record.initiator ~= peer
       or job.is_over(record)
    then
        return ok('ended', '')
    end

    job.heard(id)

    if status == 'none' then
        local times = (tonumber(record.unknown) or 0) + 1

        if times >= UNKNOWN then
            abandon(record, 'initiator_lost', 'INITIATOR_LOST')
            return ok('ended', '1')
        end

        write('job:' .. id, { unknown = string.format('%d', times) })
        return ok('ended', '')
    end

    if (record.unknown or '0') ~= '0' then
        write('job:' .. id, { unknown = '0' })
    end

    if ENDED[status] or (status == '' and ended_by_tasks(record, ...)) then
        job.end_of_partner(id, peer, status)
        return ok('ended', '1')
    end

    return ok('ended', '')
end)


-- input: -
-- output: ok; whoever asks initiators begins now: the time before does not
--         count
define('initiator_begin', 0, RELIEF, function()
    for _, id in ipairs(job.unfinished()) do
        local record = pick('job:' .. id, 'role', 'initiator', 'status',
                            'create_time')

        if record.role == 'partner' then
            redis.call('ZADD', key('partner-jobs'), now, id)
            watch.add('job:' .. id, record.initiator, SOON)

            if record.status == 'PENDING' then
                redis.call('ZADD', key('partner-waiting'),
                           record.create_time or now, id)
            end
        end
    end

    return ok()
end)


-- the jobs of a list that are older than that many ms
local function older(list, age)
    return redis.call('ZRANGEBYSCORE', key(list), '-inf',
                      string.format('%.0f', now - age), 'LIMIT', 0, PER_CALL)
end


-- input: timeout (ms without a word of its initiator) start_timeout (ms until
--        it has to be started)
-- output: ok and a list of job_id node_id error: partners' jobs that ended
-- evidence: INITIATOR_LOST or JOB_EXPIRED, with JOB_FINISHED
define('initiator_reap', 2, RELIEF, function(timeout, start_timeout)
    local records = {}

    for _, case in ipairs({
        { 'partner-jobs', timeout, 'initiator_lost', 'INITIATOR_LOST' },
        { 'partner-waiting', start_timeout, 'job_not_started', 'JOB_EXPIRED' }
    })
    do
        for _, id in ipairs(older(case[1], case[2])) do
            local record = read('job:' .. id)

            job.unfollow(id, case[1] == 'partner-jobs')

            if record and record.role == 'partner'
               and not job.is_over(record)
            then
                abandon(record, case[3], case[4])
                records[#records + 1] = { 'job_id', id, 'node_id',
                                          record.initiator, 'error', case[3] }
            end
        end
    end

    return ok_list(#records, records)
end)
