
-- Sessions of operators at the console. ("Session" alone is the channel's
-- word.) One is known by the SHA-256 of its secret; Redis forgets it when it
-- expires. It lasts no longer than what it was opened with: a token, a
-- certificate, the operator.

local MOST = 16                 -- of one operator, then the oldest ends

-- it is noted once in so many parts of the idle time that one was there
local PARTS = 30


local function subject(sha256)
    return 'signin:' .. sha256
end


local function end_one(name, sha256)
    redis.call('DEL', key(subject(sha256)))
    redis.call('ZREM', key('signins:' .. name), sha256)
end


-- Ends those that are over, and then the oldest above the limit.
local function thin_out(name)
    local index = key('signins:' .. name)

    for _, sha256 in ipairs(redis.call('ZRANGE', index, 0, -1)) do
        if not exists(subject(sha256)) then
            redis.call('ZREM', index, sha256)
        end
    end

    for _, sha256 in ipairs(redis.call('ZRANGE', index, 0, -MOST - 1)) do
        end_one(name, sha256)
        evidence('OPERATOR_SIGNED_OUT', 'operator:' .. name, 'reason',
                 'too many sessions')
    end
end


-- until it is idle for too long, or ends anyway
local function last(sha256, idle, expire)
    redis.call('PEXPIRE', key(subject(sha256)),
               string.format('%d', math.min(tonumber(idle), expire - now)))
end


-- input: name sha256 (of its secret) token_sha256 spki (what the operator
--        showed, '': nothing) idle absolute (how long it lasts, ms)
-- output: ok name permissions (JSON list) idle_ms expire_time | no_operator
-- evidence: OPERATOR_SIGNED_IN; OPERATOR_SIGNED_OUT of the oldest of too many
define('signin_create', 6, WRITE, function(name, sha256, token_sha256, spki,
                                           idle, absolute)
    local record = read('operator:' .. name)

    if not record then
        return fail('no_operator')
    end

    local expire = string.format('%d', now + absolute)

    write(subject(sha256), {
        operator = name, token = token_sha256, spki = spki, seen = now,
        idle_ms = idle, expire_time = expire
    })
    last(sha256, idle, tonumber(expire))
    redis.call('ZADD', key('signins:' .. name), now, sha256)
    redis.call('PEXPIREAT', key('signins:' .. name), expire)
    thin_out(name)
    evidence('OPERATOR_SIGNED_IN', 'operator:' .. name)

    return ok('name', name, 'idle_ms', idle, 'expire_time', expire,
              'permissions',
              json_list(role.spelled_out(role.held(record))))
end)


-- the operator still has what the session was opened with
local function is_backed(session, record)
    local name = session.operator

    if session.token ~= '' and session.token ~= record.token then
        return false
    end

    return session.spki == ''
           or redis.call('GET', key('operator-key:' .. session.spki)) == name
end


local function is_stale(session)
    return now - session.seen > session.idle_ms / PARTS
end


-- input: sha256 spki (of a certificate besides, '': none) permission
-- output: ok name touch (1: signin_touch() is due) | session_expired
--         | no_operator (the certificate is not the operator's)
--         | not_permitted (permission) | node_deregistered
define('signin_identify', 3, READ, function(sha256, spki, permission)
    local session = read(subject(sha256))
    local name = session and session.operator
    local record = name and operator.of_caller(name)

    if not record or not is_backed(session, record) then
        return fail('session_expired')
    end

    if spki ~= ''
       and redis.call('GET', key('operator-key:' .. spki)) ~= name
    then
        return fail('no_operator')
    end

    return operator.refused_call(record, permission)
           or ok('name', name, 'touch', is_stale(session) and '1' or '')
end)


-- One is there: the idle time begins again.
-- input: sha256
-- output: ok (also when it is over)
define('signin_touch', 1, RELIEF, function(sha256)
    local session = read(subject(sha256))

    if session then
        write(subject(sha256), { seen = now })
        last(sha256, session.idle_ms, tonumber(session.expire_time))
    end

    return ok()
end)


-- input: name sha256 ('': there is none)
-- output: ok (also when it is over)
-- evidence: OPERATOR_SIGNED_OUT
define('signin_delete', 2, RELIEF, function(name, sha256)
    if get(subject(sha256), 'operator') == name then
        end_one(name, sha256)
        evidence('OPERATOR_SIGNED_OUT', 'operator:' .. name)
    end

    return ok()
end)
