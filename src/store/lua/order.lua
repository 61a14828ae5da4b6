
-- Orders of the federated-learning service: a project, flow and job made in
-- one step, started when every party has approved. Orders of both kinds,
-- trainings and inferences, have one numbering.


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


local function next_order(fields)
    local order_id = string.format('%d', redis.call('INCR', key('seq:order')))

    write('order:' .. order_id, with(fields, { order_id = order_id,
                                               create_time = now }))
    evidence('ORDER_CREATED', 'order:' .. order_id, 'job_id', fields.job_id)

    return order_id
end


local function next_model()
    return string.format('%d', redis.call('INCR', key('seq:fl-model')))
end


-- Nil, or the error's reply. Further subjects that must not be there.
local function refused(parties, fields, ...)
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
                               'object:flow:' .. fields.flow_id, ... })
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


local function create_job(order_id, parties, fields)
    local nodes = {}

    for i, party in ipairs(parties) do
        nodes[i] = party.node_id
    end

    fields.name = 'order-' .. order_id
    object.create('flow', fields.flow_id, { name = fields.name,
        project_id = fields.project_id, dag = fields.dag,
        config = fields.config })
    job.create(fields.job_id, 'initiator', self_node, with({
        autostart = '1', order_id = order_id, sync_type = 'CALLBACK',
        parties = table.concat(nodes, ' ')
    }, fields))
    ask_parties(parties, fields)

    if #parties == 0 then
        job.start(fields.job_id)
    end
end


-- input: user_id party_id (JSON) params (JSON) job_id flow_id project_id dag
--        config, then user_id node_id audit_id of every party (our own
--        node is skipped)
-- output: ok order_id model_id | no_contract (detail: party user_id)
--         | conflict | invalid_config | wrong_state (a component)
-- evidence: ORDER_CREATED, PROJECT_CREATED, FLOW_CREATED, JOB_CREATED and an
--           AUDIT_APPLIED per remote party; without any FLOW_EXECUTED
define('order_train', 8, WORK, function(user_id, party_id, params, job_id,
                                         flow_id, project_id, dag, config, ...)
    local parties, error_reply = parties_of(...)
    local fields = { job_id = job_id, flow_id = flow_id, dag = dag,
                     project_id = project_id, config = config }
    local contracts = {}

    error_reply = error_reply
                  or refused(parties, fields, 'object:project:' .. project_id)

    if error_reply then
        return error_reply
    end

    for i, party in ipairs(parties) do
        contracts[i] = quote(party.record.contract_id)
    end

    local model_id = next_model()
    local order_id = next_order({ user_id = user_id, party_id = party_id,
        params = params, job_id = job_id, model_id = model_id })

    write('fl-model:' .. model_id, { model_id = model_id, job_id = job_id,
                                     order_id = order_id,
                                     create_time = now })
    object.create('project', project_id, {
        name = 'order-' .. order_id,
        contract_ids = '[' .. table.concat(contracts, ',') .. ']'
    })
    create_job(order_id, parties, fields)

    return ok('order_id', order_id, 'model_id', model_id)
end)


-- input: model_id (of an order), user_id, job_id flow_id dag config (which
--        name the trained model), then user_id node_id audit_id of the one
--        party
-- output: ok order_id | not_found (the model) | wrong_state (it is not
--         trained, its project is gone, a component) | no_contract (detail:
--         party user_id) | conflict | invalid_config
-- evidence: ORDER_CREATED, FLOW_CREATED, JOB_CREATED and AUDIT_APPLIED
define('order_infer', 9, WORK, function(model_id, user_id, job_id, flow_id,
                                         dag, config, ...)
    local model_record = read('fl-model:' .. model_id)
    local trained = model_record and read('job:' .. model_record.job_id)

    if not model_record then
        return fail('not_found', model_id)
    end

    if not trained or trained.status ~= 'SUCCESS'
       or not exists('object:project:' .. trained.project_id)
    then
        return fail('wrong_state', 'model ' .. model_id)
    end

    -- models of a hospital are for jobs of the project that made them
    local fields = { job_id = job_id, flow_id = flow_id, dag = dag,
                     project_id = trained.project_id, config = config }
    local parties, error_reply = parties_of(...)

    error_reply = error_reply or refused(parties, fields)

    if error_reply then
        return error_reply
    end

    local order_id = next_order({ type = 'infer', user_id = user_id,
        party_id = '[]', params = '{}', job_id = job_id,
        model_id = model_id })

    create_job(order_id, parties, fields)

    return ok('order_id', order_id)
end)


-- What the asking node was told, apart from the task, so that only those who
-- may use models see it. Gives what the task's record keeps. The output of a
-- task that failed is not kept, and nothing would end this with it.
function order.take_report(record, report, status)
    local order_id = get('job:' .. record.job_id, 'order_id')

    if (report or '') == '' or not order_id
       or get('order:' .. order_id, 'type') ~= 'infer'
    then
        return report
    end

    if status == 'SUCCESS' then
        redis.call('SET', key('order-result:' .. order_id), report)
    end

    return ''
end


-- The report's time is over, as an artefact.
function order.forget(job_id)
    local order_id = get('job:' .. (job_id or ''), 'order_id')

    if order_id then
        redis.call('DEL', key('order-result:' .. order_id))
    end
end


-- The task that made the model at every party that was not lost, '': none yet.
local function trained_by(record)
    if record.status ~= 'SUCCESS' then
        return ''
    end

    return job.reusable(record).homo_lr_0 or job.begun(record, 'homo_lr_0')
           or ''
end


-- the order, its job's fields with the prefix job_, the task that made the
-- model, and the parts of its tasks as records
local function order_reply(order_id)
    local reply = ok_record('order:' .. order_id)

    if reply[1] ~= 'ok' then
        return fail('not_found', order_id)
    end

    local job_id = get('order:' .. order_id, 'job_id')
    local record = read('job:' .. job_id)

    if not record then
        return fail('not_found', order_id)
    end

    record = job.explained(record)

    for name, value in pairs(record) do
        if name ~= 'job_id' and not string.find(name, '.', 1, true) then
            reply[#reply + 1] = 'job_' .. name
            reply[#reply + 1] = value
        end
    end

    reply[#reply + 1] = 'trained'
    reply[#reply + 1] = trained_by(record)
    reply[#reply + 1] = 'records'
    reply[#reply + 1] = job.shown(record)

    return reply
end


-- input: order_id
-- output: ok, the order (type infer or none), job_status job_progress
--         job_cause job_config ..., trained (the task that made the model)
--         and records, one per task and party | not_found
define('order_get', 1, READ, function(order_id)
    return order_reply(order_id)
end)


-- input: order_id
-- output: as order_get, and result, what the party told, JSON, of an
--         inference that has succeeded; '' when its time is over | not_found
define('order_result', 1, READ, function(order_id)
    local reply = order_reply(order_id)

    if reply[1] == 'ok' then
        table.insert(reply, 2, 'result')
        table.insert(reply, 3, redis.call('GET',
                     key('order-result:' .. order_id)) or '')
    end

    return reply
end)


-- input: order_id
-- output: ok, the order, and records: node_id address of the partners, as
--         their contracts have it | not_found
define('order_places', 1, READ, function(order_id)
    local reply, records = ok_record('order:' .. order_id), {}

    if reply[1] ~= 'ok' then
        return fail('not_found', order_id)
    end

    local config = get('job:' .. get('order:' .. order_id, 'job_id'),
                       'config')

    for i, one in ipairs(job.roles(config or '') or {}) do
        local live = contract.live(one.node_id) or {}

        records[i] = { 'node_id', one.node_id, 'role', one.role,
                       'address', live.address or '' }
    end

    reply[#reply + 1] = 'records'
    reply[#reply + 1] = records

    return reply
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
