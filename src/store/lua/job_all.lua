
-- Jobs created and started by one call: of an operator, or of a partner that
-- is the initiator and has this node schedule for it ("handed"). The parties
-- are asked at once and the job starts when the last of them has agreed.


-- The application of a peer's job/create_all, or nil.
function job.handed(peer, job_id)
    local subject, record = audit.find('in', 'job', peer, job_id)

    if subject and record.handed == '1' then
        return record, subject
    end

    return nil
end


-- The contracts of the other parties, or nil and the error's reply.
local function contracts_of(config)
    local list = {}

    for _, one in ipairs(job.roles(config) or {}) do
        local party = contract.live(one.node_id)

        if one.node_id ~= self_node and not party then
            return nil, fail('no_contract', one.node_id)
        end

        if one.node_id ~= self_node then
            list[#list + 1] = party
        end
    end

    return list
end


-- Nil, or the error's reply: such a job cannot be scheduled here.
local function refused_all(id, handed_by, fields)
    local owner = handed_by ~= '' and handed_by or self_node

    if exists('job:' .. id) then
        return fail('conflict', id)
    end

    if not job.roles(fields.config) then
        return fail('invalid_config', 'role')
    end

    local _, no_contract = contracts_of(fields.config)

    return job.role_refused(fields.config, true) or no_contract
           or job.refused_reuse(owner, fields)
end


-- one request of a job to one party has this id
local function audit_id_of(job_id, peer)
    return 'A' .. string.sub(redis.sha1hex(job_id .. ' ' .. peer), 1, 24)
end


local function ask_party(party, fields)
    local id = audit_id_of(fields.job_id, party.peer)

    audit.ask('job', party, id, fields.job_id,
              '{"audit_id":' .. quote(id)
              .. ',"job_id":' .. quote(fields.job_id)
              .. ',"flow_id":' .. quote(fields.flow_id)
              .. ',"name":' .. quote(fields.name)
              .. ((fields.project_id or '') ~= ''
                  and ',"project_id":' .. quote(fields.project_id) or '')
              .. ',"dag":' .. fields.dag .. ',"config":' .. fields.config
              .. '}', with({}, fields))
end


-- Makes and starts the job; nil, or the error's reply and nothing was done.
-- handed_by: the peer whose job it is, or ''.
function job.begin_all(id, handed_by, fields)
    local refused = refused_all(id, handed_by, fields)
    local flow_id = fields.flow_id or ''

    if refused then
        return refused
    end

    -- requests are about some flow: without one the job is its own
    with(fields, { job_id = id, flow_id = flow_id ~= '' and flow_id or id,
                   name = (fields.name or '') ~= '' and fields.name or id })

    job.create(id, 'initiator', self_node, with({
        autostart = '1', handed_by = handed_by,
        sync_type = job.sync_type(fields.config)
    }, fields))

    for _, party in ipairs(contracts_of(fields.config)) do
        if party.peer ~= handed_by and not job.is_asked_later(party.peer) then
            ask_party(party, fields)
        end
    end

    if job.missing(read('job:' .. id)) == '' then
        job.start(id)
    end

    return nil
end


-- input: job_id name value... (dag config; flow_id name project_id priority)
-- output: ok job_id | not_found (the flow) | conflict | invalid_config
--         | no_contract (detail: the node) | wrong_state (the flow, its
--         project or a component is not for use) | reuse_missing
-- evidence: JOB_CREATED, an AUDIT_APPLIED per party that is asked, and
--           FLOW_EXECUTED when there is none
define('job_create_all', 1, WORK, function(id, ...)
    local fields = fields_of(...)
    local step = object.refused_step(fields.dag, object.is_online)
    local refused = (fields.flow_id or '') ~= ''
                    and job.refused(fields.flow_id, fields)
                    or step and fail('wrong_state', step .. ' is not for use')
                    or job.begin_all(id, '', fields)

    return refused or ok('job_id', id)
end)


-- input: peer (the initiator) job_id digest (SHA-256 of dag LF config)
--        approved ("1": by its contract) name value... (dag config flow_id)
-- output: ok (also when it was handed before) | not_permitted (rejected)
--         | conflict | no_contract | invalid_config | too_many
--         | reuse_missing
-- evidence: AUDIT_APPLIED; approved also AUDIT_APPROVED and what
--           job_create_all leaves
define('sched_job_create_all', 4, WRITE, function(peer, job_id, job_digest,
                                                  approved, ...)
    local same = job.handed(peer, job_id)
    local record = contract.live(peer)
    local fields = fields_of(...)

    if same and same.status ~= 'APPLIED' and same.status ~= 'APPROVED' then
        return fail('not_permitted', same.status)
    end

    if same then
        return same.digest == job_digest and ok() or fail('conflict', job_id)
    end

    local refused = not record and fail('no_contract', peer)
                    or exists(audit.subject('in', 'job', peer, job_id))
                       and fail('conflict', job_id)
                    or refused_all(job_id, peer, fields)

    if refused then
        return refused
    end

    if redis.call('SCARD', key('audits-pending:' .. peer))
       >= limit('requests_of_peer')
    then
        return fail('too_many', peer)
    end

    local subject = audit.create('in', 'job', record, job_id, job_id,
                                 with(fields, { digest = job_digest,
                                                handed = '1' }))

    return approved == '1' and audit.approve(subject, read(subject), {})
           or ok()
end)


-- A job of another initiator that nobody has approved here ends unbegun.
function job.unhand(peer, job_id)
    local record, subject = job.handed(peer, job_id)

    if record and record.status == 'APPLIED' then
        audit.terminate(subject, record)
    end
end


-- input: job_id task_name
-- output: ok (also when it is over or was stopped) | not_found
-- evidence: JOB_STOPPED; TASK_STOPPED or TASK_FAILED of own tasks
define('job_stop_task', 2, RELIEF, function(id, task_name)
    local record = read('job:' .. id)
    local over, found = true, false

    if not record then
        return fail('not_found', id)
    end

    for _, step in ipairs(job.components(record.dag)) do
        found = found or step.name == task_name
    end

    if not found then
        return fail('not_found', task_name)
    end

    for _, subject in ipairs(job.parts(id)) do
        local part = read(subject)

        if part.task_name == task_name then
            over = over and task.is_over(part)
            found = 'begun'
        end
    end

    if job.is_over(record) or (found == 'begun' and over) then
        return ok()
    end

    -- no job succeeds without each of its tasks
    if record.role == 'initiator' then
        job.stop(record)
    else
        job.end_of_partner(id, record.initiator)
    end

    return ok()
end)


-- input: job_id
-- output: ok job_status (in the ecosystem's words) and records of task_id
--         status | not_found
define('job_words', 1, READ, function(id)
    local status = get('job:' .. id, 'status')
    local records = {}

    if not status then
        return fail('not_found', id)
    end

    for i, one in ipairs(job.statuses(id)) do
        records[i] = { 'task_id', one[1], 'status', one[2] }
    end

    return ok('job_status', job.interop_word(status), 'records', records)
end)


local LISTED = 1000


-- input: flow_id ('': any)
-- output: ok and records of task_id (the job's) status: the newest 1000
define('job_words_list', 1, READ, function(flow_id)
    local records = {}

    for _, id in ipairs(redis.call('ZREVRANGE', key('ix:job'), 0,
                                   LISTED - 1))
    do
        local one = pick('job:' .. id, 'flow_id', 'status')

        if flow_id == '' or one.flow_id == flow_id then
            records[#records + 1] = {
                'task_id', id, 'status', job.interop_word(one.status or '')
            }
        end
    end

    return ok('records', records)
end)
