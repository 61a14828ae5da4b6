
-- How a scheduler of another kind has the state of a job, and what it is told
-- of its own accord.


-- a setting of the peer's profile, or nil
function job.speaks(party, name)
    return string.match(' ' .. (party and party.speaks or ''),
                        ' ' .. name .. '=([%w-]+)')
end


local WORDS = { SUCCESS = 'FINISHED', FAILED = 'FINISHED', PENDING = 'READY' }


-- FINISHED says nothing about success: that is for the tasks to tell.
function job.interop_word(status)
    return WORDS[status] or status
end


function job.word(peer, status)
    if job.speaks(contract.live(peer), 'states') ~= 'interop' then
        return status
    end

    return job.interop_word(status)
end


-- The answer to a schedule/job/create, for who waits for one: READY, REJECTED.
function job.answer(peer, subject, job_id, status)
    local party = contract.live(peer)

    if job.speaks(party, 'answer') ~= 'confirm' then
        return
    end

    outbox(party, subject, '/v1/interconn/schedule/job/audit_confirm',
           '{"job_id":' .. quote(job_id) .. ',"status":' .. quote(status)
           .. '}')
end


-- "callback" in either case, as the configuration or the request has it
function job.sync_type(config)
    local value = job.common(config, 'sync_type')

    return type(value) == 'string' and string.lower(value) == 'callback'
           and 'CALLBACK' or 'POLL'
end


-- True for a party that knows no job/audit/apply: its job/create asks it.
function job.is_asked_later(node_id)
    return (job.speaks(contract.live(node_id), 'approval') or 'audit')
           ~= 'audit'
end


-- Whether the initiator of a task's job is told of it without a poll.
function task.is_told(party, job_id)
    return job.speaks(party, 'reports') ~= 'poll'
           or get('job:' .. job_id, 'sync_type') == 'CALLBACK'
end


-- A job of a peer that is stopped here is to stop everywhere: its initiator is
-- told at once, not only when the tasks have ended.
function job.ask_stop(record)
    local party = contract.live(record.initiator)

    if party and not job.is_over(record) and task.is_told(party, record.job_id)
    then
        outbox(party, 'job:' .. record.job_id,
               '/v1/interconn/schedule/job/stop_all',
               '{"job_id":' .. quote(record.job_id) .. '}')
    end
end


-- Nodes whose READY a job of ours waits for before its first task, separated
-- by spaces.
function job.unready(id)
    local record, list = pick('job:' .. id, 'role', 'status', 'parties'), {}

    if record.role ~= 'initiator' or record.status ~= 'RUNNING'
       or redis.call('EXISTS', key('ptasks:' .. id)) == 1
    then
        return ''
    end

    for node_id in string.gmatch(record.parties or '', '%S+') do
        if get('job:' .. id, 'ready.' .. node_id) ~= '1'
           and job.speaks(contract.live(node_id), 'answer') == 'confirm'
        then
            list[#list + 1] = node_id
        end
    end

    return table.concat(list, ' ')
end


-- input: peer (a party of a job of ours) job_id status (READY, REJECTED)
-- output: ok (also when it said so before, or the job is over) | not_found
-- evidence: JOB_STOPPED, or JOB_FINISHED, when it rejects the job
define('sched_audit_confirm', 3, RELIEF, function(peer, job_id, status)
    local record = read('job:' .. job_id)

    if not record or record.role ~= 'initiator'
       or not is_listed(record.parties, peer)
    then
        return absent('sched_audit_confirm', job_id, record)
    end

    if job.is_over(record) then
        return ok()
    end

    if status == 'REJECTED' then
        job.refused_by(job_id, peer)

    elseif record['ready.' .. peer] ~= '1' then
        write('job:' .. job_id, { ['ready.' .. peer] = '1',
                                  update_time = now })
        job.notify(job_id, 'ready')
    end

    return ok()
end)
