
-- The change of this node's key: an operator asks for it, the daemon, which
-- has both keys, announces the new one with signatures of both, and
-- uses it when every partner has been told or the limit has come.

local INFO = { 'node_id', 'name', 'institution', 'inst_id', 'system',
               'system_version', 'address', 'description' }

local PROOF = { 'auth_type', 'auth_credential', 'tls_spki', 'proof',
                'key_proof', 'tls_key', 'tls_proof' }


-- our record with the new credential and its proof
local function node_info(current)
    local node = read('node') or {}
    local text = {}

    for _, name in ipairs(INFO) do
        if (node[name] or '') ~= '' then
            text[#text + 1] = quote(name) .. ':' .. quote(node[name])
        end
    end

    for _, name in ipairs(PROOF) do
        if (current[name] or '') ~= '' then
            text[#text + 1] = quote(name) .. ':' .. quote(current[name])
        end
    end

    return '{' .. table.concat(text, ',') .. ',"proof_time":'
           .. current.proof_time .. '}'
end


local function tell(record, current)
    local id = record.contract_id

    redis.call('SADD', key('rotation-waiting'), id)
    outbox(record, 'contract:' .. id, '/v1/interconn/node/update',
           '{"contract_id":' .. quote(id) .. ',"node_info":'
           .. node_info(current) .. '}', 'rotate')
end


-- a contract that is approved while partners are told
function rotation.welcome(id)
    local current = read('rotation')

    if current and current.status == 'ANNOUNCED' then
        tell(read('contract:' .. id), current)
    end
end


-- what became of a message of tell()
function rotation.told(entry, outcome)
    if entry.action ~= 'rotate' then
        return
    end

    local id = string.match(entry.subject, '^contract:(.*)$')

    redis.call('SREM', key('rotation-waiting'), id)

    if outcome ~= 'delivered' then
        redis.call('SADD', key('rotation-refused'), entry.peer)
    end
end


-- input: auth_type auth_credential spki tls_spki ('': stays) limit (ms)
-- output: ok (also for the same key again) | wrong_state (partners are being
--         told of another one)
-- evidence: NODE_ROTATION_REQUESTED
define('node_rotate', 5, WRITE, function(auth_type, credential, spki,
                                         tls_spki, limit)
    local current = read('rotation') or {}

    if current.status == 'ANNOUNCED' or current.status == 'REQUESTED' then
        if current.spki == spki and current.tls_spki == tls_spki then
            return ok()
        end

        if current.status == 'ANNOUNCED' then
            return fail('wrong_state', current.status)
        end
    end

    redis.call('DEL', key('rotation'), key('rotation-waiting'),
               key('rotation-refused'))
    write('rotation', {
        status = 'REQUESTED', auth_type = auth_type, spki = spki,
        auth_credential = credential, tls_spki = tls_spki, limit = limit,
        request_time = now
    })
    evidence('NODE_ROTATION_REQUESTED', 'node', 'spki', spki)

    return ok()
end)


-- input: -
-- output: ok status auth_type auth_credential spki tls_spki limit and times,
--         waiting (nodes that were not told yet), refused | not_found
define('rotation_get', 0, READ, function()
    local reply = ok_record('rotation')
    local waiting = {}

    if reply[1] ~= 'ok' then
        return fail('not_found', 'rotation')
    end

    for _, id in ipairs(redis.call('SMEMBERS', key('rotation-waiting'))) do
        waiting[#waiting + 1] = get('contract:' .. id, 'peer') or id
    end

    local refused = redis.call('SMEMBERS', key('rotation-refused'))

    table.sort(waiting)
    table.sort(refused)

    for _, value in ipairs({ 'waiting', table.concat(waiting, ' '),
                             'refused', table.concat(refused, ' ') })
    do
        reply[#reply + 1] = value
    end

    return reply
end)


-- input: spki tls_spki (of the key that was asked for and the daemon has)
--        proof_time proof (the present key's) key_proof (its own) tls_key
--        tls_proof ('': the TLS key stays, or is this key)
-- output: ok | wrong_state | conflict (another key was asked for)
-- evidence: NODE_ROTATION_ANNOUNCED
define('rotation_announce', 7, WRITE, function(spki, tls_spki, time, proof,
                                               key_proof, tls_key, tls_proof)
    local current = read('rotation') or {}

    if current.status ~= 'REQUESTED' then
        return fail('wrong_state', current.status)
    end

    if current.spki ~= spki
       or (current.tls_spki ~= '' and current.tls_spki ~= tls_spki)
    then
        return fail('conflict', 'spki')
    end

    with(current, {
        status = 'ANNOUNCED', tls_spki = tls_spki, proof_time = time,
        proof = proof, key_proof = key_proof, tls_key = tls_key,
        tls_proof = tls_proof, announce_time = now,
        limit_time = string.format('%.0f', tonumber(now)
                                           + tonumber(current.limit))
    })
    write('rotation', current)
    evidence('NODE_ROTATION_ANNOUNCED', 'node', 'spki', spki)

    for _, id in ipairs(redis.call('ZRANGE', key('ix:contract'), 0, -1)) do
        local record = contract.find(id)

        if contract.is_live(record) then
            tell(record, current)
        end
    end

    return ok()
end)


-- input: -
-- output: ok status (SWITCHED from now on when all were told or the limit
--         has come; descriptions of datasets are then signed anew)
--         | not_found
-- evidence: NODE_ROTATION_SWITCHED
define('rotation_turn', 0, WRITE, function()
    local current = read('rotation')

    if not current then
        return fail('not_found', 'rotation')
    end

    if current.status == 'ANNOUNCED'
       and (redis.call('SCARD', key('rotation-waiting')) == 0
            or past(current.limit_time))
    then
        current.status = 'SWITCHED'
        write('rotation', { status = 'SWITCHED', switch_time = now })
        write('node', { auth_type = current.auth_type,
                        auth_credential = current.auth_credential })
        evidence('NODE_ROTATION_SWITCHED', 'node', 'spki', current.spki)
        object.sign_descriptions()
        escrow.reseal()
    end

    return ok('status', current.status)
end)


-- input: -
-- output: ok auth_type auth_credential (what the daemon has entered)
define('node_key', 0, READ, function()
    local node = pick('node', 'auth_type', 'auth_credential')

    return ok('auth_type', node.auth_type or '',
              'auth_credential', node.auth_credential or '')
end)


-- input: auth_type auth_credential (of the key that the daemon signs with)
-- output: ok
define('node_credential', 2, WRITE, function(auth_type, credential)
    write('node', { auth_type = auth_type, auth_credential = credential })

    return ok()
end)
