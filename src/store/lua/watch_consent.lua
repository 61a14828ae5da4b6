
-- What a partner says of a contract or a request when it is asked, since the
-- message that should have told us may be lost, or its node never sends any.

local MAX_AGAIN = 8         -- times an application is sent again


-- The peer knows of no such application although it took one: it is sent
-- again, and not for ever.
local function ask_again(subject, record)
    local body = redis.call('GET', key('asked:' .. subject))
    local times = (tonumber(record.again) or 0) + 1
    local pause = tonumber(now) - (tonumber(record.again_time) or 0)
    local to, path, action = record, nil, nil

    if not body or record.status ~= 'APPLIED' or record.dir ~= 'out'
       or record.withdrawn == '1' or times > MAX_AGAIN or pause < 30000
    then
        return
    end

    write(subject, { again = string.format('%d', times), again_time = now })

    if record.resource_type then
        to = contract.find(record.contract_id)
        path = '/v1/interconn/' .. record.resource_type .. '/audit/apply'
    else
        write(subject, { accepted = '0' })
        path, action = '/v1/interconn/node/contract/apply', 'contract'
    end

    outbox(to, subject, path, body, action,
           action and record.contract_id or '')
end


-- Approved, as we hear: with the key that took our application, whose server
-- shows it now; without TLS a name is all there is.
local function approve_contract(record, spki, certificate)
    local plain = string.find(record.address or '', '^http://') ~= nil
    local ident = plain and record.peer or spki

    if ident == '' or (not plain and record.spki ~= spki)
       or contract.prevail(record, ident, record.contract_id)
    then
        return false
    end

    contract.approve(record, ident, {
        mode = plain and 'node' or 'spki', spki = ident, observed = now,
        auth_type = certificate ~= '' and 'CERT' or '',
        auth_credential = certificate
    })

    return true
end


-- Whether something changed; the steps are those of the messages that did
-- not come.
local function observe_contract(record, status, spki, certificate)
    if record.dir == 'out'
       and not step_refused('contract_confirm_in', record, status)
    then
        if status == 'APPROVED' then
            return approve_contract(record, spki, certificate)
        end

        contract.reject(record, {})
        return true
    end

    -- rejected after it was approved is ended
    if (status == 'TERMINATED'
        or status == 'REJECTED' and record.dir == 'out')
       and not step_refused('contract_terminate_in', record, 'TERMINATED')
    then
        contract.terminate(record)
        return true
    end

    return false
end


-- An approval without its permit: that comes with the confirmation only.
local function approve_audit(subject, record)
    audit.change(subject, record, 'APPROVED', { awaits = 'permit',
                                                token = '' })

    if record.withdrawn == '1' then
        audit.give_back(subject, record)
    end
end


local function observe_audit(subject, record, status)
    if not step_refused('audit_confirm_in', record, status) then
        if status == 'APPROVED' then
            approve_audit(subject, record)
        else
            audit.reject(subject, record)
        end

        return true
    end

    -- as with its contract: the approval in between was lost
    if (status == 'TERMINATED' or status == 'REJECTED')
       and not step_refused('audit_close', record, 'TERMINATED')
    then
        audit.terminate(subject, record)
        return true
    end

    return false
end


-- input: subject (as watch_take gave it) peer status ("": it knows of none)
--        spki certificate (PEM; both of its server, "" without TLS)
-- output: ok changed ("1" or "") | not_found
-- evidence: what a message would have left (CONTRACT_* or AUDIT_* with what
--           follows), with the source "query"
define('consent_observed', 5, RELIEF, function(subject, peer, status, spki,
                                               certificate)
    local id = string.match(subject, '^contract:(.*)$')
    local record

    if id then
        record = contract.find(id)
    else
        record = read(subject)
    end

    if not record or (record.peer or record.node_id) ~= peer then
        return fail('not_found', subject)
    end

    if id then
        subject = 'contract:' .. record.contract_id
    end

    if status == '' then
        ask_again(subject, record)
        return ok('changed', '')
    end

    record.observed = now

    local changed

    if id then
        changed = observe_contract(record, status, spki, certificate)
    elseif record.dir == 'out' then
        changed = observe_audit(subject, record, status)
    end

    return ok('changed', changed and '1' or '')
end)
