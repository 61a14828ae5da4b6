
-- Who may use an object, who does, and for which project.

-- jobs that are not over, by what they name
local NAMED = {
    project = function(record, id)
        return record.project_id == id
    end,
    flow = function(record, id)
        return record.flow_id == id
    end,
    component = function(record, id)
        for _, one in ipairs(job.components(record.dag)) do
            if one.componentName .. ':' .. one.version == id then
                return true
            end
        end

        return false
    end
}


-- datasets and models stand in the parameters
local function in_config(record, id)
    return string.find(record.config or '', quote(id), 1, true) ~= nil
end


local function add_permits(list, kind, id)
    local grants = redis.call('ZRANGE', key('ix:grants:' .. kind .. ':' .. id),
                              0, -1)

    for _, member in ipairs(grants) do
        local record = permit.issued(string.match(member, ' (.*)$'))

        if record and record.status == 'ACTIVE' then
            list[#list + 1] = 'permit of ' .. record.node_id .. ' (request '
                              .. record.audit_id .. ')'
        end
    end
end


local function add_jobs(list, kind, id)
    local named = NAMED[kind] or in_config

    for _, job_id in ipairs(job.unfinished()) do
        local record = read('job:' .. job_id)

        if record and named(record, id) then
            list[#list + 1] = 'job ' .. job_id
        end
    end
end


local function add_members(list, word, subject)
    local members = redis.call('SMEMBERS', key(subject))

    table.sort(members)

    for _, member in ipairs(members) do
        list[#list + 1] = word .. ' ' .. member
    end
end


local function add_readers(list, id)
    local tasks = redis.call('SMEMBERS', key('readers:' .. id))

    table.sort(tasks)

    for _, task_id in ipairs(tasks) do
        local record = read('task:' .. task_id)

        if record and not task.is_over(record) then
            list[#list + 1] = 'task ' .. task_id
        end
    end
end


-- Texts that name what uses an object of ours.
function object.users(kind, id)
    local list = {}

    add_permits(list, kind, id)
    add_jobs(list, kind, id)
    add_members(list, 'project', 'object-projects:' .. kind .. ':' .. id)

    if kind == 'project' then
        add_members(list, 'flow', 'project-flows:' .. id)

    elseif kind == 'dataset' then
        add_readers(list, id)
    end

    return list
end


-- A task reads a dataset of ours: counted, and in its way until it ends.
function object.read_by(id, use_id)
    local readers = key('readers:' .. id)

    for _, task_id in ipairs(redis.call('SMEMBERS', readers)) do
        local record = read('task:' .. task_id)

        if not record or task.is_over(record) then
            redis.call('SREM', readers, task_id)
        end
    end

    if not exists(object.subject('dataset', id))
       or redis.call('SADD', readers, use_id) == 0
    then
        return
    end

    redis.call('HINCRBY', key(object.subject('dataset', id)), 'used', 1)
    write(object.subject('dataset', id), { last_use = now })
end


-- input: kind id page_num page_size
-- output: ok and a list of what permit_get tells of its permits, newest first
--         | not_found
define('object_usage', 4, READ, function(kind, id, page_num, page_size)
    if not exists(object.subject(kind, id)) then
        return fail('not_found', id)
    end

    return permit.page_of(kind, id, page_num, page_size)
end)


-- nil when this node has a place in the project, else the error's reply
local function refused_member(project_id, node_id)
    local refused = object.refused('project', project_id)

    if refused then
        return refused
    end

    if node_id == self_node or object.is_member(project_id, node_id) then
        return nil
    end

    return fail('not_found', node_id)
end


-- With SADD a project uses an object, with SREM no longer; false when that
-- was so before.
local function set_use(command, event, kind, id, project_id, node_id)
    if redis.call(command, key('project-uses:' .. project_id),
                  kind .. ' ' .. node_id .. ' ' .. id) == 0
    then
        return false
    end

    if node_id == self_node then
        redis.call(command, key('object-projects:' .. kind .. ':' .. id),
                   project_id)
    end

    evidence(event, object.subject(kind, id), 'project', project_id,
             'node', node_id)

    return true
end


-- input: kind id project_id node_id (whose it is; '': ours)
-- output: ok (also when it was) | not_found (object, project or member)
--         | wrong_state (object or project)
-- evidence: RES_USED
define('object_use', 4, WRITE, function(kind, id, project_id, node_id)
    node_id = node_id ~= '' and node_id or self_node

    local refused = refused_member(project_id, node_id)
                    or node_id == self_node and object.refused(kind, id)

    if refused then
        return refused
    end

    set_use('SADD', 'RES_USED', kind, id, project_id, node_id)

    return ok()
end)


-- input: kind id project_id node_id (whose it is; '': ours)
-- output: ok | not_found (it is not used there)
-- evidence: RES_RELEASED
define('object_release', 4, RELIEF, function(kind, id, project_id, node_id)
    node_id = node_id ~= '' and node_id or self_node

    return set_use('SREM', 'RES_RELEASED', kind, id, project_id, node_id)
           and ok() or fail('not_found', id)
end)


-- What a project uses: a sorted list of { kind, node_id, id }.
function object.uses_of(project_id)
    local list = {}
    local members = redis.call('SMEMBERS', key('project-uses:' .. project_id))

    table.sort(members)

    for i, member in ipairs(members) do
        list[i] = { string.match(member, '^(%S+) (%S+) (%S+)$') }
    end

    return list
end


-- with the end of its project
function object.release_all(project_id)
    for _, one in ipairs(object.uses_of(project_id)) do
        if one[2] == self_node then
            redis.call('SREM', key('object-projects:' .. one[1] .. ':'
                                   .. one[3]), project_id)
        end
    end

    redis.call('DEL', key('project-uses:' .. project_id))
end
