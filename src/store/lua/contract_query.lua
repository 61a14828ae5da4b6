
-- input: mode ident cert_name contract_id
-- output: ok status (TERMINATED when expired) | not_found
define('contract_query_in', 4, READ, function(mode, ident, cert_name, id)
    local record, error_reply = contract.of_caller('contract_query_in', mode,
                                                   ident, cert_name, id)

    if not record then
        return error_reply
    end

    if record.status == 'APPROVED' and not contract.is_live(record) then
        return ok('status', 'TERMINATED')
    end

    return ok('status', record.status)
end)


-- input: contract_id
-- output: ok and the record | not_found
define('contract_get', 1, READ, function(id)
    local subject = 'contract:' .. (redis.call('GET',
                        key('contract-alias:' .. id)) or id)
    local reply = pending.request_shown(subject)

    if not reply then
        return fail('not_found', subject)
    end

    table.insert(reply, 1, 'ok')

    return reply
end)


-- input: status dir page_num page_size
-- output: ok and a list of records
define('contract_list', 4, READ, function(status, dir, page_num, page_size)
    return page('contract', page_num, page_size,
                having('contract:', { status = status, dir = dir }),
                function(member)
                    return pending.request_shown('contract:' .. member)
                end)
end)
