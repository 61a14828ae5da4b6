
-- Timetables: jobs of ours that begin at a time, or again and again. When is
-- counted outside (src/api/ic_timetable.c); "timetable-due" holds those that
-- are due by that time, and nothing else says when. "timetable-moved" holds
-- when that was set, so that a clock which was put back is noticed.

-- what its owner needs for its runs: they are made, asked for and started
local NEEDED = { 'job.edit', 'job.operate', 'audit.edit' }

local MAX_TIMETABLES = 10000


function timetable.subject(id)
    return 'timetable:' .. id
end


-- when it is due, '' for never
function timetable.due(id)
    local score = redis.call('ZSCORE', key('timetable-due'), id)

    return score and string.format('%.0f', score) or ''
end


-- due '': not any more. Wakes the scheduler, which may sleep until later.
function timetable.set_due(id, due)
    if due == '' then
        redis.call('ZREM', key('timetable-due'), id)
        redis.call('ZREM', key('timetable-moved'), id)

    else
        redis.call('ZADD', key('timetable-due'), due, id)
        redis.call('ZADD', key('timetable-moved'), now, id)
    end
end


local function wake(id)
    redis.call('XADD', key('jobs'), '*', 'timetable_id', id, 'reason',
               'timetable')
end


-- nil, or the reply when its runs are not what that operator may begin
function timetable.refused(owner)
    return operator.refused(owner or '', NEEDED)
end


-- Nil, or the reply: no job could be made of that now.
local function refused(flow_id, record)
    local dag = record.dag or ''

    if dag == '' then
        dag = get(object.subject('flow', flow_id), 'dag')
    end

    return job.refused(flow_id, { dag = dag }, record.installed)
           or timetable.refused(asker)
end


-- what is kept otherwise than it is given
local function kept(fields)
    if fields.sync_type then
        fields.sync_type = string.upper(fields.sync_type)
    end

    if (fields.cron or '') ~= '' then
        fields.at = ''

    elseif (fields.at or '') ~= '' then
        fields.cron, fields.time_zone = '', ''
    end

    return fields
end


-- input: timetable_id ('': none yet) flow_id ('': that timetable's)
-- output: ok now flow_dag flow_config and the timetable's record | not_found
define('timetable_look', 2, READ, function(id, flow_id)
    local record = id ~= '' and read(timetable.subject(id)) or {}

    if id ~= '' and not record.flow_id then
        return fail('not_found', id)
    end

    flow_id = record.flow_id or flow_id

    local flow = read(object.subject('flow', flow_id))

    if not flow and id == '' then
        return fail('not_found', flow_id)
    end

    local reply = ok('now', now, 'flow_dag', flow and flow.dag or '',
                     'flow_config', flow and flow.config or '')

    for field, value in pairs(record) do
        reply[#reply + 1] = field
        reply[#reply + 1] = value
    end

    return reply
end)


-- input: timetable_id flow_id next (ms, of the first run) name value... (name
--        dag config cron at time_zone start_time end_time catch_up
--        catch_up_max overlap sync_type priority; dag and config '': the
--        flow's at the time of each run; installed: components that must be
--        registered here)
-- output: ok timetable_id next_time | not_found (the flow) | wrong_state (it,
--         its project or a component is not for use) | invalid_dag
--         | not_permitted (the operator may not start jobs or ask partners
--         for them) | conflict | too_many
-- evidence: TIMETABLE_CREATED
define('timetable_create', 3, WRITE, function(id, flow_id, due, ...)
    local fields = kept(fields_of(...))
    local error_reply = refused(flow_id, fields)

    if error_reply then
        return error_reply
    end

    if exists(timetable.subject(id)) then
        return fail('conflict', id)
    end

    if redis.call('ZCARD', key('ix:timetable')) >= MAX_TIMETABLES then
        return fail('too_many', string.format('%d timetables',
                                              MAX_TIMETABLES))
    end

    local defaults = { catch_up = 'skip', catch_up_max = '10',
                       overlap = 'skip', sync_type = 'POLL' }

    write(timetable.subject(id), with(with(defaults, fields), {
        timetable_id = id, flow_id = flow_id, owner = asker or '',
        project_id = get(object.subject('flow', flow_id), 'project_id') or '',
        status = 'ACTIVE', version = '1', run_count = '0',
        missed_count = '0', create_time = now, update_time = now
    }))
    index('timetable', id)
    timetable.set_due(id, due)
    evidence('TIMETABLE_CREATED', timetable.subject(id), 'flow_id', flow_id,
             'next', due)
    wake(id)

    return ok('timetable_id', id, 'next_time', due)
end)


-- input: timetable_id version ('': any) next ('': as it is) name value... (as
--        of timetable_create; what is not given stays)
-- output: ok version next_time | not_found | conflict (it has changed)
--         | wrong_state, invalid_dag, not_permitted (as timetable_create)
-- evidence: TIMETABLE_UPDATED
define('timetable_update', 3, WRITE, function(id, version, due, ...)
    local record = read(timetable.subject(id))
    local fields = kept(fields_of(...))

    if not record then
        return fail('not_found', id)
    end

    if version ~= '' and version ~= record.version then
        return fail('conflict', 'version is ' .. record.version)
    end

    local error_reply = refused(record.flow_id,
                                with(with({}, record), fields))

    if error_reply then
        return error_reply
    end

    local changed = differing(record, with(fields, { owner = asker or '' }))

    if not changed and due == '' then
        return ok('version', record.version, 'next_time', timetable.due(id))
    end

    -- what is over begins again with another time
    if due ~= '' and record.status == 'ENDED' then
        fields.status, record.status = 'ACTIVE', 'ACTIVE'
    end

    version = string.format('%d', record.version + 1)
    write(timetable.subject(id), with(fields, { version = version,
                                                update_time = now }))

    if due ~= '' and record.status == 'ACTIVE' then
        timetable.set_due(id, due)
        wake(id)
    end

    evidence('TIMETABLE_UPDATED', timetable.subject(id), 'version', version)

    return ok('version', version, 'next_time', timetable.due(id))
end)


-- input: timetable_id reason (or none: by an operator)
-- output: ok (also when it was paused before) | not_found | wrong_state (it
--         has ended)
-- evidence: TIMETABLE_PAUSED
define('timetable_pause', 1, RELIEF, function(id, reason)
    local status = get(timetable.subject(id), 'status')

    if not status then
        return fail('not_found', id)
    end

    if status == 'PAUSED' then
        return ok()
    end

    if status ~= 'ACTIVE' then
        return fail('wrong_state', status)
    end

    write(timetable.subject(id), { status = 'PAUSED', update_time = now,
                                   pause_reason = reason or '' })
    timetable.set_due(id, '')
    evidence('TIMETABLE_PAUSED', timetable.subject(id),
             'reason', reason or '')

    return ok()
end)


-- input: timetable_id version next ('' unless it is paused)
-- output: ok version next_time (also when it was not paused) | not_found
--         | conflict (it has changed since) | wrong_state (it has ended)
--         | not_permitted (by what its runs need)
-- evidence: TIMETABLE_RESUMED
define('timetable_resume', 3, WRITE, function(id, version, due)
    local record = read(timetable.subject(id))

    if not record then
        return fail('not_found', id)
    end

    if record.status == 'ENDED' then
        return fail('wrong_state', record.status)
    end

    if record.status == 'PAUSED' then

        if version ~= record.version or due == '' then
            return fail('conflict', 'version is ' .. record.version)
        end

        local error_reply = timetable.refused(asker)

        if error_reply then
            return error_reply
        end

        write(timetable.subject(id), { status = 'ACTIVE', update_time = now,
                                       pause_reason = '' })
        timetable.set_due(id, due)
        evidence('TIMETABLE_RESUMED', timetable.subject(id), 'next', due)
        timetable.run_queued(id)
        wake(id)
    end

    return ok('version', record.version, 'next_time', timetable.due(id))
end)


-- input: timetable_id
-- output: ok | not_found; its jobs go on
-- evidence: TIMETABLE_REMOVED
define('timetable_remove', 1, RELIEF, function(id)
    if not exists(timetable.subject(id)) then
        return fail('not_found', id)
    end

    timetable.set_due(id, '')
    timetable.forget_runs(id)
    redis.call('ZREM', key('ix:timetable'), id)
    redis.call('DEL', key(timetable.subject(id)))
    evidence('TIMETABLE_REMOVED', timetable.subject(id))

    return ok()
end)


local function shown(id)
    local flat = redis.call('HGETALL', key(timetable.subject(id)))

    flat[#flat + 1] = 'next_time'
    flat[#flat + 1] = timetable.due(id)

    return flat
end


-- input: timetable_id
-- output: ok and the record, with next_time, running (JSON: its jobs that are
--         not over) and queued | not_found
define('timetable_get', 1, READ, function(id)
    local reply = shown(id)

    if not exists(timetable.subject(id)) then
        return fail('not_found', id)
    end

    local running, queued = timetable.under_way(id)

    for _, word in ipairs({ 'running', json_list(running), 'queued',
                            string.format('%d', queued) })
    do
        reply[#reply + 1] = word
    end

    table.insert(reply, 1, 'ok')

    return reply
end)


-- input: flow_id status ('': any) page_num page_size
-- output: ok and a list of records with next_time
define('timetable_list', 4, READ, function(flow_id, status, page_num,
                                           page_size)
    return page('timetable', page_num, page_size,
                having('timetable:', { flow_id = flow_id, status = status }),
                shown)
end)
