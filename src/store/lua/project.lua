
-- Projects: their members, and what members see of them.


local NO_MEMBER = '/contract_id: is required, or node_id'


-- the contracts of a project's members, in their order; records may be gone
local function contracts_of(record)
    local list = {}

    for _, id in ipairs(decoded(record.contract_ids) or {}) do
        if type(id) == 'string' then
            list[#list + 1] = { id = id, record = contract.find(id) or {} }
        end
    end

    return list
end


local function contracts_json(list)
    local ids = {}

    for i, one in ipairs(list) do
        ids[i] = quote(one.id)
    end

    return '[' .. table.concat(ids, ',') .. ']'
end


-- Is the contract one of the project's, by whatever id?
function object.has_contract(record, contract_id)
    for _, one in ipairs(contracts_of(record)) do
        if one.record.contract_id == contract_id then
            return true
        end
    end

    return false
end


function object.is_member(project_id, node_id)
    local record = read(object.subject('project', project_id)) or {}

    for _, one in ipairs(contracts_of(record)) do
        if one.record.peer == node_id and contract.is_live(one.record) then
            return true
        end
    end

    return false
end


-- the contract meant: by its id, or a node's live one; or nil and the reply
local function wanted(contract_id, node_id)
    local record

    if contract_id == '' and node_id == '' then
        return nil, fail('invalid_fields', NO_MEMBER)
    end

    if contract_id ~= '' then
        record = contract.find(contract_id)
    else
        record = contract.live(node_id)
    end

    if not record or node_id ~= '' and record.peer ~= node_id then
        return nil, fail('not_found', contract_id ~= '' and contract_id
                                      or node_id)
    end

    return record
end


local function change_members(id, record, list)
    object.change('project', id, record,
                  { contract_ids = contracts_json(list) }, 'PROJECT_UPDATED')
end


-- input: project_id contract_id ('': the live one) node_id ('': its peer)
-- output: ok (also when it was) | not_found | no_contract (not live)
--         | invalid_fields (neither is given) | wrong_state (offline)
-- evidence: PROJECT_UPDATED
define('project_member_add', 3, WRITE, function(id, contract_id, node_id)
    local refused = object.refused('project', id)

    if refused then
        return refused
    end

    local member, error_reply = wanted(contract_id, node_id)

    if not member then
        return error_reply
    end

    if not contract.is_live(member) then
        return fail('no_contract', member.peer)
    end

    local record = read(object.subject('project', id))

    if object.has_contract(record, member.contract_id) then
        return ok()
    end

    local list = contracts_of(record)

    list[#list + 1] = { id = member.contract_id }
    change_members(id, record, list)

    return ok()
end)


-- what of a member is in the project, or nil
local function engaged(project_id, peer)
    for _, one in ipairs(object.uses_of(project_id)) do
        if one[2] == peer then
            return one[1] .. ' ' .. one[3]
        end
    end

    for _, job_id in ipairs(job.unfinished()) do
        local record = read('job:' .. job_id) or {}

        if record.project_id == project_id and job.party(record.config, peer)
        then
            return 'job ' .. job_id
        end
    end

    return nil
end


-- Nil, or the error's reply: a member that the new list adds has no contract
-- in force, or one that it leaves out has something in the project.
function object.refused_members(id, record, contract_ids)
    local before, left = {}, {}

    for _, one in ipairs(contracts_of(record)) do
        before[one.record.contract_id or one.id] = true
    end

    for _, one in ipairs(contracts_of({ contract_ids = contract_ids })) do
        local peer = one.record.peer

        if not before[one.record.contract_id or one.id]
           and not contract.is_live(one.record)
        then
            return fail(peer and 'no_contract' or 'not_found', peer or one.id)
        end

        left[peer or one.id] = true
    end

    for _, one in ipairs(contracts_of(record)) do
        local peer = one.record.peer or one.id
        local use = not left[peer] and engaged(id, peer)

        if use then
            return fail('wrong_state', peer .. ': ' .. use)
        end
    end

    return nil
end


-- input: project_id contract_id node_id (one of them may be '')
-- output: ok | not_found (no project or no such member)
--         | invalid_fields (neither is given)
--         | wrong_state (detail: what of the member is in use)
-- evidence: PROJECT_UPDATED
define('project_member_remove', 3, RELIEF, function(id, contract_id, node_id)
    local record = read(object.subject('project', id))
    local left, peer = {}, nil

    if not record then
        return fail('not_found', id)
    end

    if contract_id == '' and node_id == '' then
        return fail('invalid_fields', NO_MEMBER)
    end

    for _, one in ipairs(contracts_of(record)) do
        local same = one.id == contract_id
                     or one.record.contract_id == contract_id

        if (contract_id == '' or same)
           and (node_id == '' or one.record.peer == node_id)
        then
            peer = one.record.peer or one.id

        else
            left[#left + 1] = one
        end
    end

    if not peer then
        return fail('not_found', contract_id ~= '' and contract_id or node_id)
    end

    local use = engaged(id, peer)

    if use then
        return fail('wrong_state', 'used: ' .. use)
    end

    change_members(id, record, left)

    return ok()
end)


local NODE_FIELDS = {
    'name', 'institution', 'inst_id', 'system', 'system_version', 'address',
    'description'
}


-- the public record of a member as pairs
local function public_node(node_id, record)
    local flat = { 'node_id', node_id }

    for _, field in ipairs(NODE_FIELDS) do
        flat[#flat + 1] = field
        flat[#flat + 1] = record[field] or ''
    end

    -- who was applied to told no more than its id
    if flat[4] == '' then
        flat[4] = node_id
    end

    return flat
end


-- input: project_id
-- output: ok and a list of node_id name institution inst_id system
--         system_version address description, contract_id and status: this
--         node first, without them | not_found
define('project_members', 1, READ, function(id)
    local record = read(object.subject('project', id))

    if not record then
        return fail('not_found', id)
    end

    local list = { public_node(self_node, read('node') or {}) }

    for _, one in ipairs(contracts_of(record)) do
        local flat = public_node(one.record.peer or '', one.record)
        local status = one.record.status or 'TERMINATED'

        if status == 'APPROVED' and past(one.record.expired_time) then
            status = 'TERMINATED'
        end

        for _, text in ipairs({ 'contract_id', one.id, 'status', status }) do
            flat[#flat + 1] = text
        end

        list[#list + 1] = flat
    end

    return ok_list(#list, list)
end)


local function pairs_json(flat)
    local members = {}

    for i = 1, #flat, 2 do
        members[#members + 1] = quote(flat[i]) .. ':' .. quote(flat[i + 1])
    end

    return '{' .. table.concat(members, ',') .. '}'
end


local function nodes_json(record)
    local nodes = { pairs_json(public_node(self_node, read('node') or {})) }

    for _, one in ipairs(contracts_of(record)) do
        if contract.is_live(one.record) then
            nodes[#nodes + 1] = pairs_json(public_node(one.record.peer,
                                                       one.record))
        end
    end

    return '[' .. table.concat(nodes, ',') .. ']'
end


-- node_id -> ids of what of a kind it has in the project
local function uses_json(kind, project_id)
    local by_node, nodes, members = {}, {}, {}

    for _, one in ipairs(object.uses_of(project_id)) do
        if one[1] == kind then
            if not by_node[one[2]] then
                by_node[one[2]] = {}
                nodes[#nodes + 1] = one[2]
            end

            table.insert(by_node[one[2]], quote(one[3]))
        end
    end

    for i, node_id in ipairs(nodes) do
        members[i] = quote(node_id) .. ':['
                     .. table.concat(by_node[node_id], ',') .. ']'
    end

    return '{' .. table.concat(members, ',') .. '}'
end


-- input: peer contract_id project_id
-- output: ok, the record, node_ids (a JSON array of the members' public
--         records, ours first) and datasets (a JSON object: node_id to ids)
--         | not_found
define('project_shown', 3, READ, function(peer, contract_id, id)
    local entitlement = catalog.entitled(peer, contract_id)

    if not entitlement then
        return absent('project_shown', id, contract.find(contract_id))
    end

    local reply, record = catalog.shown(ok(), 'project', id, entitlement)

    if not reply then
        return absent('project_shown', id,
                      exists(object.subject('project', id)))
    end

    for _, text in ipairs({ 'node_ids', nodes_json(record),
                            'datasets', uses_json('dataset', id) })
    do
        reply[#reply + 1] = text
    end

    return reply
end)


-- input: project_id
-- output: ok, the record and datasets components models: JSON objects,
--         node_id to ids of what it uses | not_found
define('project_get', 1, READ, function(id)
    local reply = ok_record(object.subject('project', id))

    if reply[1] ~= 'ok' then
        return fail('not_found', id)
    end

    for _, kind in ipairs({ 'dataset', 'component', 'model' }) do
        reply[#reply + 1] = kind .. 's'
        reply[#reply + 1] = uses_json(kind, id)
    end

    return reply
end)
