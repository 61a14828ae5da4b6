
-- Datasets that tasks read.


-- input: dataset_id peer use_id (the task's id)
-- output: ok and jti rows_left (charged once per use_id; our own node always,
--         without a jti) | permit_scope | not_permitted
-- evidence: as permit_guard
define('dataset_permitted', 3, WRITE, function(dataset_id, peer, use_id)
    local found, refused

    if peer ~= self_node then
        found, refused = permit.of_task('dataset', dataset_id, peer, use_id)

        if not found then
            return refused
        end
    end

    object.read_by(dataset_id, use_id)

    if not found then
        return ok()
    end

    return ok('jti', found.jti, 'rows_left', found.rows_left or '-1')
end)


-- input: sql_sha256 (of the normalised query)
-- output: ok dataset_id | not_found
define('dataset_find', 1, READ, function(sql_sha256)
    local id = redis.call('GET', key('query:' .. sql_sha256))
    local record = id and read('object:dataset:' .. id)

    if not record or record.query_digest ~= sql_sha256
       or not object.is_online(record)
    then
        return fail('not_found', sql_sha256)
    end

    return ok('dataset_id', id)
end)
