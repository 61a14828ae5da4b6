
-- input: job_id
-- output: ok and the record | not_found
define('job_get', 1, READ, function(id)
    return ok_record('job:' .. id)
end)


-- input: project_id flow_id status ('': any, each) page_num page_size
-- output: ok and a list of records
define('job_list', 5, READ, function(project_id, flow_id, status, page_num,
                                     page_size)
    return page(job.listed_in(status), page_num, page_size,
                having('job:', { project_id = project_id, flow_id = flow_id,
                                 status = job.listed_in(status) == 'job'
                                          and status or '' }),
                function(member)
                    return flat_of(job.listed(read('job:' .. member)))
                end)
end)


local RANK = { SUCCESS = 1, PENDING = 2, RUNNING = 3, FAILED = 4 }


-- Subjects of the parts of a job's tasks that this node knows: those of all
-- parties for a job of ours, else its own.
function job.parts(id)
    local list = {}

    for _, member in ipairs(redis.call('SMEMBERS', key('ptasks:' .. id))) do
        list[#list + 1] = 'ptask:' .. string.gsub(member, ' ', ':')
    end

    if #list == 0 then
        for _, task_id in ipairs(job.task_ids(id)) do
            list[#list + 1] = 'task:' .. task_id
        end
    end

    table.sort(list)

    return list
end


-- a list of { task_id, status }, the status over all known parts
function job.statuses(id)
    local status, list, seen = {}, {}, {}

    for _, subject in ipairs(job.parts(id)) do
        local record = read(subject)
        local old = status[record.task_id]

        if not seen[record.task_id] then
            seen[record.task_id] = true
            list[#list + 1] = record.task_id
        end

        -- a task that does without a part is what the others are
        if (not old or RANK[record.status] > RANK[old])
           and record.tolerated ~= '1'
        then
            status[record.task_id] = record.status
        end
    end

    for i, task_id in ipairs(list) do
        list[i] = { task_id, status[task_id] or 'FAILED' }
    end

    return list
end


-- input: job_id
-- output: ok and task_id status pairs (over all parties: FAILED, else
--         RUNNING, else PENDING, else SUCCESS) | not_found
define('job_status', 1, READ, function(id)
    local reply = ok()

    if not exists('job:' .. id) then
        return fail('not_found', id)
    end

    for _, one in ipairs(job.statuses(id)) do
        reply[#reply + 1] = one[1]
        reply[#reply + 1] = one[2]
    end

    return reply
end)


-- the records of job.parts(); this node's own parts name no node
function job.records(id)
    local records = {}

    for i, subject in ipairs(job.parts(id)) do
        local record = redis.call('HGETALL', key(subject))

        if string.sub(subject, 1, 5) == 'task:' then
            record[#record + 1] = 'node_id'
            record[#record + 1] = self_node
        end

        records[i] = record
    end

    return records
end


-- input: job_id
-- output: ok, the record of the job and records, one per task and party
--         | not_found
define('job_result', 1, READ, function(id)
    local reply = ok_record('job:' .. id)

    if reply[1] == 'ok' then
        reply[#reply + 1] = 'unready'
        reply[#reply + 1] = job.unready(id)
        reply[#reply + 1] = 'records'
        reply[#reply + 1] = job.records(id)
    end

    return reply
end)
