
-- Artefacts: what tasks made here for the tasks behind them, known by task and
-- key. The files are the runner's; here is what they are. An output that this
-- party does not have is recorded without a digest, so that who waits for it
-- knows.

local MAX_OUTPUTS = 64

local KINDS = { dataset = true, training_set = true, test_set = true,
                model = true, report = true, metric = true }

-- as the runner gives them, all of them texts
local FIELDS = { 'key', 'kind', 'namespace', 'name', 'digest', 'rows', 'bytes',
                 'format', 'version' }


local function member_of(task_id, name)
    return task_id .. ':' .. name
end


local function is_sound(one)
    if type(one) ~= 'table' then
        return false
    end

    for _, field in ipairs(FIELDS) do
        if type(one[field]) ~= 'string' then
            return false
        end
    end

    return one.key ~= '' and KINDS[one.kind] ~= nil
           and string.find(one.rows, '^%d+$') ~= nil
           and string.find(one.bytes, '^%d+$') ~= nil
           and (one.digest == '' or (#one.digest == 64
                and string.find(one.digest, '^[0-9a-f]+$') ~= nil))
end


-- A list of outputs as the runner tells them, and nil; or the error's reply
-- when they are none, or are there with another digest.
function artefact.read(task_id, text)
    if (text or '') == '' then
        return {}
    end

    local list = decoded(text)

    if not list or #list > MAX_OUTPUTS then
        return nil, fail('invalid_fields', 'outputs')
    end

    for _, one in ipairs(list) do
        if not is_sound(one) then
            return nil, fail('invalid_fields', 'outputs')
        end

        local digest_of_it = get('artefact:' .. member_of(task_id, one.key),
                                 'digest')

        if digest_of_it and digest_of_it ~= one.digest then
            return nil, fail('conflict', 'output ' .. one.key)
        end
    end

    return list
end


-- records what read() gave, of a task that succeeds
function artefact.keep(record, list)
    for _, one in ipairs(list) do
        local member = member_of(record.task_id, one.key)

        if not exists('artefact:' .. member) then
            local fields = { task_id = record.task_id, job_id = record.job_id,
                             task_name = record.task_name, role = record.role,
                             create_time = now }

            for _, field in ipairs(FIELDS) do
                fields[field] = one[field]
            end

            write('artefact:' .. member, fields)
            index('artefact', member)

            if one.digest ~= '' then
                redis.call('SADD', key('artefact-names'),
                           one.namespace .. '/' .. one.name)
                redis.call('INCRBY', key('artefact-bytes'), one.bytes)
                evidence('ARTEFACT_CREATED', 'task:' .. record.task_id,
                         'key', one.key, 'kind', one.kind,
                         'digest', one.digest, 'rows', one.rows,
                         'bytes', one.bytes)
                escrow.begin(fields)
            end
        end
    end
end


-- What an escrow gave back is an output again: the owner's at its task, that of
-- another under the escrow's name. It is kept for its time from now on.
function artefact.recover(kept, namespace, name)
    local task_id = kept.owner == self_node and kept.task_id
                    or kept.escrow_id
    local member = member_of(task_id, kept.key)
    local fields = { task_id = task_id, job_id = kept.job_id,
                     task_name = kept.task_name or '', role = kept.role or '',
                     namespace = namespace, name = name, create_time = now,
                     recovered = now, escrow_id = kept.escrow_id }

    for _, field in ipairs({ 'key', 'kind', 'digest', 'rows', 'bytes',
                             'format', 'version' })
    do
        fields[field] = kept[field] or ''
    end

    if not exists('artefact:' .. member) then
        redis.call('INCRBY', key('artefact-bytes'), fields.bytes)
    end

    write('artefact:' .. member, fields)
    index('artefact', member)
    redis.call('SADD', key('artefact-names'), namespace .. '/' .. name)
end


-- The task that made what a job's step reads: of an older job where the
-- configuration says so, which must have been the same initiator's, in the
-- same project; else the last one here that succeeded. nil and a reply.
local function producer(job_record, task_name)
    local task_id = job.reused(job_record.config)[task_name]

    if type(task_id) == 'string' then
        local made = pick('task:' .. task_id, 'job_id', 'task_name', 'status')
        local old = read('job:' .. (made.job_id or '')) or {}

        if job.owner(old) ~= job.owner(job_record)
           or (old.project_id or '') ~= (job_record.project_id or '')
           or made.task_name ~= task_name or made.status ~= 'SUCCESS'
        then
            return nil, fail('not_permitted', task_id)
        end

        return task_id
    end

    local last, time

    for _, id in ipairs(job.task_ids(job_record.job_id)) do
        local made = pick('task:' .. id, 'task_name', 'status',
                          'create_time', 'finish_time')
        local since = { tonumber(made.create_time) or 0,
                        tonumber(made.finish_time) or 0 }

        if made.task_name == task_name and made.status == 'SUCCESS'
           and (not last or since[1] > time[1]
                or (since[1] == time[1] and since[2] > time[2]))
        then
            last, time = id, since
        end
    end

    return last, fail('not_found', task_name)
end


-- input: job_id task_name key (of what a step of the job reads)
-- output: ok and the record; digest '': this party has none
--         | not_found | not_permitted (the job that is to be used again is
--         another initiator's or project's, or the task did not succeed)
define('artefact_find', 3, READ, function(job_id, task_name, name)
    local job_record = read('job:' .. job_id)

    if not job_record then
        return fail('not_found', job_id)
    end

    local task_id, refused = producer(job_record, task_name)

    if not task_id then
        return refused
    end

    return ok_record('artefact:' .. member_of(task_id, name))
end)


-- input: job_id task_id ('': any) page_num page_size
-- output: ok and a list of records: what was made, never the data
define('artefact_list', 4, READ, function(job_id, task_id, page_num,
                                          page_size)
    local wanted = { job_id = job_id, task_id = task_id }

    return page('artefact', page_num, page_size, function(member)
        local record = pick('artefact:' .. member, 'digest', 'job_id',
                            'task_id')

        for field, value in pairs(wanted) do
            if value ~= '' and record[field] ~= value then
                return false
            end
        end

        return (record.digest or '') ~= ''
    end, whole('artefact:'))
end)


-- input: -
-- output: ok bytes, of all artefacts of the node
define('artefact_bytes', 0, READ, function()
    return ok('bytes', redis.call('GET', key('artefact-bytes')) or '0')
end)


-- input: namespace name
-- output: ok kept (0, 1)
define('artefact_kept', 2, READ, function(namespace, name)
    return ok('kept', tostring(redis.call('SISMEMBER', key('artefact-names'),
                                          namespace .. '/' .. name)))
end)


-- looked at in one call, so that nobody waits long
local MAX_SEEN, MAX_DUE = 200, 50


-- input: keep_ms
-- output: ok and a list of records: artefacts of jobs that were over so long
--         ago; the runner removes the files, then calls artefact_remove
define('artefact_due', 1, WRITE, function(keep_ms)
    local limit = string.format('%.0f', now - keep_ms)
    local ix, due = key('ix:artefact'), {}

    for _, member in ipairs(redis.call('ZRANGEBYSCORE', ix, '-inf', limit,
                                       'LIMIT', 0, MAX_SEEN))
    do
        local record = pick('artefact:' .. member, 'job_id', 'namespace',
                            'name', 'task_id', 'key', 'recovered')
        local made = pick('job:' .. (record.job_id or ''), 'status',
                          'finish_time')
        local over = tonumber(record.recovered or made.finish_time or '')

        if not record.task_id then
            redis.call('ZREM', ix, member)

        elseif made.status and not over
               or exists('reused:' .. record.task_id)
        then
            -- asked again later, behind those that may be due
            redis.call('ZADD', ix, now, member)

        elseif over and over > tonumber(limit) then
            redis.call('ZADD', ix, over, member)

        elseif #due < MAX_DUE then
            due[#due + 1] = { 'task_id', record.task_id, 'key', record.key,
                              'namespace', record.namespace,
                              'name', record.name }
        end
    end

    return ok_list(#due, due)
end)


-- input: task_id key
-- output: ok (also when it was removed before)
-- evidence: ARTEFACT_REMOVED
define('artefact_remove', 2, RELIEF, function(task_id, name)
    local member = member_of(task_id, name)
    local record = read('artefact:' .. member)

    if not record then
        return ok()
    end

    redis.call('DEL', key('artefact:' .. member))
    redis.call('ZREM', key('ix:artefact'), member)

    if record.kind == 'report' then
        order.forget(record.job_id)
    end

    if record.digest ~= '' then
        redis.call('SREM', key('artefact-names'),
                   record.namespace .. '/' .. record.name)
        redis.call('DECRBY', key('artefact-bytes'), record.bytes)
        evidence('ARTEFACT_REMOVED',
                 (record.recovered and 'escrow:' .. record.escrow_id)
                 or 'task:' .. task_id,
                 'key', name, 'digest', record.digest)
    end

    return ok()
end)
