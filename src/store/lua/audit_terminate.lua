
-- input: kind peer (the owner) audit_id
-- output: ok | not_found | wrong_state
-- evidence: AUDIT_TERMINATED
define('audit_terminate_in', 3, RELIEF, function(kind, peer, audit_id)
    local subject = audit.subject('out', kind, peer, audit_id)
    local record = read(subject)

    if not record then
        return fail('not_found', audit_id)
    end

    local refused = consent_refused('AUDIT', record, 'TERMINATED')

    if refused then
        return refused
    end

    audit.terminate(subject, record)

    return ok()
end)


-- input: kind audit_id node_id ('': any)
-- output: ok | not_found | ambiguous | wrong_state
-- evidence: AUDIT_TERMINATED
define('audit_terminate_out', 3, RELIEF, function(kind, audit_id, node_id)
    local subject, error_reply = audit.only(audit_id, kind, node_id, 'in')

    if not subject then
        return error_reply
    end

    local record = read(subject)
    local refused = consent_refused('AUDIT', record, 'TERMINATED')

    if refused then
        return refused
    end

    audit.terminate(subject, record)

    local party = contract.find(record.contract_id)

    outbox(party, subject,
           '/v1/interconn/' .. record.resource_type .. '/audit/terminate',
           '{"audit_id":' .. quote(audit_id) .. '}')

    return ok()
end)
