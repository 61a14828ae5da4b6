
-- Models: their content, and the tasks that use them.


-- A job of the peer made it, in the project that it is used in.
local function is_own_work(record, peer, task_id)
    local made = read('job:' .. (record.job_id or '')) or {}
    local used = read('job:' .. (get('task:' .. task_id, 'job_id') or ''))

    return used ~= nil and made.status ~= nil and job.owner(made) == peer
           and (made.project_id or '') == (used.project_id or '')
end


-- A permit is for the project that was named when it was asked for.
local function is_for_project(issued, use)
    local asked = issued and read(audit.subject('in', 'model', use.peer,
                                                issued.audit_id or ''))
    local project = asked and asked.apply_project_id or ''

    return project == '' or project == (use.project or '')
end


-- input: model_id peer (whose job it is) use_id (the task's id)
-- output: ok model_id algorithm digest model (the content): our own jobs, jobs
--         of the partner whose job made it in the same project, and others
--         with a permit, charged once per use_id | not_found (there is none,
--         or it has no content) | wrong_state (it is offline) | permit_scope
--         (it is for another project or use) | not_permitted |
--         evidence_behind
-- evidence: as permit_guard
define('model_permitted', 3, WRITE, function(id, peer, use_id)
    local subject = object.subject('model', id)
    local record = read(subject)
    local content = redis.call('GET', key('model:' .. id))

    if not record or not content then
        return fail('not_found', id)
    end

    if object.is_closed('model', id) then
        return object.refused('model', id)
    end

    if peer ~= self_node and not is_own_work(record, peer, use_id) then
        local found, refused = permit.of_task('model', id, peer, use_id,
                                              is_for_project)

        if not found then
            return refused
        end
    end

    redis.call('HINCRBY', key(subject), 'used', 1)
    write(subject, { last_use = now })

    return ok('model_id', id, 'algorithm', record.algorithm or '',
              'digest', record.digest or '', 'model', content)
end)


-- input: model_id operator
-- output: ok model_id version digest model | not_found | wrong_state (it has
--         no content)
-- evidence: RES_OUT
define('model_download', 2, WRITE, function(id, operator)
    local subject = object.subject('model', id)
    local record = read(subject)
    local content = redis.call('GET', key('model:' .. id))

    if not record then
        return fail('not_found', id)
    end

    if not content then
        return fail('wrong_state', 'no content')
    end

    evidence('RES_OUT', subject, 'digest', record.digest or '',
             'operator', operator, 'bytes', string.format('%d', #content))

    return ok('model_id', id, 'version', record.version or '',
              'digest', record.digest or '', 'model', content)
end)
