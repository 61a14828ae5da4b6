
-- How the other party of a contract speaks.


-- input: contract_id profile (name of a row of profiles.def) speaks (what
--        differs from the standard, as "name=value" words)
-- output: ok | not_found | wrong_state | not_permitted (to approve by it)
-- evidence: CONTRACT_PROFILE_SET
define('contract_profile', 3, WRITE, function(id, profile, speaks)
    local record = contract.find(id)

    if not record then
        return fail('not_found', id)
    end

    if record.status ~= 'APPLIED' and record.status ~= 'APPROVED' then
        return fail('wrong_state', record.status)
    end

    -- it approves every request for a job
    local refused = is_listed(speaks, 'approval=contract')
                    and operator.refused(asker or '', { 'audit.approve' })

    if refused then
        return refused
    end

    id = record.contract_id
    write('contract:' .. id, { profile = profile, speaks = speaks,
                               update_time = now })
    evidence('CONTRACT_PROFILE_SET', 'contract:' .. id, 'peer', record.peer,
             'profile', profile, 'speaks', speaks)

    return ok()
end)
