
-- Jobs of ours that run once more, as jobs of their own.

-- what is taken over
local SAME = { 'flow_id', 'project_id', 'name', 'dag', 'config', 'sync_type',
               'priority' }


-- input: new_id job_id (of ours, over)
-- output: ok job_id (of the new job, which its parties must approve) |
--         not_found | wrong_state (not over; its flow, project or a component
--         is not for use) | invalid_config
-- evidence: JOB_CREATED
define('job_rerun', 2, WRITE, function(id, old_id)
    local old = read('job:' .. old_id)
    local fields = { rerun_of = old_id, autostart = '0' }

    if not old then
        return fail('not_found', old_id)
    end

    if old.role ~= 'initiator' then
        return fail('wrong_state', 'only its initiator runs it again')
    end

    if not job.is_over(old) then
        return fail('wrong_state', old.status)
    end

    for _, name in ipairs(SAME) do
        fields[name] = old[name]
    end

    local refused = job.refused(old.flow_id, fields)
                    or job.role_refused(old.config, true)

    if refused then
        return refused
    end

    job.create(id, 'initiator', self_node, fields)

    return ok('job_id', id)
end)
