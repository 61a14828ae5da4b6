
-- Why something waits: found when it is asked for, in the records. A reason
-- names the party that is waited for, since when, until when if that is
-- known, and what to do about it.

local MAX_TEXT = 400
local MAX_SHOWN = 50


-- "<name>" by the member of that name
local function fill(text, reason)
    return (string.gsub(text, '<(%a+)>', function(name)
        return name == 'node' and reason.node_id
               or name == 'task' and reason.task_name
               or name == 'detail' and (reason.detail or '')
               or nil
    end))
end


-- One reason; fields: party node_id task_name since until detail detail_zh
local function reason(name, fields)
    local texts = pending.TEXTS[name]

    fields.reason = name
    fields.detail = cut(fields.detail or '', MAX_TEXT)
    fields.message = fill(texts[1], fields)
    fields.detail = cut(fields.detail_zh or fields.detail, MAX_TEXT)
    fields.message_zh = fill(texts[2], fields)
    fields.remedy, fields.remedy_zh = texts[3], texts[4]

    return fields
end


local TEXTS = { 'reason', 'party', 'node_id', 'task_name' }
local TIMES = { 'since', 'until' }
local SAID = { 'message', 'message_zh', 'remedy', 'remedy_zh' }


local function reason_json(one)
    local list = {}

    for _, name in ipairs(TEXTS) do
        if (one[name] or '') ~= '' then
            list[#list + 1] = '"' .. name .. '":' .. quote(one[name])
        end
    end

    for _, name in ipairs(TIMES) do
        local time = milliseconds(one[name])

        if time ~= '' then
            list[#list + 1] = '"' .. name .. '":' .. time
        end
    end

    for _, name in ipairs(SAID) do
        list[#list + 1] = '"' .. name .. '":' .. quote(one[name])
    end

    return '{' .. table.concat(list, ',') .. '}'
end


-- pending, pending_reason and pending_reason_zh of a list of reasons. What is
-- quiet is no reason by itself when something else goes on.
local function shown(list, goes_on)
    local all, en, zh = {}, {}, {}

    for i, one in ipairs(list) do
        if i <= MAX_SHOWN then
            all[i] = reason_json(one)
        end

        if not (goes_on and one.quiet) and #en < 3 then
            en[#en + 1] = one.message
            zh[#zh + 1] = one.message_zh
        end
    end

    return {
        pending = '[' .. table.concat(all, ',') .. ']',
        pending_reason = table.concat(en, '; '),
        pending_reason_zh = table.concat(zh, '；')
    }
end


local function add(list, name, fields)
    list[#list + 1] = reason(name, fields)
end


-- what keeps a message to a peer from being delivered
local function add_undelivered(list, record, node_id, party)
    local since = pending.down('courier')

    if since then
        add(list, 'courier_down', { node_id = node_id, party = party,
                                    since = since })
        return
    end

    local said = record.delivery == 'pending' and 'not tried yet'
                 or record.delivery or ''

    add(list, 'request_undelivered', {
        node_id = node_id, party = party, since = record.create_time,
        ['until'] = record.delivery_next, detail = said,
        detail_zh = said == 'not tried yet' and '尚未尝试' or said
    })
end


-- Why a contract or a request waits: records of both have the same members.
function pending.of_request(record, node_id, party)
    local list = {}

    if not record or record.status ~= 'APPLIED' then
        return list
    end

    if record.dir == 'in' and record.held then
        local ids = table.concat(query.awaited(record), ', ')

        add(list, 'own_query', { node_id = node_id, party = party,
                                 since = record.held, detail = ids })

    elseif record.dir == 'in' then
        add(list, 'own_approval', { node_id = node_id, party = party,
                                    since = record.create_time })

    elseif record.delivery ~= 'delivered' then
        add_undelivered(list, record, node_id, party)

    else
        add(list, 'approval', { node_id = node_id, party = party,
                                since = record.create_time })
    end

    return list
end


-- the flat record of a contract or request with what explains it
function pending.request_shown(subject)
    local record = read(subject)

    if not record then
        return nil
    end

    return flat_of(with(record, shown(pending.of_request(record,
                            record.node_id or record.peer))))
end


-- of a party that has not approved a job of ours, or whose permit is not here
local function add_missing(list, record, node_id)
    local party = job.party(record.config, node_id)
    local audit_id = record['audit.' .. node_id]
    local found = audit_id and read(audit.subject('out', 'job', node_id,
                                                  audit_id))
    local fields = { node_id = node_id, party = party,
                     since = found and found.update_time
                             or record.create_time }

    if not contract.live(node_id) then
        add(list, 'contract_ended', fields)

    elseif not found then
        add(list, 'not_asked', fields)

    elseif found.status == 'APPLIED' then
        list[#list + 1] = pending.of_request(found, node_id, party)[1]

    elseif found.status == 'APPROVED' then
        add(list, 'permit', fields)

    else
        add(list, found.status == 'REJECTED' and 'rejected' or 'withdrawn',
            fields)
    end
end


-- components of the DAG that are not for use here
local function add_components(list, record)
    for _, step in ipairs(job.components(record.dag)) do
        local missing = object.is_usable(step, function() return false end)

        if missing or not object.is_usable(step, object.is_enabled) then
            add(list, missing and 'component_missing' or 'component_disabled',
                { node_id = self_node, task_name = step.name,
                  detail = step.componentName })
        end
    end
end


local function of_unstarted(record)
    local list = {}

    for node_id in string.gmatch((job.missing(record)), '%S+') do
        add_missing(list, record, node_id)
    end

    add_components(list, record)

    if #list == 0 then
        add(list, 'start', { since = record.update_time })
    end

    return list
end


-- the partners that do not answer the scheduler: "contact.<node>" is the
-- time, a blank and the error
local function add_contacts(list, record)
    for name, value in pairs(record) do
        local node_id = string.match(name, '^contact%.(.+)$')
        local since, text = string.match(value, '^(%d+) (.*)$')

        if node_id and since then
            add(list, 'partner_unreachable', {
                node_id = node_id, since = since, detail = text,
                party = job.party(record.config, node_id)
            })
        end
    end
end


-- how many tries of a task have failed, and what of
local function tries_of(record, name)
    local count, last = 0, {}

    for _, one in ipairs(decoded(record.tries) or {}) do
        if one.task_name == name then
            count, last = count + 1, type(one.cause) == 'table'
                                     and one.cause or {}
        end
    end

    return count, last
end


local function add_retry(list, record, name)
    local due = record['retry.' .. name]
    local count, last = tries_of(record, name)

    if not due or past(due) then
        return false
    end

    local message = tostring(last.message or '')
    local most = job.retry_count(record) + 1
    local text = string.format('try %d of %d; ', count + 1, most)

    add(list, 'retry', {
        task_name = name, party = last.party, node_id = last.node_id,
        ['until'] = due, detail = text .. message,
        detail_zh = string.format('第 %d 次，共 %d 次；', count + 1, most)
                    .. tostring(last.message_zh or message)
    })

    return true
end


-- steps that have not begun
local function add_steps(list, record, states)
    local reused = job.reused(record.config)

    for _, step in ipairs(job.steps(record.dag)) do
        local begun = job.begun(record, step.name)

        if not begun and task.is_disabled(record, step.name) then
            add(list, 'step_disabled', { task_name = step.name,
                                         node_id = self_node })

        elseif not begun and not reused[step.name]
               and not add_retry(list, record, step.name)
        then
            local awaited = {}

            for _, name in ipairs(step.after) do
                if states[name] ~= 'SUCCESS' and not reused[name] then
                    awaited[#awaited + 1] = name
                end
            end

            if #awaited > 0 then
                add(list, 'predecessor', {
                    task_name = step.name,
                    detail = table.concat(awaited, ', ')
                })
                list[#list].quiet = true
            end
        end
    end
end


local function add_part(list, part)
    if part.status ~= 'PENDING' then
        return
    end

    local fields = { party = part.role, node_id = part.node_id,
                     task_name = part.task_name, since = part.create_time }

    if part.node_id ~= self_node then
        local said = part.pending_reason or ''

        fields.detail = said ~= '' and said or 'it has not begun'
        fields.detail_zh = (part.pending_reason_zh or '') ~= ''
                           and part.pending_reason_zh
                           or said == '' and '尚未开始' or said
        add(list, 'partner_worker', fields)
        return
    end

    local down = pending.down('runner')
    local rank = task.rank(part.task_id)

    if down then
        fields.since = down
        add(list, 'runner_down', fields)

    elseif rank then
        fields.detail = string.format('%d', rank)
        add(list, 'worker', fields)
    end
end


-- the state of a step over all parties of its try of now
local function look_at_parts(record, list)
    local states, running = {}, false

    for _, subject in ipairs(job.parts(record.job_id)) do
        local part = read(subject)

        part.node_id = part.node_id or self_node

        if job.is_of_try(record, part) then
            local old = states[part.task_name]

            running = running or part.status == 'RUNNING'
            states[part.task_name] = (not old or old == 'SUCCESS')
                                     and part.status or old
            add_part(list, part)
        end
    end

    return states, running
end


local function of_started(record)
    local list = {}
    local down = pending.down('scheduler')

    if down then
        add(list, 'scheduler_down', { node_id = self_node, since = down })
    end

    add_contacts(list, record)

    local states, running = look_at_parts(record, list)

    add_steps(list, record, states)

    if record.held then
        add(list, 'flight', { node_id = self_node, since = record.held })
    end

    if #list == 0 and not running and record.status == 'PENDING' then
        add(list, 'scheduling', { since = record.update_time })
    end

    return list, running
end


local function of_partner(record)
    local list = {}

    if record.status == 'PENDING' then
        add(list, 'initiator_start', { node_id = record.initiator,
                                       since = record.create_time })
    end

    local _, running = look_at_parts(record, list)

    return list, running
end


-- Why a job waits; '[]' and '' when it does not.
function pending.of_job(record)
    local list, running = {}, false

    if job.is_over(record) then
        return shown(list)
    end

    if record.role ~= 'initiator' then
        list, running = of_partner(record)

    elseif record.started == '1' then
        list, running = of_started(record)

    else
        list = of_unstarted(record)
    end

    if record.cancel == '1' then
        table.insert(list, 1, reason('stopping',
                                     { since = record.update_time }))

    elseif record.paused == '1' then
        local by = record.paused_by or ''

        table.insert(list, 1, reason('paused', {
            since = record.paused_time, node_id = self_node,
            detail = by == '' and 'an operator' or by,
            detail_zh = by == '' and '运营人员' or by
        }))
    end

    return shown(list, running)
end


-- Why a part of a task waits.
function pending.of_part(job_record, part)
    local list = {}

    if part.cancel == '1' and part.status == 'RUNNING' then
        add(list, 'stopping', { since = part.update_time,
                                node_id = part.node_id })
    end

    add_part(list, part)

    local since, text = string.match(job_record['contact.' .. part.node_id]
                                     or '', '^(%d+) (.*)$')

    if since and not task.is_over(part) then
        add(list, 'partner_unreachable', {
            node_id = part.node_id, party = part.role, since = since,
            detail = text
        })
    end

    return shown(list)
end


-- What a partner is told of a task that has not begun here.
function pending.told(record)
    local list = {}

    add_part(list, with({ node_id = self_node }, record))

    return shown(list)
end
