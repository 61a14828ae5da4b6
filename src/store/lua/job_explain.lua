
-- What operators are shown of jobs: beside their records why they wait, why
-- they failed, how far they are.


-- Adds to the record of a part of a task what explains it.
function task.explain(job_record, part)
    part.node_id = part.node_id or self_node
    with(part, pending.of_part(job_record, part))
    with(part, estimate.of_part(part))

    if part.node_id == self_node then
        part.cause = causes.shown(part.cause)
        with(part, pick('task:' .. part.task_id, 'sent', 'received'))
    end

    return part
end


-- The record of a job as operators read it.
function job.explained(record)
    with(record, pending.of_job(record))
    with(record, estimate.of_job(record))
    record.cause = causes.explain(record)

    return record
end


-- The record of a job as a list has it: without every reason to wait.
function job.listed(record)
    with(record, pending.of_job(record))
    with(record, estimate.of_job(record))
    record.pending = nil

    return record
end


-- The parts of its tasks as operators read them.
function job.shown(record)
    local records = {}

    for i, subject in ipairs(job.parts(record.job_id)) do
        records[i] = flat_of(task.explain(record, read(subject)))
    end

    return records
end


-- input: job_id
-- output: ok, the record of the job with what explains it, and records, one
--         per task and party | not_found
define('job_explain', 1, READ, function(id)
    local record = read('job:' .. id)

    if not record then
        return fail('not_found', id)
    end

    local reply = flat_of(job.explained(record))

    table.insert(reply, 1, 'ok')
    reply[#reply + 1] = 'records'
    reply[#reply + 1] = job.shown(record)

    return reply
end)
