
-- What a job takes over from an earlier one: job_params.common.reuse of its
-- configuration, { job_id, tasks: step -> task }.


local function said(config, member)
    local reuse = job.common(config, 'reuse')

    return type(reuse) == 'table' and reuse[member] or nil
end


-- by step the task whose output the job takes over; {}: none
function job.reused(config)
    local tasks = said(config, 'tasks')

    return type(tasks) == 'table' and tasks or {}
end


-- For the one who is asked to approve it: the peer's job that this one goes
-- on from, or this one as it was approved before; {}: there is none.
function job.compared(record)
    if record.resource_type ~= 'job' or record.dir ~= 'in' then
        return {}
    end

    local id = said(record.config, 'job_id')

    if type(id) ~= 'string' and record.status == 'APPLIED' then
        id = record.resource_id
    end

    local old = type(id) == 'string' and read('job:' .. id)

    if not old or old.initiator ~= record.node_id then
        return {}
    end

    return { compared_with = id, was_dag = old.dag, was_config = old.config }
end


-- Whose job it is: the initiator's, or who has handed it to this node.
function job.owner(record)
    return (record.handed_by or '') ~= '' and record.handed_by
           or record.initiator
end


-- the task has succeeded at all parties of a job of ours
local function is_done(record, task_id)
    for _, one in ipairs(job.roles(record.config) or {}) do
        if get('ptask:' .. task_id .. ':' .. one.node_id, 'status')
           ~= 'SUCCESS'
        then
            return false
        end
    end

    return true
end


-- By step the task whose output a later job may take over: of this job of
-- ours, or of one before that it took over itself.
function job.reusable(record)
    local tasks, reused = {}, job.reused(record.config)

    for _, step in ipairs(job.components(record.dag)) do
        local begun = job.begun(record, step.name)

        if type(reused[step.name]) == 'string' then
            tasks[step.name] = reused[step.name]

        elseif begun and is_done(record, begun) then
            tasks[step.name] = begun
        end
    end

    return tasks
end


-- Is the task's output ours and the initiator's to take over? What is
-- another's counts as not there.
local function is_usable(initiator, fields, step, task_id)
    local one = read('task:' .. task_id)
    local old = one and read('job:' .. one.job_id)
    local was = old and job.step(old.dag, step.name)

    return old ~= nil and job.owner(old) == initiator
           and (old.project_id or '') == (fields.project_id or '')
           and one.task_name == step.name and one.status == 'SUCCESS'
           and one.role == job.party(fields.config, self_node)
           and was.componentName == step.componentName
           and was.version == step.version
end


-- The input of a step that runs which is to come of a task that is done, and
-- whose record is gone: its time was over. nil: there is none.
local function lost_input(step, reused)
    for _, port in ipairs(step.input) do
        local name, output = string.match(type(port.key) == 'string'
                                          and port.key or '',
                                          '^([^.]*)%.(.*)$')
        local task_id = name and reused[name]

        if type(task_id) == 'string'
           and not exists('artefact:' .. task_id .. ':' .. output)
        then
            return port.key
        end
    end

    return nil
end


-- Nil, or the reply: an output that the job takes over is not here for it.
-- fields: dag, config and project_id of the job.
function job.refused_reuse(initiator, fields)
    local reused = job.reused(fields.config)
    local party = job.party(fields.config, self_node)

    if next(reused) == nil then
        return nil
    end

    -- who is asked to take part sees a job of ours and takes our word
    if not party then
        return initiator ~= self_node
               and fail('reuse_missing', 'this node is no party') or nil
    end

    for _, step in ipairs(job.components(fields.dag)) do
        local task_id, lost = reused[step.name], nil

        if task_id == nil then
            lost = lost_input(step, reused)

        elseif type(task_id) ~= 'string'
               or not is_usable(initiator, fields, step, task_id)
        then
            lost = step.name
        end

        if lost then
            return fail('reuse_missing', lost .. ' at ' .. party)
        end
    end

    return nil
end


-- As long as a job that takes an output over is not over, that stays.
function job.hold_outputs(id, config)
    for _, task_id in pairs(job.reused(config)) do
        redis.call('SADD', key('reused:' .. tostring(task_id)), id)
    end
end


function job.let_outputs(id, config)
    for _, task_id in pairs(job.reused(config)) do
        redis.call('SREM', key('reused:' .. tostring(task_id)), id)
    end
end
