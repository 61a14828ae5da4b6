
-- What waits for an operator's answer: contracts and requests of all kinds,
-- each with a statement of who asks for what within which limits, and with
-- what changed since the same was approved last.

-- of a record: its own, not what is asked for
local OWN = {
    audit_id = true, resource_type = true, dir = true, status = true,
    contract_id = true, create_time = true, update_time = true, digest = true,
    jti = true, token = true, delivery = true, gen = true, mode = true,
    peer = true, job_id = true, resource_id = true, permit_id = true,
    scope = true, reason = true, decided_by = true
}

-- kinds of what is this node's
local OURS = { dataset = true, component = true, model = true }

local MAX_CHANGES = 64
local MAX_SHOWN = 256


function inbox.add(subject)
    index('inbox', subject)
end


function inbox.done(subject)
    redis.call('ZREM', key('ix:inbox'), subject)
end


function inbox.approved(kind, peer, thing, subject)
    redis.call('SET', key('approved:' .. kind .. ':' .. peer .. ':' .. thing),
               subject)
end


-- 2030-01-31 08:00 UTC of epoch ms; days to dates as in H. Hinnant,
-- "chrono-compatible low-level date algorithms"
local function date(ms)
    local minutes = math.floor(tonumber(milliseconds(ms)) / 60000)
    local days = math.floor(minutes / 1440) + 719468
    local era = math.floor(days / 146097)
    local doe = days - era * 146097
    local yoe = math.floor((doe - math.floor(doe / 1460)
                            + math.floor(doe / 36524)
                            - math.floor(doe / 146096)) / 365)
    local doy = doe - (365 * yoe + math.floor(yoe / 4)
                       - math.floor(yoe / 100))
    local mp = math.floor((5 * doy + 2) / 153)
    local month = mp < 10 and mp + 3 or mp - 9

    return string.format('%04d-%02d-%02d %02d:%02d UTC',
                         yoe + era * 400 + (month <= 2 and 1 or 0), month,
                         doy - math.floor((153 * mp + 2) / 5) + 1,
                         math.floor(minutes % 1440 / 60), minutes % 60)
end


-- the texts in a JSON list, or the members of that name of its objects
local function names(list, member)
    local found = {}

    for _, one in ipairs(type(list) == 'table' and list or {}) do
        local name = type(one) == 'table' and one[member] or one

        found[#found + 1] = type(name) == 'string' and name or nil
    end

    return table.concat(found, ', ')
end


-- "PROJECT P1, P2; COMPONENT psi"; some send the map where the standard has
-- the list of its names
local function scope_of(record)
    local ids, scope = decoded(record.scope_ids) or {}, {}

    for name, list in pairs(next(ids) and ids
                            or decoded(record.auth_scope) or {})
    do
        if type(name) == 'string' then
            scope[#scope + 1] = name .. ' ' .. names(list)
        end
    end

    table.sort(scope)

    return table.concat(scope, '; ')
end


-- the asker's name of it, or ours where it is ours
local function name_of(record)
    local kind = record.resource_type

    if (record.name or '') == '' and OURS[kind] then
        return get(object.subject(kind, record.resource_id), 'name') or ''
    end

    return record.name or ''
end


local function number(value)
    return type(value) == 'number' and string.format('%.0f', value) or ''
end


-- What a record says, in words: the values that the texts below name.
local function said(record)
    local party = job.party(record.config, self_node)
    local kept = job.common(record.config, 'escrow')

    kept = type(kept) == 'table' and kept or {}

    return {
        id = record.resource_id or '',
        name = name_of(record),
        flow = record.flow_id or '',
        project = record.apply_project_id or record.project_id or '',
        datasets = names(decoded(record.datasets) or {}, 'dataset_id'),
        components = names((decoded(record.dag) or {}).components,
                           'componentName'),
        party = party or '',
        scope = scope_of(record),
        allow = names(decoded(record.algorithms_allow) or {}),
        deny = names(decoded(record.algorithms_deny) or {}),
        times = record.times_limit or '',
        rows = record.rows_limit or '',
        bytes = record.bytes_limit or '',
        ends = milliseconds(record.time_limit or record.expired_time),
        job = record.job_id or '', task = record.task_name or '',
        digest = record.digest or '',
        owner = record.owner or '',
        kept = type(kept.steps) == 'table' and names(kept.steps) or '',
        kept_all = type(kept.steps) ~= 'table' and number(kept.days) or '',
        kept_days = number(kept.days),
        kept_by = number(kept.threshold),
        recover = record.purpose == 'recover' and record.job_id or '',
        release = record.purpose == 'release' and record.job_id or ''
    }
end


-- by kind: parts, each said when the value that it names is known
local TEXTS = {
    contract = { { '', ' asks for a contract', '申请合作' } },
    dataset = { { 'id', ' asks to use the dataset %s', '申请使用数据集 %s' } },
    project = { { 'id', ' invites this node to the project %s',
                  '邀请本节点参与项目 %s' } },
    component = { { 'id', ' asks to use the component %s',
                    '申请使用组件 %s' } },
    flow = { { 'id', ' asks this node to agree to the flow %s',
               '请本节点同意流程 %s' } },
    job = { { 'id', ' asks this node to take part in the job %s',
              '邀请本节点参与任务 %s' } },
    model = { { 'id', ' asks to use the model %s', '申请使用模型 %s' } },
    query = { { 'job', ' asks to run a query here for the job %s',
                '申请在本节点为任务 %s 执行查询' },
              { 'task', ', its step %s', '，步骤 %s' },
              { 'digest', ', digest %s', '，摘要 %s' } },
    escrow = { { 'recover', ' asks for this node\'s share of the key to a '
                            .. 'result of the job %s',
                 '申请本节点所持任务 %s 结果的密钥份额' },
               { 'release', ' asks to destroy a result of the job %s that is '
                            .. 'in escrow', '申请提前销毁任务 %s 的托管结果' },
               { 'task', ', its output %s', '，输出 %s' },
               { 'owner', ', made at %s', '，产生于 %s' },
               { 'digest', ', digest %s', '，摘要 %s' } }
}

local PARTS = {
    { 'name', ' (%s)', '（%s）' },
    { 'party', ', as %s', '，角色为 %s' },
    { 'flow', ', of the flow %s', '，所属流程 %s' },
    { 'project', ', for the project %s', '，用于项目 %s' },
    { 'datasets', ', with the datasets %s', '，使用数据集 %s' },
    { 'components', ', running %s', '，运行组件 %s' },
    { 'kept', ', with what %s makes in escrow', '，托管 %s 的输出' },
    { 'kept_all', ', with what every step makes in escrow',
      '，托管各步骤的输出' },
    { 'kept_days', ' for %s days', ' %s 天' },
    { 'kept_by', ', given back by %s of its parties together',
      '，须 %s 个参与方共同授权恢复' },
    { 'scope', ', only for %s', '，仅限 %s' },
    { 'allow', ', by the algorithms %s only', '，仅限算法 %s' },
    { 'deny', ', not by the algorithms %s', '，不得用于算法 %s' },
    { 'ends', ', until %s', '，有效期至 %s' },
    { 'times', ', at most %s times', '，最多 %s 次' },
    { 'rows', ', at most %s rows', '，最多 %s 行' },
    { 'bytes', ', at most %s bytes', '，最多 %s 字节' }
}


local function statement(kind, who, record, language)
    local values, text = said(record), who

    if kind == 'contract' or kind == 'flow' then
        values.flow, values.name = '', kind == 'flow' and values.name or ''
    end

    if values.ends ~= '' then
        values.ends = date(values.ends)
    end

    for _, list in ipairs({ TEXTS[kind], PARTS }) do
        for _, part in ipairs(list) do
            if part[1] == '' then
                text = text .. part[language]

            elseif values[part[1]] ~= '' then
                text = text .. string.format(part[language], values[part[1]])
            end
        end
    end

    return text
end


-- at most MAX_SHOWN bytes of a text, whole characters
local function shortened(text)
    if #text <= MAX_SHOWN then
        return text
    end

    return cut(text, MAX_SHOWN) .. '...'
end


-- the leaves of a value by their JSON pointers
local function leaves(value, pointer, found)
    if type(value) ~= 'table' then
        found[pointer] = type(value) == 'number'
                         and string.format('%.14g', value)
                         or value == cjson.null and 'null' or tostring(value)
        return found
    end

    for name, member in pairs(value) do
        if type(name) == 'number' then
            name = string.format('%d', name - 1)
        end

        leaves(member, pointer .. '/' .. name, found)
    end

    return found
end


-- adds { pointer, before, after } of each difference of two texts
local function compare(field, before, after, changes)
    local old = leaves(decoded(before) or {}, '/' .. field, {})
    local new = leaves(decoded(after) or {}, '/' .. field, {})
    local first = #changes

    for pointer, text in pairs(new) do
        if old[pointer] ~= text then
            changes[#changes + 1] = { pointer, old[pointer] or '', text }
        end
    end

    for pointer, text in pairs(old) do
        if new[pointer] == nil then
            changes[#changes + 1] = { pointer, text, '' }
        end
    end

    -- no objects, or a difference that decoding loses
    if #changes == first then
        changes[first + 1] = { '/' .. field, before, after }
    end
end


-- a JSON list of what differs from what was approved before
local function changes_since(last, record)
    local changes, list, fields = {}, {}, with(with({}, last), record)

    for field in pairs(fields) do
        local before, after = last[field] or '', record[field] or ''

        if not OWN[field] and before ~= after then
            compare(field, before, after, changes)
        end
    end

    table.sort(changes, function(a, b) return a[1] < b[1] end)

    for i = 1, math.min(#changes, MAX_CHANGES) do
        list[i] = '{"field":' .. quote(changes[i][1])
                  .. ',"before":' .. quote(shortened(changes[i][2]))
                  .. ',"after":' .. quote(shortened(changes[i][3])) .. '}'
    end

    return '[' .. table.concat(list, ',') .. ']', #changes
end


local function entry(subject)
    local record = read(subject) or {}
    local kind = record.resource_type or 'contract'
    local node_id = record.node_id or ''
    local party = kind == 'contract' and record
                  or contract.find(record.contract_id or '') or {}
    local who, subject_before = node_id, redis.call('GET',
        key('approved:' .. kind .. ':' .. node_id .. ':'
            .. (kind == 'contract' and '' or record.flow_id
                or record.resource_id or '')))
    local last = subject_before and read(subject_before)
    local changes, count = '[]', 0

    if (party.institution or '') ~= '' then
        who = who .. ' (' .. party.institution .. ')'
    end

    if last then
        changes, count = changes_since(last, record)
    end

    return {
        'resource_type', kind, 'node_id', node_id,
        'institution', party.institution or '',
        'id', record.audit_id or record.query_id or record.recovery_id
              or record.contract_id or '',
        'purpose', record.purpose or '', 'why', record.why or '',
        'owner', kind == 'escrow' and record.owner or '',
        'queries', json_list(query.awaited(record)),
        'held', record.held or '', 'sql', record.sql or '',
        'digest', (kind == 'query' or kind == 'escrow') and record.digest
                  or '',
        'job_id', record.job_id or '', 'columns', record.columns or '',
        'fault', record.fault or '',
        'contract_id', record.contract_id or '',
        'resource_id', record.resource_id or '', 'name', name_of(record),
        'statement', statement(kind, who, record, 2),
        'statement_zh', statement(kind, who, record, 3),
        'time_limit', record.time_limit or record.expired_time or '',
        'times_limit', record.times_limit or '',
        'approved_time', last and last.update_time or '',
        'change_count', string.format('%d', count), 'changes', changes,
        'create_time', record.create_time or ''
    }
end


-- input: kind ('': any; contract, dataset, project, component, flow, job,
--        model, query, escrow) node_id ('': any) page_num page_size
-- output: ok and a list: what waits for an answer of this node
define('inbox_list', 4, READ, function(kind, node_id, page_num, page_size)
    local function wanted(subject)
        local record = read(subject) or {}

        return (kind == '' or kind == (record.resource_type or 'contract'))
               and (node_id == '' or node_id == record.node_id)
    end

    return page('inbox', page_num, page_size,
                (kind ~= '' or node_id ~= '') and wanted or nil, entry)
end)
