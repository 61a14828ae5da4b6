
-- Uses of approved queries.

-- tasks remembered of a query: a repeated use is charged once
local MAX_REMEMBERED = 1000


local function take(record, task_id)
    local uses = key('query-uses:' .. record.query_id)
    local used = (tonumber(record.used) or 0) + 1
    local left = tonumber(record.left) or -1

    left = left > 0 and left - 1 or left
    write('query:' .. record.query_id, {
        used = string.format('%d', used), left = string.format('%d', left),
        last_use = now
    })
    redis.call('ZADD', uses, now, task_id)
    redis.call('ZREMRANGEBYRANK', uses, 0, -MAX_REMEMBERED - 1)
    evidence('QUERY_USED', 'query:' .. record.query_id,
             'peer', record.node_id, 'task_id', task_id,
             'digest', record.digest, 'left', string.format('%d', left))
end


local function was_charged(record, task_id)
    return redis.call('ZSCORE', key('query-uses:' .. record.query_id),
                      task_id) ~= false
end


-- what the node that asks is told
local function why_not(id, record)
    if not record then
        return 'too many queries of this node wait for an answer'
    end

    local reason = record.reason or ''

    return 'the query ' .. id .. (record.status == 'REFUSED'
           and ' was refused by its owner' or ' waits for its owner')
           .. (reason ~= '' and ': ' .. reason or '')
end


-- What the task of a node may read for a text. One that is new waits for its
-- owner from now on.
--
-- input: digest text node_id job_id task_id task_name part
-- output: ok query_id location (JSON, with the query) rows_limit
--         | not_permitted (detail: which query, and why) | evidence_behind
--         (not for a task that has had it)
-- evidence: QUERY_USED, once per task; QUERY_APPLIED of a new text
define('query_use', 7, WRITE, function(sql_sha256, text, node_id, job_id,
                                       task_id, task_name, part)
    local id = query.id(sql_sha256, node_id)
    local record = read('query:' .. id)
    local again = record and record.status == 'APPROVED'
                  and was_charged(record, task_id)
    local behind = not again and notary.behind()

    if behind then
        return fail('evidence_behind', behind)
    end

    if not record or not again and query.state(record) ~= 'APPROVED' then
        local _, now_is = query.ask(node_id, {
            digest = sql_sha256, text = text, job_id = job_id,
            task_name = task_name, part = part
        })

        return fail('not_permitted', why_not(id, now_is))
    end

    if not again then
        take(record, task_id)
    end

    return ok('query_id', id, 'rows_limit', record.rows_limit or '',
              'location', string.gsub(record.location, '}%s*$', '') ..
              ',"query":' .. quote(record.sql) .. '}')
end)
