
-- Parts of tasks: what the initiator knows of each party of a task.

-- READY: the ecosystem's word for queued
local RANK = { READY = 1, PENDING = 1, RUNNING = 2, SUCCESS = 3, FAILED = 3 }

local EVENT = { RUNNING = 'TASK_STARTED', SUCCESS = 'TASK_FINISHED',
                FAILED = 'TASK_FAILED' }

local KNOWN = { 'stage', 'cause', 'facts', 'pending_reason',
                'pending_reason_zh' }

local MAX_REASON = 400


function ptask.is_status(status)
    return RANK[status] ~= nil
end


-- A status never goes back and an end is final. Returns the record as it
-- was, or nil when there is none.
function ptask.update(task_id, node_id, status, fields)
    local subject = 'ptask:' .. task_id .. ':' .. node_id
    local record = read(subject)
    local changed = { update_time = now }

    -- ids may have colons, which divide the parts of a key
    if not record or record.task_id ~= task_id or record.node_id ~= node_id
    then
        return nil
    end

    if RANK[record.status] == RANK.FAILED then
        return record
    end

    for _, name in ipairs(KNOWN) do
        if (fields[name] or '') ~= '' then
            changed[name] = fields[name]
        end
    end

    for _, name in ipairs({ 'pending_reason', 'pending_reason_zh' }) do
        if #(changed[name] or '') > MAX_REASON then
            changed[name] = nil
        end
    end

    local percent = tonumber(fields.progress or '')

    if percent and percent > (tonumber(record.progress) or 0)
       and percent <= 100
    then
        changed.progress = fields.progress
        with(changed, estimate.advance(record, percent) or {})
    end

    if changed.cause then
        changed.cause = causes.of_part(changed.cause, record, node_id)
    end

    if RANK[status] and RANK[status] > RANK[record.status] then
        changed.status = status
        changed.start_time = status == 'RUNNING' and now or nil
        evidence(EVENT[status], subject, 'job_id', record.job_id,
                 'role', record.role,
                 'error', task.error_of(changed.cause) or '')
    end

    if RANK[changed.status] == RANK.FAILED then
        changed.finish_time = now
    end

    write(subject, changed)
    feed.advance(subject, changed.finish_time)

    if changed.cause then
        identity.told(task_id, node_id, changed.cause)
    end

    return record
end


-- input: job_id task_id node_id task_name role
-- output: ok (also when it was put before) | not_found | conflict
-- evidence: TASK_CREATED
define('ptask_put', 5, WRITE, function(job_id, task_id, node_id, task_name,
                                       role)
    local subject = 'ptask:' .. task_id .. ':' .. node_id
    local same = read(subject)

    if get('job:' .. job_id, 'role') ~= 'initiator' then
        return fail('not_found', job_id)
    end

    if same then
        return same.job_id == job_id and same.task_id == task_id and ok()
               or fail('conflict', task_id)
    end

    write(subject, {
        task_id = task_id, node_id = node_id, job_id = job_id,
        task_name = task_name, role = role, status = 'PENDING',
        progress = '0', stage = '', cause = '', facts = '',
        create_time = now, update_time = now, finish_time = ''
    })
    redis.call('SADD', key('ptasks:' .. job_id), task_id .. ' ' .. node_id)
    evidence('TASK_CREATED', subject, 'job_id', job_id)

    return ok()
end)


-- input: task_id node_id status ('': as it is) name value... (progress stage
--        cause facts pending_reason pending_reason_zh)
-- output: ok (no change when it is over) | not_found | invalid_fields
-- evidence: TASK_STARTED, TASK_FINISHED or TASK_FAILED
define('ptask_update', 3, RELIEF, function(task_id, node_id, status, ...)
    if status ~= '' and not ptask.is_status(status) then
        return fail('invalid_fields', 'status')
    end

    if not ptask.update(task_id, node_id, status, fields_of(...)) then
        return fail('not_found', task_id)
    end

    return ok()
end)


-- The job goes on without that part, or has ended so: it says who is missing.
-- input: task_id node_id, of a part that failed
-- output: ok (also when it was noted before) | not_found | wrong_state
-- evidence: TASK_DROPPED
define('ptask_tolerate', 2, RELIEF, function(task_id, node_id)
    local subject = 'ptask:' .. task_id .. ':' .. node_id
    local record = read(subject)

    if not record or record.task_id ~= task_id then
        return fail('not_found', task_id)
    end

    if record.status ~= 'FAILED' then
        return fail('wrong_state', record.status)
    end

    if record.tolerated ~= '1' then
        write(subject, { tolerated = '1', update_time = now })
        job.note_loss(record.job_id, record, node_id)
        evidence('TASK_DROPPED', subject, 'job_id', record.job_id)
    end

    return ok()
end)
