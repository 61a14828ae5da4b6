
-- Escrow of results (7.2): what the owner of an output has under a key whose
-- shares its parties hold. What is to be done with keys and files is work for
-- a process of the daemon, see escrow_work.lua.
--
-- An escrow of this node has the id that peers know it by; that of another is
-- here under an id made of owner and id, so that nobody takes another's.

local MOST_HOLDERS = 32

-- bytes of an output that holders have copies of, see interconnd_escrow.h
local MOST_COPIED = 256 * 1024

-- of another node, that are over and still shown
local MOST_OVER = 256

local ENDS = { FAILED = true, REFUSED = true, RELEASED = true,
               EXPIRED = true }


-- how an escrow of a node is known here
function escrow.id_of(owner, id)
    return owner == self_node and id
           or 'E' .. string.sub(digest.sha256(owner .. ' ' .. id), 1, 32)
end


function escrow.is_over(record)
    return ENDS[record.status] == true or past(record.retention_until)
end


-- the nodes with a share, by index
function escrow.holders(record)
    local list = {}

    for _, one in ipairs(decoded(record.holders) or {}) do
        list[#list + 1] = one.node_id
    end

    return list
end


function escrow.is_party(record, node_id)
    return record.owner == node_id
           or is_listed(table.concat(escrow.holders(record), ' '), node_id)
end


-- a step of the process; once more 2 s after it was taken
function escrow.add_work(verb, id)
    redis.call('ZADD', key('escrow-work'), 'NX', now, verb .. ' ' .. id)
end


function escrow.end_work(verb, id)
    redis.call('ZREM', key('escrow-work'), verb .. ' ' .. id)
end


-- what every entry about an escrow says
function escrow.tell(event, record, ...)
    evidence(event, 'escrow:' .. record.escrow_id, 'owner', record.owner,
             'origin_id', record.origin_id, 'job_id', record.job_id,
             'task_id', record.task_id, 'key', record.key,
             'digest', record.digest, ...)
end


-- What is over at a peer, and kept here for reference: the oldest go, all
-- that is known of them. Evidence has them.
local function forget(owner)
    local over = key('escrows-over:' .. owner)

    while redis.call('LLEN', over) > MOST_OVER do
        local id = redis.call('LPOP', over)

        -- its file first
        if redis.call('ZSCORE', key('escrow-work'), 'drop ' .. id) then
            redis.call('RPUSH', over, id)
            return
        end

        for _, request in ipairs(redis.call('SMEMBERS',
                                            key('escrow-requests:' .. id)))
        do
            escrow.forget_request(request)
        end

        redis.call('DEL', key('escrow:' .. id), key('escrow-holders:' .. id),
                   key('escrow-requests:' .. id), key('escrow-asked:' .. id))
        redis.call('ZREM', key('ix:escrow'), id)
    end
end


-- The end of an escrow: share and content go, whoever asks is told it is over.
function escrow.finish(record, status, event, ...)
    local id = record.escrow_id

    redis.call('HDEL', key('escrow:' .. id), 'share', 'signature')
    escrow.drop_copy(record)
    redis.call('ZREM', key('escrow-ends'), id)
    write('escrow:' .. id, { status = status, update_time = now })

    -- one that was no good goes on counting
    if status ~= 'REFUSED' then
        redis.call('SREM', key('escrows-of:' .. record.owner), id)
    end

    for _, verb in ipairs({ 'seal', 'hold', 'reseal' }) do
        escrow.end_work(verb, id)
    end

    for _, request in ipairs(redis.call('SMEMBERS',
                                        key('escrow-requests:' .. id)))
    do
        escrow.end_request(request)
    end

    if record.of then
        redis.call('DEL', key('escrow-of:' .. record.of))
    end

    if record.has_content == '1' then
        escrow.add_work('drop', id)
    end

    escrow.tell(event, record, ...)

    if record.dir == 'in' and status ~= 'REFUSED' then
        redis.call('RPUSH', key('escrows-over:' .. record.owner), id)
        forget(record.owner)
    end
end


-- those whose term is over, a few at a time
function escrow.expire()
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('escrow-ends'),
                                   '-inf', now, 'LIMIT', 0, 4))
    do
        escrow.finish(read('escrow:' .. id), 'EXPIRED', 'RES_ESCROW_EXPIRED')
    end
end


-- Who will hold: those that are named, or the parties of the job that this
-- node can reach, this one among them; nil and the reply.
local function chosen(job_record, text)
    local given = decoded(text)
    local list, seen = {}, {}

    for _, one in ipairs(given or job.roles(job_record.config) or {}) do
        local node_id = given and one or one.node_id
        local known = node_id == self_node or contract.live(node_id)

        if given and not job.party(job_record.config, node_id)
           and node_id ~= job_record.initiator
        then
            return nil, fail('invalid_fields', '/holders: ' .. node_id
                                               .. ' is no party of the job')
        end

        if given and not known then
            return nil, fail('no_contract', node_id)
        end

        if known and not seen[node_id] then
            seen[node_id] = true
            list[#list + 1] = node_id
        end
    end

    return list
end


local function holders_json(list)
    local out = {}

    for i, node_id in ipairs(list) do
        out[i] = '{"node_id":' .. quote(node_id) .. ',"index":' .. i .. '}'
    end

    return '[' .. table.concat(out, ',') .. ']'
end


-- nil, or the reply to a number of shares that cannot be
local function number_refused(list, threshold)
    if #list < 2 or (#list == 2 and list[1] == list[2]) then
        return fail('invalid_fields', '/holders: must be two or more')
    end

    if #list > MOST_HOLDERS then
        return fail('invalid_fields', '/holders: are too many')
    end

    if threshold < 2 or threshold > #list then
        return fail('invalid_fields', '/threshold: must be from 2 to '
                                      .. #list)
    end

    return nil
end


local function copies_refused(made, fields)
    return fields.copies == '1' and tonumber(made.bytes) > MOST_COPIED
           and fail('escrow_too_large', made.bytes .. ' bytes, at most '
                                        .. MOST_COPIED)
           or nil
end


local function create(id, artefact_record, list, threshold, fields)
    local member = artefact_record.task_id .. ':' .. artefact_record.key
    local record = {
        escrow_id = id, origin_id = id, owner = self_node, dir = 'out',
        status = 'SEALING', of = member,
        threshold = string.format('%d', threshold),
        holders = holders_json(list), level = fields.level or 'L1',
        retention_until = milliseconds(fields.retention_until),
        copies = fields.copies or '0', has_content = '0',
        create_time = now, update_time = now, decided_by = asker or ''
    }

    for _, name in ipairs({ 'job_id', 'task_id', 'task_name', 'role', 'key',
                            'kind', 'namespace', 'name', 'digest', 'rows',
                            'bytes', 'format', 'version' })
    do
        record[name] = artefact_record[name]
    end

    write('escrow:' .. id, record)
    index('escrow', id)
    redis.call('SET', key('escrow-of:' .. member), id)
    redis.call('ZADD', key('escrow-ends'), record.retention_until, id)
    escrow.add_work('seal', id)
    escrow.tell('RES_ESCROW_CREATED', record, 'threshold', record.threshold,
                'holders', table.concat(list, ' '),
                'retention_until', record.retention_until,
                'level', record.level)
end


-- What the configuration of a job wants in escrow of an output of that step,
-- which C has checked; nil: nothing.
function escrow.wanted(config, step)
    local said = job.common(config, 'escrow')

    if type(said) ~= 'table' then
        return nil
    end

    for _, name in ipairs(type(said.steps) == 'table' and said.steps
                          or { step })
    do
        if name == step then
            return said
        end
    end

    return nil
end


-- An output that is made now, as its job wants it: every party has its own in
-- escrow. One that cannot be is told of and changes nothing else.
function escrow.begin(made)
    local member = made.task_id .. ':' .. made.key
    local id = 'E' .. string.sub(digest.sha256('output\n' .. member), 1, 32)
    local job_record = read('job:' .. made.job_id) or {}
    local said = escrow.wanted(job_record.config, made.task_name)

    if not said or exists('escrow:' .. id)
       or redis.call('EXISTS', key('escrow-of:' .. member)) == 1
    then
        return
    end

    local list = chosen(job_record)
    local threshold = tonumber(said.threshold) or 0
    local fields = {
        retention_until = string.format('%.0f', now + 86400000
                                                * (tonumber(said.days) or 0)),
        level = type(said.level) == 'string' and said.level or nil,
        copies = said.copies == 1 and '1' or '0'
    }
    local reason = number_refused(list, threshold)
                   and 'this node reaches ' .. #list .. ' of the parties, '
                       .. 'itself included, and ' .. threshold
                       .. ' are needed'
                   or copies_refused(made, fields)
                   and made.bytes .. ' bytes are too many for holders to '
                       .. 'have copies'

    create(id, made, list, threshold, fields)

    if reason then
        write('escrow:' .. id, { reason = reason })
        escrow.finish(read('escrow:' .. id), 'FAILED', 'RES_ESCROW_FAILED',
                      'reason', reason)
    end
end


-- input: escrow_id task_id key (of an output of this node) name value...
--        (threshold, none: all of them; retention_until; level; holders: JSON
--        list of parties of its job; copies: 1, they have the ciphertext too)
-- output: ok escrow_id | not_found | conflict (it is in escrow) | no_contract
--         | invalid_fields | escrow_too_large (for copies)
-- evidence: RES_ESCROW_CREATED
define('escrow_create', 3, WRITE, function(id, task_id, name, ...)
    local member = task_id .. ':' .. name
    local fields = fields_of(...)
    local made = read('artefact:' .. member)
    local job_record = made and read('job:' .. made.job_id)

    if not job_record or made.digest == '' then
        return fail('not_found', task_id .. ' ' .. name)
    end

    local other = redis.call('GET', key('escrow-of:' .. member))

    if other then
        return fail('conflict', other)
    end

    local list, refused = chosen(job_record, fields.holders)
    local threshold = tonumber(fields.threshold) or list and #list

    refused = refused or over(fields, 'retention_until')
              or number_refused(list, threshold)
              or copies_refused(made, fields)

    if refused then
        return refused
    end

    create(id, made, list, threshold, fields)

    return ok('escrow_id', id)
end)


-- by node, what became of its share: OFFERED, HELD, REFUSED, UNREACHABLE
local function states_of(record)
    local out = {}

    for _, node_id in ipairs(escrow.holders(record)) do
        local state, reason = string.match(redis.call('HGET',
            key('escrow-holders:' .. record.escrow_id), node_id) or '',
            '^(%u+) ?(.*)$')

        out[#out + 1] = '{"node_id":' .. quote(node_id) .. ',"state":'
                        .. quote(state or '') .. ',"reason":'
                        .. quote(reason or '') .. '}'
    end

    return '[' .. table.concat(out, ',') .. ']'
end


-- a record as operators see it: without share, signature, commitments
local function shown(record)
    local fields = with({}, record)

    fields.share, fields.signature, fields.of = nil, nil, nil
    fields.holders = states_of(record)
    fields.recoveries = json_list(redis.call('SMEMBERS',
        key('escrow-requests:' .. record.escrow_id)))

    return flat_of(fields)
end


-- input: escrow_id
-- output: ok and the record, with the state of each share and the ids of
--         requests to recover it | not_found
define('escrow_get', 1, READ, function(id)
    local record = read('escrow:' .. id)

    return record and { 'ok', unpack(shown(record)) } or fail('not_found', id)
end)


-- input: job_id ('': any) dir (out: of this node, in: of others; '': any)
--        status ('': any) page_num page_size
-- output: ok and a list of records as of escrow_get
define('escrow_list', 5, READ, function(job_id, dir, status, page_num,
                                        page_size)
    return page('escrow', page_num, page_size,
                having('escrow:', { job_id = job_id, dir = dir,
                                    status = status }),
                function(id) return shown(read('escrow:' .. id)) end)
end)
