
-- Jobs: what their functions share. role "initiator": made here; role
-- "partner": of a peer, whose request for it we approved.

local TERMINAL = { SUCCESS = true, FAILED = true }


function job.is_over(record)
    return TERMINAL[record.status] == true
end


-- a list of one party's { role, party ("host.0"), node_id }, or nil
local function nodes_of(role, nodes, seen)
    local list = {}

    if type(nodes) ~= 'table' then
        return nil
    end

    for i, node_id in ipairs(nodes) do
        if type(node_id) ~= 'string' or seen[node_id] then
            return nil
        end

        seen[node_id] = true
        list[i] = { role = role, party = role .. '.' .. (i - 1),
                    node_id = node_id }
    end

    return list
end


-- All parties by role and index, or nil when config.role does not give every
-- node exactly one.
function job.roles(config)
    local names, list, seen, value = {}, {}, {}, decoded(config)

    if not value or type(value.role) ~= 'table' then
        return nil
    end

    for role in pairs(value.role) do
        if type(role) ~= 'string' then
            return nil
        end

        names[#names + 1] = role
    end

    table.sort(names)

    for _, role in ipairs(names) do
        local nodes = nodes_of(role, value.role[role], seen)

        if not nodes then
            return nil
        end

        for _, one in ipairs(nodes) do
            list[#list + 1] = one
        end
    end

    return #list > 0 and list or nil
end


-- "host.0" of a node, or nil
function job.party(config, node_id)
    for _, one in ipairs(job.roles(config) or {}) do
        if one.node_id == node_id then
            return one.party
        end
    end

    return nil
end


-- the components of the DAG
local function components_of(dag)
    local value, list = decoded(dag), {}

    if not value or type(value.components) ~= 'table' then
        return list
    end

    for _, component in ipairs(value.components) do
        if type(component) == 'table'
           and type(component.name) == 'string'
        then
            list[#list + 1] = component
        end
    end

    return list
end


local function ports_of(list)
    local ports = {}

    for _, port in ipairs(type(list) == 'table' and list or {}) do
        ports[#ports + 1] = type(port) == 'table' and port or nil
    end

    return ports
end


-- The task of a step's present try, or nil before it and between tries. It is
-- kept with the time, "begun.<step>".
function job.begun(record, name)
    return string.match(record['begun.' .. (name or '')] or '', '^%S+')
end


-- Does a part belong to its step's present try?
function job.is_of_try(record, part)
    return not record['begun.' .. (part.task_name or '')]
           or job.begun(record, part.task_name) == part.task_id
end


-- what job_params.common of a configuration has of that name, or nil
function job.common(config, name)
    local value = string.find(config or '', '"' .. name .. '"', 1, true)
                  and decoded(config)

    for _, member in ipairs({ 'job_params', 'common', name }) do
        value = type(value) == 'table' and value[member] or nil
    end

    return value
end


-- The steps of a DAG: name, componentName, version ('': any), input and
-- output.
function job.components(dag)
    local list = {}

    for i, component in ipairs(components_of(dag)) do
        local name, version = component.componentName, component.version

        list[i] = {
            name = component.name,
            componentName = type(name) == 'string' and name
                            or component.name,
            version = type(version) == 'string' and version or '',
            input = ports_of(component.input),
            output = ports_of(component.output)
        }
    end

    return list
end


-- one of them, {} when the DAG has no such step
function job.step(dag, name)
    for _, step in ipairs(job.components(dag)) do
        if step.name == name then
            return step
        end
    end

    return {}
end


-- the names behind which a component of a DAG comes, by data or without
local function awaited_by(component)
    local after = {}

    for _, input in ipairs(type(component.input) == 'table'
                           and component.input or {})
    do
        local key_of = type(input) == 'table' and input.key

        after[#after + 1] = type(key_of) == 'string'
                            and string.match(key_of, '^(.*)%.') or nil
    end

    for _, name in ipairs(type(component.after) == 'table'
                          and component.after or {})
    do
        after[#after + 1] = type(name) == 'string' and name or nil
    end

    return after
end


-- The steps of a DAG: name, after (the names that it waits for).
function job.steps(dag)
    local list = {}

    for i, component in ipairs(components_of(dag)) do
        list[i] = { name = component.name, after = awaited_by(component) }
    end

    return list
end


-- componentName of a task, or its own name
function job.component(record, task_name)
    for _, component in ipairs(components_of(record.dag)) do
        if component.name == task_name
           and type(component.componentName) == 'string'
        then
            return component.componentName
        end
    end

    return task_name
end


local function remote_nodes(config)
    local list = {}

    for _, one in ipairs(job.roles(config) or {}) do
        if one.node_id ~= self_node then
            list[#list + 1] = one.node_id
        end
    end

    return table.concat(list, ' ')
end


function job.create(id, role, initiator, fields)
    if (fields.parties or '') == '' then
        fields.parties = remote_nodes(fields.config)
    end

    write('job:' .. id, with(fields, {
        job_id = id, role = role, initiator = initiator, status = 'PENDING',
        started = '0', cancel = '0', progress = '0', cause = '',
        pending_reason = '', create_time = now, start_time = '',
        finish_time = '', update_time = now
    }))
    index('job', id)
    job.stands(id, 'PENDING')
    job.hold_outputs(id, fields.config)
    redis.call('SADD', key('jobs-unfinished'), id)
    evidence('JOB_CREATED', 'job:' .. id, 'role', role, 'initiator', initiator,
             'project_id', fields.project_id or '',
             'flow_id', fields.flow_id or '')

    if role == 'partner' then
        job.follow(id, initiator)
    end
end


-- ids of the jobs that are not over
function job.unfinished()
    local list = redis.call('SMEMBERS', key('jobs-unfinished'))

    table.sort(list)

    return list
end


-- wakes the scheduler
function job.notify(id, reason)
    redis.call('XADD', key('jobs'), '*', 'job_id', id, 'reason', reason)
end


-- the parties that have not approved or whose permit is not here yet,
-- separated by spaces; and those of the second kind
function job.missing(record)
    local list, awaited = {}, {}

    for node_id in string.gmatch(record.parties or '', '%S+') do
        local subject = audit.subject('out', 'job', node_id,
                                      record['audit.' .. node_id] or '')

        local status = get(subject, 'status')

        if not status and (job.is_asked_later(node_id)
                           or record.handed_by == node_id)
        then
            status = 'APPROVED'
        end

        if status ~= 'APPROVED' then
            list[#list + 1] = node_id

        elseif get(subject, 'awaits') then
            list[#list + 1] = node_id
            awaited[#awaited + 1] = node_id
        end
    end

    return table.concat(list, ' '), table.concat(awaited, ' ')
end


function job.start(id)
    write('job:' .. id, { started = '1', update_time = now })
    evidence('FLOW_EXECUTED', 'job:' .. id)
    job.notify(id, 'start')
end


function job.running(id)
    write('job:' .. id, { status = 'RUNNING', started = '1', start_time = now,
                          update_time = now })
    job.stands(id, 'RUNNING')
    job.unfollow(id)
    evidence('JOB_STARTED', 'job:' .. id)
end


function job.finish(id, status, fields)
    fields.cause = causes.of_job(fields.cause, read('job:' .. id))
    write('job:' .. id, with(fields, { status = status, finish_time = now,
                                       update_time = now }))
    redis.call('SREM', key('jobs-unfinished'), id)
    job.stands(id, status)
    job.unfollow(id, true)
    job.let_outputs(id, get('job:' .. id, 'config'))
    evidence('JOB_FINISHED', 'job:' .. id, 'status', status)

    for _, task_id in ipairs(job.task_ids(id)) do
        session.close(get('task:' .. task_id, 'session_id') or '')
    end

    timetable.job_over(get('job:' .. id, 'timetable_id'), id)
end


-- what a job says of a part that it does without
function job.note_loss(id, part, node_id)
    local record = pick('job:' .. id, 'note', 'note_zh')
    local cause = decoded(part.cause) or {}

    local function add(name, between, text)
        local old = record[name] or ''

        record[name] = old == '' and text or old .. between .. text
    end

    add('note', '; ', part.role .. ' (' .. node_id .. ') dropped out of '
                      .. part.task_name .. ': ' .. (cause.message or ''))
    add('note_zh', '；', part.role .. '（' .. node_id .. '）退出 '
                         .. part.task_name .. '：'
                         .. (cause.message_zh or ''))
    write('job:' .. id, { note = record.note, note_zh = record.note_zh })
end


-- a party approved a job of ours
function job.approved_by(id, node_id, token)
    local record = read('job:' .. id)

    if not record or record.role ~= 'initiator' then
        return
    end

    write('job:' .. id, { ['permit.' .. node_id] = token })

    if record.autostart == '1' and record.started == '0'
       and record.status == 'PENDING' and job.missing(record) == ''
    then
        job.start(id)
    end
end


-- A party will not take part in a job of ours. A request that the job knows
-- no longer was about something else.
function job.refused_by(id, node_id, audit_id)
    local record = read('job:' .. id)

    if not record or record.role ~= 'initiator' or job.is_over(record)
       or record['audit.' .. node_id] ~= audit_id
    then
        return
    end

    if record.started == '1' then
        if record.cancel ~= '1' then
            write('job:' .. id, { rejected_by = node_id })
        end

        job.stop(record)

    elseif record.autostart == '1' then
        job.finish(id, 'FAILED', {
            cause = cause_json('job_rejected',
                               job.party(record.config, node_id) or '',
                               node_id, '', '')
        })
    end
end


-- own tasks of a job
function job.task_ids(id)
    local list = redis.call('SMEMBERS', key('job-tasks:' .. id))

    table.sort(list)

    return list
end


function job.cancel_tasks(id)
    for _, task_id in ipairs(job.task_ids(id)) do
        task.cancel(read('task:' .. task_id))
    end
end


-- of ours: the scheduler does the rest
function job.stop(record)
    if record.cancel == '1' or job.is_over(record) then
        return
    end

    write('job:' .. record.job_id, { cancel = '1', update_time = now })
    evidence('JOB_STOPPED', 'job:' .. record.job_id)
    job.cancel_tasks(record.job_id)
    job.notify(record.job_id, 'stop')
end


-- Every component of the DAG has a task that succeeded here, of this job or
-- of an earlier one.
local function is_complete(record)
    local done = {}

    for _, task_id in ipairs(job.task_ids(record.job_id)) do
        local one = read('task:' .. task_id)

        if one.status == 'SUCCESS' then
            done[one.task_name] = true
        end
    end

    local reused = job.reused(record.config)

    for _, component in ipairs(components_of(record.dag)) do
        if not done[component.name] and not reused[component.name] then
            return false
        end
    end

    return next(done) ~= nil
end


-- A peer's job that has not begun here can be applied for again: its
-- initiator has changed it. It is gone already, or ends with the new answer.
function job.is_renewable(record, peer)
    local subject = audit.subject('in', 'job', peer,
                                  record['audit.' .. peer] or '')

    return record.role == 'partner' and record.initiator == peer
           and record.start_time == '' and #job.task_ids(record.job_id) == 0
           and (record.status == 'PENDING'
                or get(subject, 'status') == 'TERMINATED')
end


-- makes room for it as it is now
function job.renew(record, peer)
    local subject, old = audit.find('in', 'job', peer,
                                    record['audit.' .. peer] or '')

    if old and old.status == 'APPROVED' then
        audit.terminate(subject, old)
    end

    job.let_outputs(record.job_id, record.config)
    redis.call('DEL', key('job:' .. record.job_id))
end


-- A peer's job whose tasks have all succeeded here ends as its initiator
-- says, since another party may have failed; schedulers of others do not
-- always say.
function job.settle_partner(record)
    if record.role ~= 'partner' or job.is_over(record)
       or not is_complete(record) or job.retries(record)
    then
        return
    end

    if (contract.live(record.initiator) or {}).system ~= 'interconn' then
        job.end_of_partner(record.job_id, record.initiator)
    end
end


-- The job succeeds without what failed here.
local function note_own_loss(record)
    local lost, done = {}, {}

    for _, task_id in ipairs(job.task_ids(record.job_id)) do
        local one = read('task:' .. task_id)

        if one.status == 'SUCCESS' then
            done[one.task_name] = true
        elseif one.status == 'FAILED' then
            lost[#lost + 1] = one
        end
    end

    for _, one in ipairs(lost) do
        if not done[one.task_name] then
            done[one.task_name] = true
            job.note_loss(record.job_id, one, self_node)
        end
    end
end


-- cause: what the initiator said, or nil
function job.fail_partner(record, cause)
    cause = (cause or '') ~= '' and causes.of_job(cause, record) or ''

    write('job:' .. record.job_id, { cancel = '1' })
    job.cancel_tasks(record.job_id)
    job.finish(record.job_id, 'FAILED', {
        cause = causes.own(record, cause ~= '' and cause
                           or cause_json('task_stopped',
                                job.party(record.config, self_node) or '',
                                self_node, '', ''))
    })
end


-- A peer's job ends. status: as its initiator says, or nil: it did not say.
function job.end_of_partner(id, peer, status, cause)
    local record = read('job:' .. id)

    if not record or record.role ~= 'partner' or record.initiator ~= peer
       or job.is_over(record)
    then
        return
    end

    if status == 'SUCCESS' or (status ~= 'FAILED' and is_complete(record))
    then
        note_own_loss(record)
        job.cancel_tasks(id)
        job.finish(id, 'SUCCESS', { progress = '100' })
        return
    end

    job.fail_partner(record, cause)
end
