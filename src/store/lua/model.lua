
-- Models: their content.


-- input: model_id operator
-- output: ok model_id version digest model | not_found | wrong_state (it has
--         no content)
-- evidence: RES_OUT
define('model_download', 2, WRITE, function(id, operator)
    local subject = object.subject('model', id)
    local record = read(subject)
    local content = redis.call('GET', key('model:' .. id))

    if not record then
        return fail('not_found', id)
    end

    if not content then
        return fail('wrong_state', 'no content')
    end

    evidence('RES_OUT', subject, 'digest', record.digest or '',
             'operator', operator, 'bytes', string.format('%d', #content))

    return ok('model_id', id, 'version', record.version or '',
              'digest', record.digest or '', 'model', content)
end)
