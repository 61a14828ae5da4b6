
-- A signed message is good for 300 s before and after its time; a nonce is
-- remembered a minute longer than both, for calls and clocks that lag.
local NONCE_LIFE = 660000


-- input: peer nonce (of a message whose signature was verified)
-- output: ok | bad_signature ("replayed nonce")
define('nonce_seen', 2, RELIEF, function(peer, nonce)
    local new = redis.call('SET', key('nonce:' .. peer .. ':' .. nonce), '1',
                           'NX', 'PX', NONCE_LIFE)

    if not new then
        return fail('bad_signature', 'replayed nonce')
    end

    return ok()
end)
