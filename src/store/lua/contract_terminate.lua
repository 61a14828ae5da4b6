
-- before it was accepted the peer has no id for it: contract_accepted sends
-- the message then
function contract.tell_end(record)
    if record.dir == 'in' or record.accepted == '1' then
        outbox(record, 'contract:' .. record.contract_id,
               '/v1/interconn/node/contract/terminate',
               '{"contract_id":' .. quote(record.contract_id) .. '}')
    end
end


-- input: mode ident cert_name contract_id
-- output: ok | not_found | wrong_state
-- evidence: CONTRACT_TERMINATED, AUDIT_TERMINATED for each audit under it and
--           PERMIT_REVOKED for its permit
define('contract_terminate_in', 4, RELIEF, function(mode, ident, cert_name, id)
    local record, error_reply = contract.of_asked('contract_terminate_in',
                                           mode, ident, cert_name, id)

    if not record then
        return error_reply
    end

    local refused = step_refused('contract_terminate_in', record,
                                 'TERMINATED')

    if refused then
        return refused
    end

    if record.dir == 'out' then
        contract.accept(record, id, mode == 'node' and '' or ident)
    end

    contract.terminate(record)

    return ok()
end)


-- input: contract_id
-- output: ok | not_found | wrong_state
-- evidence: CONTRACT_TERMINATED, AUDIT_TERMINATED for each audit under it and
--           PERMIT_REVOKED for its permit
define('contract_terminate_out', 1, RELIEF, function(id)
    local record = contract.find(id)

    if not record then
        return absent('contract_terminate_out', id)
    end

    local refused = step_refused('contract_terminate_out', record,
                                 'TERMINATED')

    if refused then
        return refused
    end

    contract.terminate(record)
    contract.tell_end(record)

    return ok()
end)
