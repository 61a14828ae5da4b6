
-- Queries that partners send as text: what the owner of a database has
-- decided about each text and node that asks. One record per digest (of
-- ic_sql_normal()) and node; a text of a registered dataset needs none.

-- when a query that ended so is sent again, its owner is asked again
local ASKED_ANEW = { REVOKED = true, EXPIRED = true, EXHAUSTED = true,
                     WITHDRAWN = true }


function query.id(sql_sha256, node_id)
    return 'Q' .. string.sub(digest.sha256(sql_sha256 .. ' ' .. node_id), 1,
                             32)
end


-- what its next use would find
function query.state(record)
    if record.status ~= 'APPROVED' then
        return record.status
    end

    return past(record.time_limit) and 'EXPIRED'
           or record.left == '0' and 'EXHAUSTED' or 'APPROVED'
end


-- the dataset that answers a text, or nil
function query.dataset(sql_sha256)
    local id = redis.call('GET', key('query:' .. sql_sha256))
    local record = id and read('object:dataset:' .. id)

    if not record or record.query_digest ~= sql_sha256
       or not object.is_online(record)
    then
        return nil
    end

    return id
end


-- what waits for an answer, of one node
local function waiting(node_id)
    return key('queries-pending:' .. node_id)
end


local function create(id, node_id, asked)
    local subject = 'query:' .. id

    write(subject, {
        query_id = id, resource_type = 'query', digest = asked.digest,
        sql = asked.text, node_id = node_id,
        contract_id = (contract.live(node_id) or {}).contract_id or '',
        job_id = asked.job_id, task_name = asked.task_name or '',
        part = asked.part or '', status = 'PENDING', columns = '',
        fault = '', location = '',
        create_time = get(subject, 'create_time') or now,
        update_time = now
    })
    redis.call('SADD', waiting(node_id), id)
    redis.call('SADD', key('queries-unread'), id)
    index('query', id)
    inbox.add(subject)
    evidence('QUERY_APPLIED', subject, 'peer', node_id,
             'digest', asked.digest, 'job_id', asked.job_id,
             'contract_id', get(subject, 'contract_id'))
end


-- A text of a node for a job: its query_id when it waits for the owner's
-- answer, else nil and the record (nil: it is a dataset's, or too many wait).
-- asked: digest text job_id task_name part
function query.ask(node_id, asked)
    local id = query.id(asked.digest, node_id)
    local record = read('query:' .. id)

    if query.dataset(asked.digest) then
        return nil
    end

    if record and not ASKED_ANEW[query.state(record)] then
        if record.status ~= 'PENDING' then
            return nil, record
        end

        write('query:' .. id, { job_id = asked.job_id,
                                task_name = asked.task_name or '',
                                part = asked.part or '' })
        return id, record
    end

    if redis.call('SCARD', waiting(node_id)) >= limit('requests_of_peer') then
        return nil
    end

    create(id, node_id, asked)

    return id, read('query:' .. id)
end


-- nobody has to answer it any more
function query.settle(record)
    redis.call('SREM', waiting(record.node_id), record.query_id)
    redis.call('SREM', key('queries-unread'), record.query_id)
    inbox.done('query:' .. record.query_id)
end


-- The texts that a job's application would run here (JSON list of digest,
-- text, task_name, part), as ids of those that wait for an answer.
function query.of_application(subject, record, texts)
    local ids = {}

    for _, one in ipairs(decoded(texts) or {}) do
        local id = query.ask(record.node_id, {
            digest = one.digest, text = one.text, task_name = one.task_name,
            part = one.part, job_id = record.resource_id
        })

        if id and not is_listed(table.concat(ids, ' '), id) then
            ids[#ids + 1] = id
            redis.call('SADD', key('query-audits:' .. id), subject)
        end
    end

    if #ids > 0 then
        write(subject, { queries = table.concat(ids, ' ') })
    end
end


-- The request that wanted them is over: what only it has asked for needs no
-- answer.
function query.withdraw(subject, record)
    for _, id in ipairs(query.awaited(record)) do
        local audits = key('query-audits:' .. id)

        redis.call('SREM', audits, subject)

        if redis.call('SCARD', audits) == 0 then
            write('query:' .. id, { status = 'WITHDRAWN', update_time = now })
            query.settle({ query_id = id, node_id = record.node_id })
            evidence('QUERY_WITHDRAWN', 'query:' .. id,
                     'peer', record.node_id)
        end
    end
end


-- ids of a request's queries that nobody has answered yet
function query.awaited(record)
    local ids = {}

    for id in string.gmatch(record.queries or '', '%S+') do
        if get('query:' .. id, 'status') == 'PENDING' then
            ids[#ids + 1] = id
        end
    end

    return ids
end


local function shown(record)
    local fields = with({}, record)

    fields.status = query.state(record)
    fields.left = record.left ~= '-1' and record.left or nil

    return fields
end


-- input: query_id
-- output: ok and the record, with the status that its next use would find
--         | not_found
define('query_get', 1, READ, function(id)
    local record = read('query:' .. id)

    if not record then
        return fail('not_found', id)
    end

    return { 'ok', unpack(flat_of(shown(record))) }
end)


-- input: status ('': any) node_id ('': any) digest ('': any) page_num
--        page_size
-- output: ok and a list of records as of query_get
define('query_list', 5, READ, function(status, node_id, sql_sha256, page_num,
                                       page_size)
    local function wanted(id)
        local record = read('query:' .. id)

        return record and (status == '' or query.state(record) == status)
               and (node_id == '' or record.node_id == node_id)
               and (sql_sha256 == '' or record.digest == sql_sha256)
               and record
    end

    return page('query', page_num, page_size, wanted, function(_, record)
        return flat_of(shown(record))
    end)
end)
