
-- The runs of timetables. One due time is one job at most: its id is made of
-- the timetable's and the time, and who is late finds the time moved on.

local MAX_RUNS = 1000       -- remembered of a timetable
local MAX_QUEUED = 100
local BACK = 60000          -- ms that a clock goes back unnoticed
local BEHIND = 1000         -- ms until what is due is looked for again
local HELD = 16             -- timetables that go on after one sealing


local function runs(id)
    return 'timetable-runs:' .. id
end


local function run_subject(id, due)
    return 'timetable-run:' .. id .. ':' .. due
end


local function running_key(id)
    return key('timetable-running:' .. id)
end


local function queue_key(id)
    return key('timetable-queue:' .. id)
end


-- ids of its jobs that are not over, and how many due times wait for them
function timetable.under_way(id)
    local list = redis.call('SMEMBERS', running_key(id))

    table.sort(list)

    return list, redis.call('LLEN', queue_key(id))
end


function timetable.forget_runs(id)
    local ix = key('ix:' .. runs(id))

    for _, due in ipairs(redis.call('ZRANGE', ix, 0, -1)) do
        redis.call('DEL', key(run_subject(id, due)))
    end

    redis.call('DEL', ix, running_key(id), queue_key(id))
end


local function remember(id, due, fields)
    local ix = key('ix:' .. runs(id))

    redis.call('DEL', key(run_subject(id, due)))
    write(run_subject(id, due), with(fields, { due_time = due, time = now }))
    index(runs(id), due, due)

    if redis.call('ZCARD', ix) > MAX_RUNS then
        local oldest = redis.call('ZPOPMIN', ix)[1]

        redis.call('DEL', key(run_subject(id, oldest)))
    end
end


-- Due times, the first to the last, of which no job is made.
local function missed(id, due, count, last, reason)
    local number = string.format('%d', count)

    remember(id, due, { state = 'MISSED', reason = reason, count = number,
                        last_due = last })
    redis.call('HINCRBY', key(timetable.subject(id)), 'missed_count', count)
    write(timetable.subject(id), { missed_reason = reason })
    evidence('TIMETABLE_MISSED', timetable.subject(id), 'due', due,
             'count', number, 'last', last, 'reason', reason)
end


-- The remote parties with their contracts, or nil and why there is none.
local function parties_of(config)
    local list, nodes = {}, {}

    for _, one in ipairs(job.roles(config) or {}) do
        if one.node_id ~= self_node then
            local record = contract.live(one.node_id)

            if not record then
                return nil, 'no_contract: ' .. one.node_id
            end

            list[#list + 1] = record
            nodes[#nodes + 1] = one.node_id
        end
    end

    return list, table.concat(nodes, ' ')
end


-- Each party is asked for this run as for any job; a permit is for one job.
local function ask_parties(parties, fields)
    for i, record in ipairs(parties) do
        local audit_id = string.format('A%s-%d', fields.job_id, i)
        local body = '{"audit_id":' .. quote(audit_id)

        for _, name in ipairs({ 'job_id', 'project_id', 'flow_id', 'name',
                                'sync_type' })
        do
            if (fields[name] or '') ~= '' then
                body = body .. ',"' .. name .. '":' .. quote(fields[name])
            end
        end

        audit.ask('job', record, audit_id, fields.job_id,
                  body .. ',"dag":' .. fields.dag .. ',"config":'
                  .. fields.config .. '}', with({}, fields))
    end
end


-- "wrong_state: flow F is offline"
local function in_words(error_reply)
    return error_reply[1] .. (error_reply[2] ~= '' and ': ' .. error_reply[2]
                              or '')
end


-- nil, or why no job can be made of these fields
local function unfit(record, fields)
    local error_reply = timetable.refused(record.owner)
                        or job.refused(record.flow_id, fields,
                                       record.installed)

    if error_reply then
        return in_words(error_reply)
    end

    if (fields.dag or '') == '' or not job.roles(fields.config) then
        return 'invalid_config: the flow has no DAG or no configuration with '
               .. 'roles'
    end

    error_reply = job.role_refused(fields.config, true)

    return error_reply and in_words(error_reply) or nil
end


-- The job of a due time; nil, or why there is none.
local function create(record, due)
    local id = record.timetable_id
    local flow = pick(object.subject('flow', record.flow_id), 'dag', 'config')
    local fields = {
        job_id = 'J' .. id .. '-' .. due, flow_id = record.flow_id,
        project_id = record.project_id or '', name = record.name or '',
        sync_type = record.sync_type,
        dag = (record.dag or '') ~= '' and record.dag or flow.dag,
        config = (record.config or '') ~= '' and record.config or flow.config
    }
    local reason = unfit(record, fields)

    if reason then
        return reason
    end

    local parties, nodes = parties_of(fields.config)

    if not parties then
        return nodes
    end

    job.create(fields.job_id, 'initiator', self_node, with({
        autostart = '1', timetable_id = id, due_time = due, parties = nodes,
        priority = record.priority or ''
    }, fields))
    redis.call('SADD', running_key(id), fields.job_id)
    ask_parties(parties, fields)

    redis.call('HINCRBY', key(timetable.subject(id)), 'run_count', 1)
    write(timetable.subject(id), { last_time = due,
                                   last_job = fields.job_id })
    remember(id, due, { state = 'CREATED', job_id = fields.job_id })
    evidence('TIMETABLE_RUN', timetable.subject(id), 'due', due,
             'job_id', fields.job_id, 'owner', record.owner or '')

    if #parties == 0 then
        job.start(fields.job_id)
    end

    return nil
end


-- What becomes of a due time, by what is under way.
local function begin(record, due)
    local id = record.timetable_id
    local running, queued = timetable.under_way(id)
    local reason

    -- a clock that went back comes to a time once more
    if exists('job:J' .. id .. '-' .. due)
       or get(run_subject(id, due), 'state') == 'QUEUED'
    then
        return
    end

    if #running == 0 or record.overlap == 'allow' then
        reason = create(record, due)

    elseif record.overlap == 'queue' and queued < MAX_QUEUED then
        redis.call('RPUSH', queue_key(id), due)
        remember(id, due, { state = 'QUEUED' })

    else
        reason = 'overlap: ' .. running[1] .. ' is not over'
    end

    if reason then
        missed(id, due, 1, due, reason)
    end
end


-- The first of the due times that wait, if nothing is under way; while
-- evidence waits too long they are held. True if one began.
function timetable.run_queued(id)
    local status = get(timetable.subject(id), 'status')
    local begun = false

    if not status or status == 'PAUSED' then
        return false
    end

    if redis.call('EXISTS', queue_key(id)) == 1 and notary.behind() then
        redis.call('SADD', key('timetable-held'), id)
        return false
    end

    while redis.call('SCARD', running_key(id)) == 0 do
        local record = read(timetable.subject(id))
        local due = record and record.status ~= 'PAUSED'
                    and redis.call('LPOP', queue_key(id))

        if not due then
            return begun
        end

        local reason = create(record, due)

        if reason then
            missed(id, due, 1, due, reason)
        else
            begun = true
        end
    end

    return begun
end


-- Evidence was sealed.
function timetable.run_held()
    local left = exists('timetable-held') and HELD or 0

    -- what begins is sealed in its turn, and then the rest goes on

    while left > 0 and not notary.behind() do
        local id = redis.call('SPOP', key('timetable-held'))

        if not id then
            return
        end

        left = timetable.run_queued(id) and left - 1 or left
    end
end


-- id: of a timetable, or nil; its job is over
function timetable.job_over(id, job_id)
    if id and redis.call('SREM', running_key(id), job_id) == 1 then
        timetable.run_queued(id)
    end
end


-- with the DAG and configuration that a run now would have
local function entry(id, replan)
    local record = read(timetable.subject(id)) or {}
    local flow = pick(object.subject('flow', record.flow_id or ''), 'dag',
                      'config')
    local flat = { 'timetable_id', id, 'due', timetable.due(id),
                   'replan', replan }

    for _, name in ipairs({ 'cron', 'at', 'time_zone', 'start_time',
                            'end_time', 'catch_up', 'catch_up_max' })
    do
        flat[#flat + 1] = name
        flat[#flat + 1] = record[name] or ''
    end

    for _, name in ipairs({ 'dag', 'config' }) do
        flat[#flat + 1] = name
        flat[#flat + 1] = (record[name] or '') ~= '' and record[name]
                                  or flow[name] or ''
    end

    return flat
end


-- input: limit
-- output: ok now, wait (ms until the next one is due; '': none) and a list of
--         timetables to look at now: replan 0, they are due, none of which is
--         told while evidence waits too long; 1, their time was set when the
--         clock was ahead
define('timetable_due', 1, READ, function(limit)
    local records = {}
    local behind = notary.behind()
    local first = redis.call('ZRANGE', key('timetable-due'), 0, 0,
                             'WITHSCORES')[2]
    local wait = first and string.format('%.0f',
                                         math.max(first - tonumber(now),
                                                  behind and BEHIND or 0))

    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('timetable-moved'),
                                   string.format('(%.0f', now + BACK), '+inf',
                                   'LIMIT', 0, limit))
    do
        records[#records + 1] = entry(id, '1')
    end

    for _, id in ipairs(behind and {}
                        or redis.call('ZRANGEBYSCORE', key('timetable-due'),
                                      '-inf', now, 'LIMIT', 0, limit))
    do
        records[#records + 1] = entry(id, '0')
    end

    local reply = ok_list(#records, records)

    for _, word in ipairs({ 'now', now, 'wait', wait or '' }) do
        reply[#reply + 1] = word
    end

    return reply
end)


-- true if it was due at that time still; it is moved on to the next one
local function moved_on(id, due, next_due)
    if due == '' or timetable.due(id) ~= due then
        return false
    end

    timetable.set_due(id, next_due)

    return true
end


local function ended(id)
    write(timetable.subject(id), { status = 'ENDED', update_time = now })
    evidence('TIMETABLE_ENDED', timetable.subject(id))

    return ok()
end


-- input: timetable_id due (the time it is due at, as timetable_due told)
--        missed last (how many due times from then on are given up, and the
--        last of them) run (the due time of a job; '': none) fault ('', or
--        why there can be no job) installed (components that must be
--        registered here) next ('': it ends)
-- output: ok (also when it is not due then any more, and nothing is done) |
--         evidence_behind (it stays due)
-- evidence: TIMETABLE_MISSED; TIMETABLE_RUN with JOB_CREATED and an
--           AUDIT_APPLIED per remote party, without any FLOW_EXECUTED;
--           TIMETABLE_ENDED
define('timetable_run', 8, WRITE, function(id, due, count, last, run, fault,
                                           installed, next_due)
    local behind = run ~= '' and notary.behind()

    if behind then
        return fail('evidence_behind', behind)
    end

    if not moved_on(id, due, next_due) then
        return ok()
    end

    if tonumber(count) > 0 then
        missed(id, due, tonumber(count), last,
               'late: the scheduler was not there, or evidence waited')
    end

    if run ~= '' and fault ~= '' then
        missed(id, run, 1, run, fault)

    elseif run ~= '' then
        write(timetable.subject(id), { installed = installed })
        begin(read(timetable.subject(id)), run)
    end

    return next_due == '' and ended(id) or ok()
end)


-- input: timetable_id due next ('': it ends); the clock was put back since
--        that was set
-- output: ok (also when it is not due then any more)
-- evidence: TIMETABLE_ENDED
define('timetable_replan', 3, WRITE, function(id, due, next_due)
    if moved_on(id, due, next_due) and next_due == '' then
        return ended(id)
    end

    return ok()
end)


-- input: timetable_id page_num page_size
-- output: ok and a list of due_time time state (CREATED, QUEUED, MISSED)
--         reason count last_due job_id, with the job's status and
--         pending_reason | not_found
define('timetable_runs', 3, READ, function(id, page_num, page_size)
    if not exists(timetable.subject(id)) then
        return fail('not_found', id)
    end

    return page(runs(id), page_num, page_size, nil, function(due)
        local flat = redis.call('HGETALL', key(run_subject(id, due)))
        local one = read('job:J' .. id .. '-' .. due)

        for _, name in ipairs({ 'status', 'pending_reason' }) do
            if one then
                flat[#flat + 1] = name
                flat[#flat + 1] = job.listed(one)[name]
            end
        end

        return flat
    end)
end)
