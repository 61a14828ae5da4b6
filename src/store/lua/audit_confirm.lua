
-- what a peer's permit says
local GRANTED = { 'permit_id', 'token', 'time_limit', 'times_limit',
                  'rows_limit', 'bytes_limit', 'scope', 'resource_level',
                  'resource_inst_id' }


-- What the owner grants: a permit; for a job also its record here. Nil, or
-- the error's reply, and then nothing was done.
local function grant(record, fields)
    local kind, id = record.resource_type, record.resource_id
    local jti = fields.jti or ''

    if not contract.is_live(contract.find(record.contract_id)) then
        return fail('no_contract', record.node_id)
    end

    if jti ~= '' and exists('permit:' .. jti) then
        return fail('conflict', jti)
    end

    local old = kind == 'job' and read('job:' .. id)

    if old and not job.is_renewable(old, record.node_id) then
        return fail('conflict', id)
    end

    -- what was deleted or taken offline since it was asked for
    local refused = (kind == 'dataset' or object.is_closed(kind, id))
                    and object.refused(kind, id)
                    or kind == 'job'
                       and job.refused_reuse(record.node_id, record)

    if refused then
        return refused
    end

    if record.handed == '1' then
        return job.begin_all(id, record.node_id, {
            dag = record.dag, config = record.config,
            flow_id = record.flow_id, name = record.name
        })
    end

    if old then
        job.renew(old, record.node_id)
    end

    if kind == 'job' then
        job.create(id, 'partner', record.node_id, {
            flow_id = record.flow_id, project_id = record.project_id,
            name = record.name, dag = record.dag, config = record.config,
            sync_type = record.sync_type,
            ['audit.' .. record.node_id] = record.audit_id
        })
    end

    if jti ~= '' then
        permit.issue(jti, {
            kind = kind, resource_id = id, peer = record.node_id,
            contract_id = record.contract_id, audit_id = record.audit_id,
            spki = fields.spki or ''
        }, fields)
    end

    return nil
end


-- nil, or the error's reply
function audit.approve(subject, record, fields)
    local refused = grant(record, fields)

    if refused then
        return refused
    end

    audit.change(subject, record, 'APPROVED', {
        jti = fields.jti or '', permit_id = fields.jti or '',
        time_limit = fields.time_limit or '',
        times_limit = fields.times_limit or '',
        rows_limit = fields.rows_limit or '',
        bytes_limit = fields.bytes_limit or ''
    })

    if record.asked == '1' then
        job.begin_waiting(record)
        job.answer(record.node_id, subject, record.resource_id, 'READY')
    end

    return nil
end


local function tell_answer(subject, record, body_json)
    outbox(contract.find(record.contract_id), subject,
           '/v1/interconn/' .. record.resource_type .. '/audit/confirm',
           body_json)
end


-- An approval of a job some of whose queries nobody has answered: it is kept
-- until somebody has. Who applied by schedule/job/create or create_all asks
-- for no answer, and its tasks fail.
local function is_held(subject, record, fields, body_json)
    if record.asked == '1' or record.handed == '1'
       or #query.awaited(record) == 0
    then
        return false
    end

    write(subject, { held = now, held_fields = cjson.encode(fields),
                     held_body = body_json })
    evidence('AUDIT_HELD', subject, 'peer', record.node_id,
             'queries', table.concat(query.awaited(record), ' '))

    return true
end


-- Its last query was answered. What has become impossible meanwhile waits for
-- its operator again.
function audit.release(subject, record)
    if record.status ~= 'APPLIED' or not record.held
       or #query.awaited(record) > 0
    then
        return
    end

    redis.call('HDEL', key(subject), 'held', 'held_fields', 'held_body')

    local fields = decoded(record.held_fields)

    if not over(fields, 'time_limit')
       and not audit.approve(subject, record, fields)
    then
        tell_answer(subject, record, record.held_body)
    end
end


-- input: kind audit_id node_id ('': any) status body_json name value...
--        (jti, spki, time_limit, times_limit, rows_limit, bytes_limit,
--        scope, as the owner decided; or reason)
-- output: ok | not_found | ambiguous | invalid_fields (status, or a time_limit
--         that is over) | wrong_state | no_contract | conflict (jti or job
--         id is taken); an approval also not_found or wrong_state of what is
--         deleted or offline, reuse_missing of a job
-- evidence: AUDIT_APPROVED or AUDIT_REJECTED; PERMIT_ISSUED with a permit,
--           JOB_CREATED for an approved job; AUDIT_HELD instead when a query
--           of the job waits for its answer: the last one's releases it
define('audit_confirm_out', 5, RELIEF, function(kind, audit_id, node_id,
                                                status, body_json, ...)
    local subject, error_reply = audit.only(audit_id, kind, node_id, 'in')
    local fields = fields_of(...)

    if not subject then
        return error_reply
    end

    local record = read(subject)
    local refused = step_refused('audit_confirm_out', record, status)

    if refused then
        return refused
    end

    if status == 'APPROVED' then
        refused = over(fields, 'time_limit')

        if not refused and is_held(subject, record, fields, body_json) then
            return ok()
        end

        refused = refused or audit.approve(subject, record, fields)

    else
        audit.change(subject, record, status, { reason = fields.reason })

        if record.asked == '1' then
            job.answer(record.node_id, subject, record.resource_id, status)
        end
    end

    -- who applied by schedule/job/create or create_all asks for no answer
    if refused or record.asked == '1' or record.handed == '1' then
        return refused or ok()
    end

    tell_answer(subject, record, body_json)

    return ok()
end)


-- input: kind peer audit_id status name value... (permit_id, token,
--        resource_id, time_limit, times_limit and the rest of the permit; or
--        reason)
-- output: ok | not_found | invalid_fields (status) | wrong_state
--         | conflict (a permit for something else)
-- evidence: AUDIT_APPROVED or AUDIT_REJECTED; PERMIT_RECEIVED when a query had
--           told of the approval before; FLOW_EXECUTED when that starts the
--           job, JOB_FINISHED when it fails it
define('audit_confirm_in', 4, RELIEF, function(kind, peer, audit_id, status,
                                               ...)
    local subject, record = audit.of_caller('audit_confirm_in', kind, peer,
                                            audit_id)
    local fields = fields_of(...)

    if not subject then
        return record
    end

    local late = record.awaits == 'permit' and status == 'APPROVED'
    local refused = not late
                    and step_refused('audit_confirm_in', record, status)

    if refused then
        return refused
    end

    if (fields.resource_id or '') ~= ''
       and fields.resource_id ~= record.resource_id
    then
        return fail('conflict', 'resource_id')
    end

    if status == 'REJECTED' then
        audit.reject(subject, record, fields.reason)
        return ok()
    end

    local kept = {}

    for _, name in ipairs(GRANTED) do
        kept[name] = fields[name] or ''
    end

    if late then
        redis.call('HDEL', key(subject), 'awaits')
        write(subject, with(kept, { update_time = now }))
        evidence('PERMIT_RECEIVED', subject, 'peer', peer)
    else
        audit.change(subject, record, status, kept)
    end

    if kept.permit_id ~= '' then
        permit.keep(subject, record, kept.permit_id)
    end

    if record.withdrawn == '1' then
        audit.give_back(subject, record)

    elseif kind == 'job' then
        job.approved_by(record.resource_id, peer, fields.token or '')
    end

    return ok()
end)


-- a party's no to what we asked for
function audit.reject(subject, record, reason)
    audit.change(subject, record, 'REJECTED', { reason = reason })

    if record.resource_type == 'job' then
        job.refused_by(record.resource_id, record.node_id, record.audit_id)
    end
end
