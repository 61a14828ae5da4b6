
-- The calls of a job's initiator to its partners: jobs.


-- The job, if the peer is its initiator and its approval stands; else nil,
-- and true if the approval has ended.
function job.of_peer(peer, job_id)
    local record = read('job:' .. job_id)

    if not record or record.role ~= 'partner' or record.initiator ~= peer then
        return nil
    end

    local subject = audit.subject('in', 'job', peer,
                                  record['audit.' .. peer] or '')

    local status = get(subject, 'status')

    if status ~= 'APPROVED' then
        return nil, status == 'TERMINATED'
    end

    record.jti = get(subject, 'jti') or ''
    job.heard(job_id)

    return record
end


-- Taken once for each job: of long texts it takes the store half a second.
local function text_digest(record)
    if not record.text_digest then
        record.text_digest = digest.sha256(record.dag .. '\n'
                                           .. record.config)
        write('job:' .. record.job_id, { text_digest = record.text_digest })
    end

    return record.text_digest
end


-- input: peer job_id digest (SHA-256 of dag LF config; '': unchecked)
-- output: ok components (JSON: what this node would run, see identity.lua)
--         | not_permitted | conflict (not what was approved) | reuse_missing
define('sched_job_create', 3, RELIEF, function(peer, job_id, job_digest)
    local record = job.of_peer(peer, job_id)

    if not record then
        return absent('sched_job_create', job_id, exists('job:' .. job_id))
    end

    if job_digest ~= '' and job_digest ~= text_digest(record) then
        return fail('conflict', job_id)
    end

    return job.refused_reuse(peer, record) or identity.answer(record)
end)


-- input: peer job_id
-- output: ok (also when started before, or when it waits for the answer to
--         job/create) | not_permitted | wrong_state
-- evidence: JOB_STARTED
define('sched_job_start', 2, WRITE, function(peer, job_id)
    local record = job.of_peer(peer, job_id)
    local awaited, subject = job.awaited(peer, job_id)

    if awaited then
        write(subject, { held_start = '1' })
        return ok()
    end

    if not record then
        return absent('sched_job_start', job_id, exists('job:' .. job_id))
    end

    -- a repeat that came late; what ended unbegun cannot be started
    if job.is_over(record) and (record.start_time or '') ~= '' then
        return ok()
    end

    local refused = step_refused('sched_job_start', record, 'RUNNING')

    if refused then
        return refused
    end

    job.running(job_id)

    return ok()
end)


-- a party of a job of ours, or who has handed it to us
local function takes_part(record, peer)
    return is_listed(record.parties, peer) or record.handed_by == peer
end


-- all tasks of that name are over, and there is one
local function is_ended(job_id, task_name)
    local ended = false

    for _, subject in ipairs(job.parts(job_id)) do
        local record = read(subject)

        if record.task_name == task_name then
            if not task.is_over(record) then
                return false
            end

            ended = true
        end
    end

    return ended
end


-- input: peer job_id task_name ('': the whole job; of a task that is over: a
--        clean-up that changes nothing) status (optional: how the job ended,
--        SUCCESS or FAILED; else it is what its tasks are here) cause
--        (optional: why, where nothing here says it)
-- output: ok (also for jobs that are over or unknown)
-- evidence: JOB_FINISHED, TASK_STOPPED or TASK_FAILED; JOB_STOPPED when a
--           party stops a job of ours
define('sched_job_stop', 3, RELIEF, function(peer, job_id, task_name, status,
                                             cause)
    local record = read('job:' .. job_id)

    if job.awaited(peer, job_id) then
        job.forget_waiting(peer, job_id, task_name)
    end

    if task_name == '' then
        job.unhand(peer, job_id)
    end

    if not record or (task_name ~= '' and is_ended(job_id, task_name)) then
        return ok()
    end

    if record.role == 'partner' and record.initiator == peer then
        job.end_of_partner(job_id, peer, status, cause)

    elseif record.role == 'initiator' and takes_part(record, peer) then
        job.stop(record)

    else
        denial.note_foreign('sched_job_stop', peer, job_id)
    end

    return ok()
end)


-- input: peer (the initiator, or a party of a job of ours) job_id
-- output: ok job_status and records of task_id status | not_found
define('sched_status_all', 2, READ, function(peer, job_id)
    local record = read('job:' .. job_id)
    local records = {}

    local asked = job.asked_status(peer, job_id)

    if asked then
        return ok('job_status', asked, 'records', records)
    end

    if not record or (record.initiator ~= peer
                      and (record.role ~= 'initiator'
                           or not takes_part(record, peer)))
    then
        return absent('sched_status_all', job_id, record)
    end

    for i, one in ipairs(job.statuses(job_id)) do
        records[i] = { 'task_id', one[1], 'status', one[2] }
    end

    return ok('job_status', job.word(peer, record.status), 'records',
              records)
end)
