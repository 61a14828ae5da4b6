
-- Jobs of schedulers that know no audits: schedule/job/create is their
-- application (its audit has the job's id), and what they start before an
-- operator has answered waits for that.

local MAX_HELD = 1000
local HELD_LIFE = 604800    -- s: nobody polls for longer


-- The application of a peer's job/create, or nil.
local function asked(peer, job_id)
    local subject, record = audit.find('in', 'job', peer, job_id)

    if subject and record.asked == '1' then
        return record, subject
    end

    return nil
end


-- What waits is the peer's: others have jobs and tasks of the same names.
local function held_subject(peer, task_id)
    return 'held:' .. peer .. ' ' .. task_id
end


local function held_list(peer, job_id)
    return key('held-tasks:' .. peer .. ' ' .. job_id)
end


-- the same while nobody has answered it
function job.awaited(peer, job_id)
    local record, subject = asked(peer, job_id)

    if record and record.status == 'APPLIED' then
        return record, subject
    end

    return nil
end


-- PENDING of one that nobody has answered, REJECTED for who knows the word; or
-- nil
function job.asked_status(peer, job_id)
    local record = asked(peer, job_id) or job.handed(peer, job_id)

    if record and record.status == 'APPLIED' then
        return 'PENDING'
    end

    if record and record.status == 'REJECTED'
       and job.word(peer, 'SUCCESS') == 'FINISHED'
    then
        return 'REJECTED'
    end

    return nil
end


-- nil, or the error's reply
local function refused_ask(record, job_id, config)
    if not record then
        return fail('no_contract', job_id)
    end

    -- what job/audit/apply asked for is not exchanged under its name
    if exists('job:' .. job_id)
       or exists(audit.subject('in', 'job', record.peer, job_id))
    then
        return fail('conflict', job_id)
    end

    if not job.party(config, self_node) then
        return fail('invalid_config', 'role')
    end

    local role_refused = job.role_refused(config)

    if role_refused then
        return role_refused
    end

    if redis.call('SCARD', key('audits-pending:' .. record.peer))
       >= limit('requests_of_peer')
    then
        return fail('too_many', record.peer)
    end

    return nil
end


-- input: peer job_id digest (SHA-256 of dag LF config) name value... (dag
--        config flow_id; with jti spki: approved by the contract)
-- output: ok (also when it was asked before) | not_permitted (rejected)
--         | conflict | no_contract | invalid_config | too_many
-- evidence: AUDIT_APPLIED; with jti also AUDIT_APPROVED, JOB_CREATED
define('sched_job_ask', 3, WORK, function(peer, job_id, job_digest, ...)
    local same, subject = asked(peer, job_id)
    local fields = fields_of(...)
    local grant = { jti = fields.jti, spki = fields.spki }

    if job.of_peer(peer, job_id) then
        return bodies.sched_job_create(peer, job_id, job_digest)
    end

    if same then
        if same.status ~= 'APPLIED' and same.status ~= 'APPROVED' then
            return fail('not_permitted', same.status)
        end

        return same.digest == job_digest and ok() or fail('conflict', job_id)
    end

    local record = contract.live(peer)
    local refused = refused_ask(record, job_id, fields.config)

    if refused then
        return refused
    end

    fields.jti, fields.spki = nil, nil
    subject = audit.create('in', 'job', record, job_id, job_id, with(fields,
        { digest = job_digest, asked = '1',
          sync_type = job.sync_type(fields.config) }))

    if (grant.jti or '') ~= '' then
        return audit.approve(subject, read(subject), grant) or ok()
    end

    return ok()
end)


-- a task that waits for the answer to its job's application, or nil
function task.waiting(peer, task_id)
    return read(held_subject(peer, task_id))
end


-- nil, or the error's reply
function task.wait(peer, job_id, task_id, task_name, fields)
    local same = read(held_subject(peer, task_id))
    local list = held_list(peer, job_id)

    if same then
        return same.job_id ~= job_id and fail('conflict', task_id) or nil
    end

    if redis.call('LLEN', list) >= MAX_HELD then
        return fail('too_many', job_id)
    end

    redis.call('RPUSH', list, task_id)
    write(held_subject(peer, task_id), with(fields, {
        task_id = task_id, job_id = job_id, peer = peer,
        task_name = task_name, create_time = now
    }))
    redis.call('EXPIRE', key(held_subject(peer, task_id)), HELD_LIFE)
    redis.call('EXPIRE', list, HELD_LIFE)

    return nil
end


-- The application was approved: what waited begins.
function job.begin_waiting(record)
    local peer, job_id = record.node_id, record.resource_id
    local job_record = job.of_peer(peer, job_id)

    if record.held_start == '1' and job_record.status == 'PENDING' then
        job.running(job_id)
        job_record.status = 'RUNNING'
    end

    for _, task_id in ipairs(redis.call('LRANGE', held_list(peer, job_id), 0,
                                        -1))
    do
        local subject = held_subject(peer, task_id)
        local held = read(subject)

        -- one that cannot begin stays here, and its poll says that it failed
        local refused = held
                        and task.begin(job_record, peer, task_id,
                                       held.task_name, job_record.jti,
                                       { session_id = held.session_id,
                                         token = held.token }, {})

        if refused then
            write(subject, { refused = refused[1] })

        else
            redis.call('DEL', key(subject))
        end
    end

    redis.call('DEL', held_list(peer, job_id))
end


-- nothing of it is to begin any more
function job.forget_waiting(peer, job_id, task_name)
    local list = held_list(peer, job_id)

    for _, task_id in ipairs(redis.call('LRANGE', list, 0, -1)) do
        local subject = held_subject(peer, task_id)

        if task_name == '' or get(subject, 'task_name') == task_name then
            redis.call('LREM', list, 0, task_id)
            redis.call('DEL', key(subject))
        end
    end
end


-- the poll's answer about a task that waits
function task.waiting_reply(peer, held)
    local record = asked(peer, held.job_id) or {}

    if record.status == 'APPLIED' then
        return ok('status', 'PENDING', 'progress', '0')
    end

    local config = record.config or ''

    return ok('status', 'FAILED', 'progress', '0', 'cause',
              cause_json(record.status == 'APPROVED' and 'task_stopped'
                         or 'job_rejected',
                         job.party(config, self_node) or '', self_node,
                         held.task_name, held.task_id))
end
