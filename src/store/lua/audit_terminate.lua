
local function tell_end(subject, record)
    outbox(contract.find(record.contract_id), subject,
           '/v1/interconn/' .. record.resource_type .. '/audit/terminate',
           '{"audit_id":' .. quote(record.audit_id) .. '}')
end


-- ends what we were allowed, or were about to be
function audit.give_back(subject, record)
    audit.terminate(subject, record)
    tell_end(subject, record)
end


-- input: kind peer (the owner; or the holder, who gives it back) audit_id
-- output: ok | not_found | wrong_state
-- evidence: AUDIT_TERMINATED
define('audit_terminate_in', 3, RELIEF, function(kind, peer, audit_id)
    local subject, record = audit.of_caller('audit_terminate_in', kind, peer,
                                            audit_id)

    if not subject then
        return record
    end

    local refused = step_refused('audit_terminate_in', record, 'TERMINATED')

    if refused then
        return refused
    end

    audit.terminate(subject, record)

    return ok()
end)


-- The reply to our end of what a peer was granted.
function audit.withdraw_out(subject)
    local record = read(subject)
    local refused = step_refused('audit_terminate_out', record, 'TERMINATED')

    if refused then
        return refused
    end

    audit.terminate(subject, record)
    tell_end(subject, record)

    return ok()
end


-- input: kind audit_id node_id ('': any)
-- output: ok | not_found | ambiguous | wrong_state
-- evidence: AUDIT_TERMINATED, PERMIT_REVOKED
define('audit_terminate_out', 3, RELIEF, function(kind, audit_id, node_id)
    local subject, error_reply = audit.only(audit_id, kind, node_id, 'in')

    if not subject then
        return error_reply
    end

    return audit.withdraw_out(subject)
end)


-- A request of ours that we no longer want. The standard has no call that
-- takes a request back before its answer: the answer ends it then.
--
-- input: kind audit_id node_id ('': any)
-- output: ok | not_found | ambiguous | wrong_state (rejected)
-- evidence: AUDIT_WITHDRAWN before the answer, AUDIT_TERMINATED after it
define('audit_withdraw', 3, RELIEF, function(kind, audit_id, node_id)
    local subject, error_reply = audit.only(audit_id, kind, node_id, 'out')

    if not subject then
        return error_reply
    end

    local record = read(subject)

    if record.status == 'APPLIED' then
        if record.withdrawn ~= '1' then
            write(subject, { withdrawn = '1', update_time = now })
            evidence('AUDIT_WITHDRAWN', subject, 'peer', record.node_id)

            if record.resource_type == 'job' then
                job.refused_by(record.resource_id, record.node_id,
                               record.audit_id)
            end
        end

        return ok()
    end

    local refused = step_refused('audit_withdraw', record, 'TERMINATED')

    if refused then
        return refused
    end

    audit.give_back(subject, record)

    return ok()
end)
