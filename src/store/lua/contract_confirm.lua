
-- Makes way for our application under that id; or the reply why not. Both
-- nodes applied and both approved: the lower id stands, here and there.
function contract.prevail(record, ident, id)
    local rival = contract.rival(record, ident)

    if rival and (rival.dir ~= 'in' or rival.contract_id < id) then
        return fail('contract_exists', rival.contract_id)
    end

    if rival then
        contract.terminate(rival)
        contract.tell_end(rival)
    end

    return nil
end


-- The confirmation of what a query has told us before: whose key it is, is
-- known only now.
local function confirm_late(record, mode, ident, fields)
    redis.call('SET', key('spki:' .. ident), record.contract_id)
    write('contract:' .. record.contract_id,
          with(fields, { mode = mode, spki = ident, observed = '',
                         update_time = now }))
    evidence('PEER_INFO_RECORDED', 'contract:' .. record.contract_id,
             'peer', record.peer,
             unpack(contract.bound(record, ident, fields)))
end


-- input: mode ident cert_name contract_id status name value... (auth_type,
--        auth_credential, expired_time; or reason)
-- output: ok | not_found (also for anyone but the node we applied to)
--         | wrong_state | contract_exists | invalid_fields (status, or an
--         expired_time that is over)
-- evidence: CONTRACT_APPROVED or CONTRACT_REJECTED; PEER_INFO_RECORDED when
--           a query had told of the approval before
define('contract_confirm_in', 5, RELIEF, function(mode, ident, cert_name, id,
                                                  status, ...)
    local record, error_reply = contract.of_asked('contract_confirm_in', mode,
                                                  ident, cert_name, id)
    local fields = fields_of(...)

    if not record then
        return error_reply
    end

    local late = (record.observed or '') ~= '' and status == 'APPROVED'
                 and record.status == 'APPROVED'
    local refused = not late
                    and step_refused('contract_confirm_in', record, status)

    if refused then
        return refused
    end

    if status == 'REJECTED' then
        contract.accept(record, id, mode == 'node' and '' or ident)
        contract.reject(record, { reason = fields.reason })
        return ok()
    end

    refused = over(fields, 'expired_time')
              or contract.prevail(record, ident, id)

    if refused then
        return refused
    end

    contract.accept(record, id, mode == 'node' and '' or ident)

    if late then
        confirm_late(record, mode, ident, fields)
    else
        contract.approve(record, ident, with(fields, { mode = mode,
                                                       spki = ident }))
    end

    return ok()
end)


-- input: contract_id status body_json name value... (expired_time or reason)
-- output: ok | not_found (also for what we applied for) | wrong_state
--         | contract_exists | invalid_fields (status, or an expired_time that
--         is over: the answer's, or else that of the application)
-- evidence: CONTRACT_APPROVED or CONTRACT_REJECTED
define('contract_confirm_out', 3, RELIEF, function(id, status, body_json, ...)
    local record = contract.find(id)
    local fields = fields_of(...)

    if not record or record.dir ~= 'in' then
        return absent('contract_confirm_out', id)
    end

    local refused = step_refused('contract_confirm_out', record, status)

    if refused then
        return refused
    end

    if status == 'REJECTED' then
        contract.reject(record, { reason = fields.reason })

    else
        local rival = contract.rival(record, record.spki)

        if rival then
            return fail('contract_exists', rival.contract_id)
        end

        if (fields.expired_time or '') == '' then
            fields.expired_time = record.expired_time or ''
        end

        refused = over(fields, 'expired_time')

        if refused then
            return refused
        end

        contract.approve(record, record.spki,
                         { expired_time = fields.expired_time })
    end

    outbox(record, 'contract:' .. record.contract_id,
           '/v1/interconn/node/contract/confirm', body_json)

    return ok()
end)
