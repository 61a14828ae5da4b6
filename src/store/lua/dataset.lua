
-- a permit that was charged for this use before, or else any other
local function ordered_permits(peer, dataset_id, use_id)
    local list = redis.call('SMEMBERS', key('permits:dataset:' .. peer .. ':'
                                            .. dataset_id))

    table.sort(list, function(a, b)
        local x, y = permit.was_charged(a, use_id),
                     permit.was_charged(b, use_id)

        if x ~= y then
            return x
        end

        return a < b
    end)

    return list
end


-- what a task is for, as its job says
local function purpose_of(task_id)
    local record = read('task:' .. task_id)
    local of = record and read('job:' .. record.job_id)

    if not of then
        return {}
    end

    local component = job.component(of, record.task_name)

    return { project = of.project_id, component = component,
             algorithm = component }
end


-- input: dataset_id peer use_id (the task's id)
-- output: ok and jti rows_left (charged once per use_id; our own node always,
--         without a jti) | permit_scope | not_permitted
-- evidence: as permit_guard
define('dataset_permitted', 3, WRITE, function(dataset_id, peer, use_id)
    local reason, detail = 'permit_missing', dataset_id
    local last = ''

    if peer == self_node then
        object.read_by(dataset_id, use_id)
        return ok()
    end

    local use = with(purpose_of(use_id), {
        id = use_id, peer = peer, kind = 'dataset', resource_id = dataset_id
    })

    for _, jti in ipairs(ordered_permits(peer, dataset_id, use_id)) do
        local refused, found = permit.charge(jti, use)

        if not refused then
            object.read_by(dataset_id, use_id)
            return ok('jti', jti, 'rows_left', found.rows_left or '-1')
        end

        -- a permit that does not cover the task says more than a used one
        if reason ~= 'permit_scope' then
            reason, detail, last = refused, found, jti
        end
    end

    if last ~= '' then
        permit.deny(last, peer, reason, detail)
    end

    if reason == 'permit_scope' then
        return fail(reason, detail)
    end

    return fail('not_permitted', reason .. ': ' .. detail)
end)


-- input: sql_sha256 (of the normalised query)
-- output: ok dataset_id | not_found
define('dataset_find', 1, READ, function(sql_sha256)
    local id = redis.call('GET', key('query:' .. sql_sha256))
    local record = id and read('object:dataset:' .. id)

    if not record or record.query_digest ~= sql_sha256
       or not object.is_online(record)
    then
        return fail('not_found', sql_sha256)
    end

    return ok('dataset_id', id)
end)
