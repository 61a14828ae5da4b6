
-- A request for an escrow is given up by who made it, before it is decided.
-- A share that a holder has given up meanwhile does not come back.

local PATH = '/v1/interconn/ext/escrow/recover/withdraw'


local function withdraw(record, ...)
    escrow.close_request(record, 'WITHDRAWN')
    escrow.tell('RES_RECOVERY_WITHDRAWN',
                read('escrow:' .. record.escrow_id),
                'recovery_id', record.recovery_id, ...)
end


-- input: recovery_id
-- output: ok (also when it was withdrawn before) | not_found | wrong_state (it
--         is decided)
-- evidence: RES_RECOVERY_WITHDRAWN
define('escrow_withdraw', 1, RELIEF, function(id)
    local record = read('recovery:' .. id)

    if not record or record.dir ~= 'out' then
        return absent('escrow_withdraw', id)
    end

    local refused = step_refused('escrow_withdraw', record, 'WITHDRAWN')

    if refused then
        return refused
    end

    -- messages keep no order: what has not come there does not any more

    for _, entry_id in ipairs(redis.call('HVALS',
                                         key('recovery-sent:' .. id)))
    do
        outbox_drop(entry_id)
    end

    withdraw(record, 'purpose', record.purpose)

    for node_id, answer in pairs(escrow.answers(id)) do
        local to = answer == 'ASKED' and contract.live(node_id)

        if to then
            outbox(to, 'recovery:' .. id, PATH,
                   '{"recovery_id":' .. quote(id) .. '}')
        end
    end

    return ok()
end)


-- input: peer recovery_id (the peer's)
-- output: ok (also when it was withdrawn, or answered, or is over) | not_found
-- evidence: RES_RECOVERY_WITHDRAWN
define('escrow_withdraw_in', 2, RELIEF, function(peer, origin_id)
    local record = read('recovery:' .. escrow.request_of(peer, origin_id))

    if not record then
        return absent('escrow_withdraw_in', origin_id)
    end

    -- what was answered stays so

    if not step_refused('escrow_withdraw_in', record, 'WITHDRAWN') then
        withdraw(record, 'peer', peer)
    end

    return ok()
end)
