
-- Jobs of ours that are held: tasks that run go on to their end, no other
-- begins. The time until the job goes on is not counted by its time limit.


-- the record, or nil and the error's reply
local function ours(id)
    local record = read('job:' .. id)

    if not record then
        return nil, fail('not_found', id)
    end

    if record.role ~= 'initiator' then
        return nil, fail('wrong_state', 'only its initiator holds it')
    end

    if job.is_over(record) or record.cancel == '1' then
        return nil, fail('wrong_state', record.status)
    end

    return record
end


-- input: job_id
-- output: ok (also when it was paused before) | not_found | wrong_state
-- evidence: JOB_PAUSED
define('job_pause', 1, WRITE, function(id)
    local record, refused = ours(id)

    if not record then
        return refused
    end

    if record.paused ~= '1' then
        write('job:' .. id, {
            paused = '1', paused_time = tostring(now),
            paused_by = asker or '', update_time = now
        })
        evidence('JOB_PAUSED', 'job:' .. id)
    end

    return ok()
end)


-- input: job_id
-- output: ok (also when it was not paused) | not_found | wrong_state
-- evidence: JOB_RESUMED
define('job_resume', 1, WRITE, function(id)
    local record, refused = ours(id)

    if not record then
        return refused
    end

    if record.paused ~= '1' then
        return ok()
    end

    -- before its start no time is counted
    local since = record.start_time ~= '' and tonumber(record.paused_time)
                  or now
    local held = (tonumber(record.paused_ms or '') or 0)
                 + math.max(now - math.max(since,
                                           tonumber(record.start_time) or 0),
                            0)

    write('job:' .. id, {
        paused = '0', paused_ms = string.format('%d', held),
        update_time = now
    })
    evidence('JOB_RESUMED', 'job:' .. id)
    job.notify(id, 'resume')

    return ok()
end)
