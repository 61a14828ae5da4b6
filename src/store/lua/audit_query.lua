
-- input: kind peer (the applicant) audit_id
-- output: ok status | not_found
define('audit_query_in', 3, READ, function(kind, peer, audit_id)
    local subject, record = audit.of_caller('audit_query_in', kind, peer,
                                            audit_id)

    if not subject then
        return record
    end

    return ok('status', record.status)
end)


-- input: audit_id kind node_id ('': any)
-- output: ok and the record, for what we are asked with party (ours) and
--         usage_limits of an object, for a peer's job with compared_with
--         was_dag was_config when it changes or goes on from one that is here
--         | not_found | ambiguous
define('audit_get', 3, READ, function(audit_id, kind, node_id)
    local subject, error_reply = audit.only(audit_id, kind, node_id, '')

    if not subject then
        return error_reply
    end

    local reply = pending.request_shown(subject)
    local record = read(subject)

    table.insert(reply, 1, 'ok')

    if record.dir == 'in' then
        reply[#reply + 1] = 'usage_limits'
        reply[#reply + 1] = get(object.subject(record.resource_type,
                                               record.resource_id),
                                'usage_limits') or ''
        reply[#reply + 1] = 'party'
        reply[#reply + 1] = job.party(record.config, self_node) or ''
    end

    for name, value in pairs(job.compared(record)) do
        reply[#reply + 1] = name
        reply[#reply + 1] = value
    end

    return reply
end)


-- input: kind status dir page_num page_size
-- output: ok and a list of records
define('audit_list', 5, READ, function(kind, status, dir, page_num, page_size)
    return page('audit', page_num, page_size,
                having('audit:', { resource_type = kind, status = status,
                                   dir = dir }),
                function(member)
                    return pending.request_shown('audit:' .. member)
                end)
end)
