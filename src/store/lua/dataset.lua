
-- Datasets that tasks read.


-- input: dataset_id peer use_id (the task's id)
-- output: ok and jti rows_left (charged once per use_id; our own node always,
--         without a jti) | permit_scope | not_permitted | evidence_behind
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
    local id = query.dataset(sql_sha256)

    return id and ok('dataset_id', id) or fail('not_found', sql_sha256)
end)
