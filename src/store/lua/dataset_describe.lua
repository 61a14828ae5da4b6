
-- What datasets are, found out by reading them and signed by this node. The
-- stream "describe" has those that wait for it; describe_asked tells one
-- asking from the next, whose answer alone is taken.

-- what is no longer so when another place is read, or less may be told
local FOUND = { 'content_digest', 'statistics', 'signature', 'described_at' }

-- what a change of makes it be read again
local READ_BY = { 'location', 'describe', 'content', 'min_group',
                  'column_metas' }


-- those that its owner gave, or that stay since it is not read
local function given_columns(record)
    return (record.metas_derived ~= '1' or record.describe == 'none'
            or record.describe_sign == '1')
           and record.column_metas or ''
end


local function has_columns(record)
    return (record.column_metas or '') ~= '' and record.column_metas ~= '[]'
end


-- Is it to be read without being asked for? One that only this node knows,
-- whose owner said what it is, waits until it is published.
function object.wants_description(record)
    return not has_columns(record) or object.is_public(record)
           or (record.describe or 'metas') ~= 'metas'
           or record.content == 'fixed'
end


-- only_sign: by another key, what was found when it was read last
function object.ask_description(id, only_sign)
    local subject = object.subject('dataset', id)

    redis.call('HINCRBY', key(subject), 'describe_asked', 1)
    redis.call('HDEL', key(subject), 'describe_error')
    write(subject, { describe_state = 'PENDING',
                     describe_sign = only_sign and '1' or '0' })
    redis.call('XADD', key('describe'), '*', 'dataset_id', id)
end


-- with the node's key, which is another one from now on
function object.sign_descriptions()
    for _, id in ipairs(redis.call('ZRANGE', key('ix:dataset'), 0, -1)) do
        local record = pick(object.subject('dataset', id), 'signature',
                            'describe_state')

        if (record.signature or '') ~= '' and record.describe_state == 'DONE'
        then
            object.ask_description(id, true)
        end
    end
end


-- before the fields of an update are written; true: ask when they are
function object.outdates_description(id, record, fields)
    local changed = differing(record, fields) or {}
    local outdated = false

    for _, field in ipairs(READ_BY) do
        outdated = outdated or changed[field] ~= nil
    end

    if changed.column_metas then
        fields.metas_derived = '0'
    end

    if outdated then
        redis.call('HDEL', key(object.subject('dataset', id)), unpack(FOUND))
    end

    return outdated
end


-- input: dataset_id
-- output: ok describe_state | not_found
-- evidence: RES_DESCRIPTION_ASKED
define('dataset_describe', 1, WRITE, function(id)
    if not exists(object.subject('dataset', id)) then
        return fail('not_found', id)
    end

    object.ask_description(id)
    evidence('RES_DESCRIPTION_ASKED', object.subject('dataset', id))

    return ok('describe_state', 'PENDING')
end)


-- input: -
-- output: ok waiting (how many datasets)
define('dataset_waiting', 0, READ, function()
    return ok('waiting', string.format('%d', redis.call('XLEN',
                                                        key('describe'))))
end)


-- input: dataset_id content_key (a new one, if it has none yet)
-- output: ok and what is to be read and how, or (sign: 1) what was found
--         when it was | not_found | wrong_state (nothing is asked for)
define('dataset_describing', 2, WRITE, function(id, content_key)
    local subject = object.subject('dataset', id)
    local record = read(subject)

    if not record then
        return fail('not_found', id)
    end

    if record.describe_state ~= 'PENDING' then
        return fail('wrong_state', record.describe_state or '')
    end

    redis.call('HSETNX', key(subject), 'content_key', content_key)

    return ok('location', record.location or '{}',
              'describe', record.describe or 'metas',
              'min_group', record.min_group or '',
              'content_key', record.content_key or content_key,
              'column_metas', has_columns(record) and given_columns(record)
                              or '',
              'count', record.count or '',
              'sign', record.describe_sign or '0',
              'content_digest', record.content_digest or '',
              'statistics', record.statistics or '',
              'asked', record.describe_asked)
end)


-- nil, or the reply to an answer that nobody waits for
local function unwanted(record, id, asked)
    if not record then
        return fail('not_found', id)
    end

    return (record.describe_asked ~= asked
            or record.describe_state ~= 'PENDING')
           and fail('wrong_state', 'asked anew') or nil
end


-- input: dataset_id asked (as dataset_describing said) column_metas ('': the
--        owner's stay) count content_digest statistics ('': none) signature
-- output: ok version (one more if columns, count or content are others)
--         | not_found | wrong_state (it was asked for anew)
-- evidence: RES_DESCRIBED
define('dataset_described', 7, WRITE, function(id, asked, metas, count,
                                               content_digest, statistics,
                                               signature)
    local subject = object.subject('dataset', id)
    local record = read(subject)
    local refused = unwanted(record, id, asked)

    if refused then
        return refused
    end

    local found = { content_digest = content_digest, count = count }

    if metas ~= '' then
        found.column_metas, found.metas_derived = metas, '1'
    end

    local changed = differing(record, found)

    if changed then
        changed.version = string.format('%d', (tonumber(record.version) or 0)
                                              + 1)
        changed.update_time = now
        write(subject, changed)
    end

    write(subject, { describe_state = 'DONE', statistics = statistics,
                     signature = signature, described_at = now })
    evidence('RES_DESCRIBED', subject, 'content_digest', content_digest,
             'count', count, 'describe', record.describe or 'metas')

    return ok('version', changed and changed.version or record.version or '')
end)


-- input: dataset_id asked error (its name) cause (JSON)
-- output: ok | not_found | wrong_state
-- evidence: RES_DESCRIBE_FAILED
define('dataset_undescribed', 4, WRITE, function(id, asked, code, cause)
    local subject = object.subject('dataset', id)
    local refused = unwanted(read(subject), id, asked)

    if refused then
        return refused
    end

    redis.call('HDEL', key(subject), unpack(FOUND))
    write(subject, { describe_state = 'FAILED', describe_error = cause })
    evidence('RES_DESCRIBE_FAILED', subject, 'error', code)

    return ok()
end)
