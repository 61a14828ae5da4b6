
-- What became of an application we sent: the courier tells.


-- input: handle contract_id spki (of the server that took the application)
-- output: ok | not_found | conflict (that id is taken)
-- evidence: CONTRACT_ACCEPTED
define('contract_accepted', 3, RELIEF, function(handle, id, spki)
    local record = contract.find(handle)

    if not record or record.dir ~= 'out' then
        return fail('not_found', handle)
    end

    if record.accepted == '1' then
        return record.contract_id == id and ok() or fail('conflict', id)
    end

    if id ~= record.contract_id and contract.find(id) then
        return fail('conflict', id)
    end

    contract.accept(record, id, spki)

    if record.status == 'TERMINATED' then
        outbox(record, 'contract:' .. id,
               '/v1/interconn/node/contract/terminate',
               '{"contract_id":' .. quote(id) .. '}')
    end

    return ok()
end)


-- input: handle detail
-- output: ok | not_found | wrong_state
-- evidence: CONTRACT_REJECTED
define('contract_refused', 2, RELIEF, function(handle, detail)
    local record = contract.find(handle)

    if not record or record.dir ~= 'out' then
        return fail('not_found', handle)
    end

    local refused = step_refused('contract_refused', record, 'REJECTED')

    if refused then
        return refused
    end

    contract.reject(record, { delivery = detail })

    return ok()
end)
