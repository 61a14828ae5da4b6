
-- Which of the roles that a node takes (6.4 c) a party of a job needs.
local NEEDED = { arbiter = 'coordinator', guest = 'data_provider',
                 host = 'data_provider' }


-- Nil, or the reply when a job gives this node a role that it does not take.
-- ours: it is our own job. A node that declares no roles takes all.
function job.role_refused(config, ours)
    local taken, parties = {}, job.roles(config) or {}
    local declared = role.list(get('node', 'roles'))

    if #declared == 0 then
        return nil
    end

    for _, name in ipairs(declared) do
        taken[name] = true
    end

    if ours then
        parties[#parties + 1] = { role = 'initiator', node_id = self_node }
    end

    for _, one in ipairs(parties) do
        local needed = NEEDED[one.role] or one.role

        if one.node_id == self_node and not taken[needed] then
            return fail('invalid_config',
                        'role: this node takes no part as ' .. needed)
        end
    end

    return nil
end
