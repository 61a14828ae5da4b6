
-- Refused callers. At most so many entries of evidence per peer and minute
-- are written, then they are counted: refusing must not fill the log.

local MINUTE = 60000
local DAY = 86400


-- peer: a node, an operator, or '-' for whoever showed nothing
local function note(event, peer, ...)
    local subject = 'denied:' .. peer
    local minute = string.format('%d', math.floor(now / MINUTE))
    local record = read(subject) or { minute = '', written = '0',
                                      counted = '0' }
    local counted = record.counted

    if record.minute ~= minute then
        record.written, record.counted = '0', '0'
    end

    if tonumber(record.written) >= limit('denials_of_peer') then
        redis.call('HINCRBY', key(subject), 'counted', 1)
        return
    end

    write(subject, { minute = minute, counted = '0',
                     written = string.format('%d', record.written + 1) })
    redis.call('EXPIRE', key(subject), DAY)
    evidence(event, subject, 'peer', peer, 'counted', counted, ...)
end


function denial.note_permit(name, peer, jti, detail)
    note('PERMIT_DENIED', peer, 'permit', jti, 'error', name,
         'object', detail)
end


-- an object of somebody else, where the answer to that is no error
function denial.note_foreign(name, peer, id)
    note('AUTHZ_DENIED', peer, 'call', name, 'error', 'not_found',
         'object', id)
end


-- input: event (AUTHN_FAILED, CERT_REJECTED, AUTHZ_DENIED) peer address call
--        error object (CERT_REJECTED: reason, and the certificate's spki)
-- output: ok
-- evidence: the event; it tells how many were only counted before
define('denied', 6, RELIEF, function(event, peer, address, call, error_name,
                                     what, ...)
    if event == 'CERT_REJECTED' then
        note(event, peer, 'address', address, 'call', call, 'error',
             error_name, 'reason', what, 'spki', ... or '')
    else
        note(event, peer, 'address', address, 'call', call, 'error',
             error_name, 'object', what)
    end

    return ok()
end)
