
-- Sessions: which nodes may exchange messages for one task.


function session.create(id, job_record, task_id, token)
    local peers = {}

    for _, one in ipairs(job.roles(job_record.config)) do
        if one.node_id ~= self_node then
            local record = contract.live(one.node_id) or {}

            local channel = string.match(' ' .. (record.speaks or ''),
                                         ' channel=([%w-]+)')

            peers[#peers + 1] = one.node_id .. ' ' .. (record.address or '')
                                .. (channel and ' ' .. channel or '')
        end
    end

    write('session:' .. id, {
        session_id = id, task_id = task_id, job_id = job_record.job_id,
        token = token, peers = table.concat(peers, '\n'),
        self_node = self_node, status = 'OPEN', create_time = now
    })
end


function session.close(id)
    if get('session:' .. id, 'status') == 'OPEN' then
        write('session:' .. id, { status = 'CLOSED' })
    end
end


-- input: session_id
-- output: ok session_id task_id job_id token peers ("node_id address" or
--         "node_id address dialect" lines)
--         self_node status (OPEN, CLOSED) | not_found
define('session_get', 1, READ, function(id)
    return ok_record('session:' .. id)
end)


-- input: session_id peer token
-- output: ok (also when closed: the channel says that it is over)
--         | not_permitted
define('session_check', 3, READ, function(id, peer, token)
    local record = read('session:' .. id)

    if not record then
        return fail('not_permitted', 'no such session')
    end

    if record.token ~= '' and record.token ~= token then
        return fail('not_permitted', 'token')
    end

    if peer ~= record.self_node
       and not string.find('\n' .. record.peers, '\n' .. peer .. ' ', 1, true)
    then
        return fail('not_permitted', peer)
    end

    return ok()
end)


-- input: session_id
-- output: ok (also when closed before) | not_found
define('session_close', 1, RELIEF, function(id)
    if not exists('session:' .. id) then
        return fail('not_found', id)
    end

    session.close(id)

    return ok()
end)
