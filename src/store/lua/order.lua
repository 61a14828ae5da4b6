
-- Orders of the federated-learning service: a project, flow and job made in
-- one step, started when every party has approved.


-- The remote parties with their contracts, or nil and the error's reply. We
-- may be among those given; nobody asks himself.
local function parties_of(...)
    local list = { ... }
    local parties = {}

    if #list % 3 ~= 0 then
        error('incomplete party')
    end

    for i = 1, #list, 3 do
        local user_id, node_id, audit_id = unpack(list, i, i + 2)
        local record = contract.live(node_id)

        if node_id ~= self_node then
            if not record then
                return nil, fail('no_contract', 'party ' .. user_id)
            end

            parties[#parties + 1] = { record = record, node_id = node_id,
                                      audit_id = audit_id }
        end
    end

    return parties
end


local function ask_parties(parties, fields)
    for _, party in ipairs(parties) do
        local head = '{"audit_id":' .. quote(party.audit_id)
                     .. ',"job_id":' .. quote(fields.job_id)
                     .. ',"project_id":' .. quote(fields.project_id)
                     .. ',"flow_id":' .. quote(fields.flow_id)
                     .. ',"name":' .. quote(fields.name)

        audit.ask('job', party.record, party.audit_id, fields.job_id,
                  head .. ',"dag":' .. fields.dag
                  .. ',"config":' .. fields.config .. '}',
                  with({}, fields))
    end
end


local function create_order(fields)
    local order_id = string.format('%d', redis.call('INCR', key('seq:order')))
    local model_id = string.format('%d',
                                   redis.call('INCR', key('seq:fl-model')))

    write('order:' .. order_id, with(fields, {
        order_id = order_id, model_id = model_id, create_time = now
    }))
    write('fl-model:' .. model_id, {
        model_id = model_id, order_id = order_id, job_id = fields.job_id,
        create_time = now
    })
    evidence('ORDER_CREATED', 'order:' .. order_id, 'job_id', fields.job_id)

    return order_id, model_id
end


-- nil, or the error's reply
local function refused(parties, fields)
    if not job.roles(fields.config) then
        return fail('invalid_config', 'role')
    end

    local role_refused = job.role_refused(fields.config, true)

    if role_refused then
        return role_refused
    end

    local step = object.refused_step(fields.dag, object.is_online)

    if step then
        return fail('wrong_state', step .. ' is not for use')
    end

    for _, subject in ipairs({ 'job:' .. fields.job_id,
                               'object:flow:' .. fields.flow_id,
                               'object:project:' .. fields.project_id })
    do
        if exists(subject) then
            return fail('conflict', subject)
        end
    end

    for _, party in ipairs(parties) do
        if exists(audit.subject('out', 'job', party.node_id, party.audit_id))
        then
            return fail('conflict', party.audit_id)
        end
    end

    return nil
end


-- input: user_id party_id (JSON) params (JSON) job_id flow_id project_id dag
--        config, then user_id node_id audit_id of every party (our own
--        node is skipped)
-- output: ok order_id model_id | no_contract (detail: party user_id)
--         | conflict | invalid_config | wrong_state (a component)
-- evidence: ORDER_CREATED, PROJECT_CREATED, FLOW_CREATED, JOB_CREATED and an
--           AUDIT_APPLIED per remote party; without any FLOW_EXECUTED
define('order_train', 8, WRITE, function(user_id, party_id, params, job_id,
                                         flow_id, project_id, dag, config, ...)
    local parties, error_reply = parties_of(...)
    local fields = { job_id = job_id, flow_id = flow_id, dag = dag,
                     project_id = project_id, config = config }
    local nodes, contracts = {}, {}

    error_reply = error_reply or refused(parties, fields)

    if error_reply then
        return error_reply
    end

    for i, party in ipairs(parties) do
        nodes[i] = party.node_id
        contracts[i] = quote(party.record.contract_id)
    end

    local order_id, model_id = create_order({ user_id = user_id,
        party_id = party_id, params = params, job_id = job_id })

    fields.name = 'order-' .. order_id
    object.create('project', project_id, {
        name = fields.name,
        contract_ids = '[' .. table.concat(contracts, ',') .. ']'
    })
    object.create('flow', flow_id, { name = fields.name,
        project_id = project_id, dag = dag, config = config })
    job.create(job_id, 'initiator', self_node, with({
        autostart = '1', order_id = order_id, sync_type = 'CALLBACK',
        parties = table.concat(nodes, ' ')
    }, fields))
    ask_parties(parties, fields)

    if #parties == 0 then
        job.start(job_id)
    end

    return ok('order_id', order_id, 'model_id', model_id)
end)


-- the order, its job's fields with the prefix job_, and the parts of its
-- tasks as records
local function order_reply(order_id)
    local reply = ok_record('order:' .. order_id)

    if reply[1] ~= 'ok' then
        return fail('not_found', order_id)
    end

    local job_id = get('order:' .. order_id, 'job_id')
    local record = job.explained(read('job:' .. job_id))

    for name, value in pairs(record) do
        if name ~= 'job_id' and not string.find(name, '.', 1, true) then
            reply[#reply + 1] = 'job_' .. name
            reply[#reply + 1] = value
        end
    end

    reply[#reply + 1] = 'records'
    reply[#reply + 1] = job.shown(record)

    return reply
end


-- input: order_id
-- output: ok, the order, job_status job_progress job_cause job_config ... and
--         records, one per task and party | not_found
define('order_get', 1, READ, function(order_id)
    return order_reply(order_id)
end)


-- input: model_id (the number that order_train gave)
-- output: as order_get | not_found
define('fl_model_get', 1, READ, function(model_id)
    local order_id = get('fl-model:' .. model_id, 'order_id')

    if not order_id then
        return fail('not_found', model_id)
    end

    return order_reply(order_id)
end)
