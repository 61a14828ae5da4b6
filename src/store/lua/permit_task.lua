
-- What tasks of partners use of ours: under which permit.


-- permits that were charged for this use before, then all others
local function ordered_permits(kind, id, peer, use_id)
    local list = redis.call('SMEMBERS', key('permits:' .. kind .. ':' .. peer
                                            .. ':' .. id))

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


-- A permit of the peer's for our object, charged once per task; else nil and
-- the reply. While evidence waits too long, only what was charged before is
-- used. fits: a function of a permit's record, when not any will do.
function permit.of_task(kind, id, peer, task_id, fits)
    local reason, detail = 'permit_missing', id
    local last = ''
    local behind = notary.behind()

    local use = with(purpose_of(task_id), {
        id = task_id, peer = peer, kind = kind, resource_id = id
    })

    for _, jti in ipairs(ordered_permits(kind, id, peer, task_id)) do
        local refused, found

        if behind and not permit.is_repeated(jti, use) then
            refused = true

        elseif fits and not fits(permit.issued(jti), use) then
            refused, found = 'permit_scope', 'project '
                             .. (use.project or '') .. ' is another one'
        else
            refused, found = permit.charge(jti, use)
        end

        if not refused then
            found.jti = jti
            return found
        end

        -- a permit that does not cover the task says more than a used one
        if not behind and reason ~= 'permit_scope' then
            reason, detail, last = refused, found, jti
        end
    end

    if behind then
        return nil, fail('evidence_behind', behind)
    end

    if last ~= '' then
        permit.deny(last, peer, reason, detail)
    end

    if reason == 'permit_scope' then
        return nil, fail(reason, detail)
    end

    return nil, fail('not_permitted', reason .. ': ' .. detail)
end
