
-- Component tasks of this node, with what they read and make.


-- the task whose output the job's steps read, or nil: not yet
local function producer(job_record, name)
    local found = job.reused(job_record.config)[name]
    local last = ''

    for _, task_id in ipairs(job.task_ids(job_record.job_id)) do
        local one = pick('task:' .. task_id, 'task_name', 'status',
                         'create_time')

        if not found and one.task_name == name and one.status == 'SUCCESS'
           and one.create_time > last
        then
            found, last = task_id, one.create_time
        end
    end

    return type(found) == 'string' and found or nil
end


local function text_of(value)
    return type(value) == 'string' and value or ''
end


-- key and type as the DAG says, the rest as far as it is known here
local function port_json(port, task_id, name)
    local known = task_id and pick('artefact:' .. task_id .. ':' .. name,
                                   'digest', 'rows', 'bytes') or {}
    local json = '{"key":' .. quote(text_of(port.key))
                 .. ',"type":' .. quote(text_of(port.type))

    if task_id then
        json = json .. ',"task_id":' .. quote(task_id)
    end

    if (known.digest or '') ~= '' then
        json = json .. ',"digest":' .. quote(known.digest)
               .. ',"rows":' .. (known.rows or '0')
               .. ',"bytes":' .. (known.bytes or '0')
    end

    return json .. '}'
end


local function inputs_json(job_record, step)
    local list = {}

    for i, port in ipairs(step.input or {}) do
        local name, key = string.match(text_of(port.key), '^([^.]*)%.(.*)$')

        list[i] = port_json(port, name and producer(job_record, name), key)
    end

    return '[' .. table.concat(list, ',') .. ']'
end


local function outputs_json(record, step)
    local list = {}

    for i, port in ipairs(step.output or {}) do
        list[i] = port_json(port, record.status == 'SUCCESS'
                                  and record.task_id or nil,
                            text_of(port.key))
    end

    return '[' .. table.concat(list, ',') .. ']'
end


-- The record of a task as pairs, without what nobody is shown.
local function shown(record, job_record)
    local step = job.step(job_record.dag, record.task_name)

    for _, name in ipairs({ 'token', 'secret', 'session_id' }) do
        record[name] = nil
    end

    return flat_of(with(record, {
        componentName = step.componentName or '', version = step.version,
        inputs = inputs_json(job_record, step),
        outputs = outputs_json(record, step)
    }))
end


-- input: job_id task_name component status ('': any) page_num page_size
-- output: ok and a list of records, with componentName version and inputs
--         outputs (JSON)
define('task_list', 6, READ, function(job_id, task_name, component, status,
                                      page_num, page_size)
    local match = having('task:', { job_id = job_id, task_name = task_name,
                                    status = status })
    local function job_of(task_id)
        return read('job:' .. (get('task:' .. task_id, 'job_id') or ''))
    end

    return page('task', page_num, page_size, function(task_id)
        return (not match or match(task_id))
               and (component == ''
                    or job.step((job_of(task_id) or {}).dag,
                                get('task:' .. task_id, 'task_name'))
                       .componentName == component)
    end, function(task_id)
        return shown(with(read('task:' .. task_id), { report = '' }),
                     job_of(task_id) or {})
    end)
end)


-- Ids and scores of rows, as predict reports what it was told.
local function has_scores(record)
    return string.find(record.report or '', '"algorithm":"predict","told":',
                       1, true) ~= nil
end


-- input: task_id by (who asks, '' or none: the node; ids and scores that were
--        told the arbiter are for those who may copy results)
-- output: ok, as task_list, with what explains it, and job_config
--         | not_found
define('task_get', 1, READ, function(task_id, by)
    local record = read('task:' .. task_id)

    if not record then
        return fail('not_found', task_id)
    end

    if has_scores(record) and operator.refused(by or '', { 'result.copy' }) then
        record.report = ''
    end

    local job_record = read('job:' .. record.job_id) or {}

    task.explain(job_record, record)

    return ok('job_config', job_record.config or '',
              unpack(shown(record, job_record)))
end)
