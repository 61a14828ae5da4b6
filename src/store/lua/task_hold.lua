
-- Steps of our jobs that are not to begin: the others go on as far as they do
-- not wait for them.


-- names of a job's steps that are disabled, as a table
local function disabled(record)
    local names = {}

    for _, name in ipairs(decoded(record.disabled) or {}) do
        names[name] = true
    end

    return names
end


function task.is_disabled(job_record, name)
    return disabled(job_record)[name] == true
end


local function keep(record, names)
    local list = {}

    for name in pairs(names) do
        list[#list + 1] = name
    end

    table.sort(list)
    write('job:' .. record.job_id, { disabled = json_list(list),
                                     update_time = now })
end


-- the job of ours that has the step and goes on, or nil and the error's reply
local function job_of(id, name)
    local record = read('job:' .. id)

    if not record then
        return nil, fail('not_found', id)
    end

    if record.role ~= 'initiator' then
        return nil, fail('wrong_state', 'its initiator decides')
    end

    if job.is_over(record) or record.cancel == '1' then
        return nil, fail('wrong_state', record.status)
    end

    for _, step in ipairs(job.components(record.dag)) do
        if step.name == name then
            return record
        end
    end

    return nil, fail('invalid_fields', '/task_name: the DAG has no component '
                                       .. name)
end


-- input: job_id task_name
-- output: ok (also when it was disabled before) | not_found | wrong_state (it
--         has begun, or is taken over from an earlier job) | invalid_fields
-- evidence: TASK_DISABLED
define('task_disable', 2, WRITE, function(id, name)
    local record, refused = job_of(id, name)

    if not record then
        return refused
    end

    if job.begun(record, name) then
        return fail('wrong_state', name .. ' has begun: job/stop ends it')
    end

    if job.reused(record.config)[name] then
        return fail('wrong_state', name .. ' is done: its output is taken '
                                   .. 'over')
    end

    local names = disabled(record)

    if not names[name] then
        names[name] = true
        keep(record, names)
        evidence('TASK_DISABLED', 'job:' .. id, 'task_name', name)
    end

    return ok()
end)


-- input: job_id task_name
-- output: ok (also when it was not disabled) | not_found | wrong_state
--         | invalid_fields
-- evidence: TASK_ENABLED
define('task_enable', 2, WRITE, function(id, name)
    local record, refused = job_of(id, name)

    if not record then
        return refused
    end

    local names = disabled(record)

    if names[name] then
        names[name] = nil
        keep(record, names)
        evidence('TASK_ENABLED', 'job:' .. id, 'task_name', name)
        job.notify(id, 'enabled')
    end

    return ok()
end)
