-- What others can make this node keep.

local LIMITS = {
    applications_of_peer = 8,    -- contracts that a key waits for
    applications = 1024,         -- that all wait for
    closed_applications = 1024,  -- never approved, kept for reference
    requests_of_peer = 64,       -- audits that a partner waits for
    denials_of_peer = 100,       -- entries of evidence in a minute
    evidence_pending = 50000,    -- entries that wait for the notary
    evidence_lag = 60            -- seconds that the oldest of them waits
}


local function limit(name)
    return tonumber(get('limits', name)) or LIMITS[name]
end


-- input: name (applications_of_peer, applications, closed_applications,
--        requests_of_peer, denials_of_peer, evidence_pending, evidence_lag)
--        value (1 to 1000000)
-- output: ok | invalid_fields
-- evidence: CONFIG_CHANGED
define('limit_put', 2, WRITE, function(name, value)
    local number = string.match(value, '^%d+$') and tonumber(value) or 0

    if not LIMITS[name] or number < 1 or number > 1000000 then
        return fail('invalid_fields', LIMITS[name] and 'value' or 'name')
    end

    if limit(name) ~= number then
        write('limits', { [name] = value })
        evidence('CONFIG_CHANGED', 'limits', name, value)
    end

    return ok()
end)
