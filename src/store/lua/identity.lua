
-- Which component each side of a task runs. An identity is the text that
-- messages carry: "<name> <provider> <version> <digest>", percent-encoded
-- words, "-" for what is not known; the digest is that of a package's
-- manifest, 64 hexadecimal digits.

-- bytes of a provider's name that count, as of the runner's
local MAX_WORD = 128

-- bytes of the components of a job that a party answers with
local MAX_LIST = 262144

local WORDS = { 'name', 'provider', 'version', 'digest' }


local function decode(word)
    if word == '-' then
        return ''
    end

    return (string.gsub(word, '%%(%x%x)', function(digits)
        return string.char(tonumber(digits, 16))
    end))
end


local function encode(text)
    if (text or '') == '' then
        return '-'
    elseif text == '-' then
        return '%2D'
    end

    return (string.gsub(text, '[^%w%-._~]', function(c)
        return string.format('%%%02X', string.byte(c))
    end))
end


-- the words by their names, each decoded; '' for what is not known
local function words_of(text)
    local words, n = {}, 0

    for word in string.gmatch(text or '', '%S+') do
        n = n + 1
        words[WORDS[n] or ''] = decode(word)
    end

    for _, name in ipairs(WORDS) do
        words[name] = words[name] or ''
    end

    return words
end


-- for people, who may read it in a terminal
local function shown(node_id, text)
    local words = words_of(text)
    local said = node_id .. ' runs ' .. words.name

    if words.version ~= '' then
        said = said .. ' ' .. words.version
    end

    if words.provider ~= '' then
        said = said .. ' of ' .. words.provider
    end

    if words.digest ~= '' then
        said = said .. ', package ' .. words.digest
    end

    return (string.gsub(said, '[%z\1-\31\127]', '?'))
end


-- Name and version always; the provider and the digest when both have one.
local function differ(one, other)
    one, other = words_of(one), words_of(other)

    for _, name in ipairs(WORDS) do
        local known = one[name] ~= '' and other[name] ~= ''

        if one[name] ~= other[name]
           and (known or name == 'name' or name == 'version')
        then
            return true
        end
    end

    return false
end


-- nil, or what is told of two nodes whose components are not the same
function identity.difference(node_id, one, other_id, other)
    return differ(one, other)
           and shown(node_id, one) .. '; ' .. shown(other_id, other) or nil
end


-- what a node would run for a step of a DAG, or nil: the runner will see
local function of_step(step)
    local name, found = step.componentName, nil
    local versions = { step.version }

    if step.version == '' then
        versions = redis.call('SMEMBERS', key('component-versions:' .. name))
    end

    for _, version in ipairs(versions) do
        local record = read(object.subject('component',
                                           name .. ':' .. version))

        if record and object.is_enabled(record) then
            if found then
                return nil
            end

            found = table.concat({
                encode(name), encode(string.sub(record.developer or '', 1,
                                                MAX_WORD)),
                encode(version), encode(record.package_digest)
            }, ' ')
        end
    end

    return found
end


-- by name of the step; of one step only when it is given
local function of_steps(record, only)
    local list, reused = {}, job.reused(record.config)

    for _, step in ipairs(job.components(record.dag)) do
        if not reused[step.name] and (not only or step.name == only) then
            list[step.name] = of_step(step)
        end
    end

    return list
end


-- The answer to a scheduler that has this node create a job or begin a task:
-- which components it would run.
function identity.answer(record, only)
    local members = {}

    for name, text in pairs(of_steps(record, only)) do
        members[#members + 1] = quote(name) .. ':' .. quote(text)
    end

    if #members == 0 then
        return ok()
    end

    table.sort(members)

    return ok('components', '{' .. table.concat(members, ',') .. '}')
end


-- The session is over for its task, which fails with both identities.
local function refuse(record, peer, detail)
    local subject = 'session:' .. record.session_id

    if (record.fault or '') ~= '' then
        return fail('component_mismatch', record.fault)
    end

    write(subject, { fault = detail, fault_peer = peer })
    evidence('COMPONENT_MISMATCH', subject, 'peer', peer, 'reason', detail)
    identity.fail_task(record.task_id, detail)

    return fail('component_mismatch', detail)
end


-- the task of this node, unless it is over
function identity.fail_task(task_id, detail)
    local record = read('task:' .. task_id)

    if record and record.status and not task.is_over(record) then
        task.finish(record, 'FAILED', {
            cause = causes.make('component_mismatch', record.role, self_node,
                                record.task_name, task_id, detail)
        })
    end
end


-- What a party has told of a task: of components that differ our own part is
-- no better off.
function identity.told(task_id, node_id, cause_text)
    local cause = decoded(cause_text) or {}
    local record = pick('task:' .. task_id, 'session_id')

    if cause.error ~= 'component_mismatch' or node_id == self_node
       or not record.session_id
    then
        return
    end

    local said = string.gsub(tostring(cause.message or ''), '^[^:]*: ', '')

    record = read('session:' .. record.session_id)

    if record then
        refuse(record, node_id, said)
    end
end


-- input: task_id epoch component (an identity; it is written before the
--        program is started)
-- output: ok (also when it was written before) | component_mismatch (a peer
--         has sent messages of another one: the task has failed) | not_found
--         | wrong_state (another epoch, or over)
-- evidence: COMPONENT_LOADED; COMPONENT_MISMATCH, TASK_FAILED
define('session_identify', 3, WRITE, function(task_id, epoch, component)
    local record, error_reply = task.held(task_id, epoch)

    if not record then
        return error_reply
    end

    local subject = 'session:' .. record.session_id
    local open = read(subject)
    local words = words_of(component)

    if not open then
        return fail('not_found', record.session_id)
    end

    write(subject, { component = component, component_epoch = epoch })
    evidence('COMPONENT_LOADED', 'task:' .. task_id, 'component',
             words.name .. ':' .. words.version, 'digest',
             words.digest ~= '' and words.digest or '-')

    for field, other in pairs(open) do
        local node_id = string.match(field, '^component%.(.+)$')
        local detail = node_id and other ~= '-'
                       and identity.difference(self_node, component, node_id,
                                               other)
        if detail then
            return refuse(open, node_id, detail)
        end
    end

    if (open.fault or '') ~= '' then
        return fail('component_mismatch', open.fault)
    end

    return ok()
end)


-- nil, or why messages of this peer are refused; known: what it told before
local function unequal(open, peer, component, known)
    if component == '-'
       and job.speaks(contract.live(peer), 'identity') == 'required'
    then
        return peer .. ' does not say which component it runs, and its '
               .. 'profile demands it (identity=required)'
    end

    if known and known ~= '-' and known ~= component then
        return peer .. ' has changed its component during the task: '
               .. shown(peer, known) .. '; then '
               .. (component == '-' and 'it did not say which'
                   or shown(peer, component))
    end

    if component ~= '-' and (open.component or '') ~= '' then
        return identity.difference(self_node, open.component, peer, component)
    end

    return nil
end


-- input: session_id peer component (as the peer's message has it, '': none)
-- output: ok settled (1, or 0: the own component is not known yet, and
--         session_identify compares) component (our own, if it is known)
--         | component_mismatch with both identities: the task has failed
--         | not_found
-- evidence: COMPONENT_MISMATCH, TASK_FAILED
define('session_component', 3, WRITE, function(session_id, peer, component)
    local subject = 'session:' .. session_id
    local open = read(subject)

    if not open then
        return fail('not_found', session_id)
    end

    component = component ~= '' and component or '-'

    local known = open['component.' .. peer]
    local detail = unequal(open, peer, component, known)

    if known ~= component and (not known or known == '-') then
        write(subject, { ['component.' .. peer] = component })
    end

    if detail or (open.fault or '') ~= '' then
        return refuse(open, peer, detail)
    end

    return ok('settled', (open.component or '') ~= '' and '1' or '0',
              'component', open.component or '')
end)


-- input: session_id peer component (as its answer has it, '': none) reason
--        (its words)
-- output: component_mismatch: the peer refuses our component, and the task
--         has failed | not_found
-- evidence: COMPONENT_MISMATCH, TASK_FAILED
define('session_refused', 4, RELIEF, function(session_id, peer, component,
                                              reason)
    local open = read('session:' .. session_id)

    if not open then
        return fail('not_found', session_id)
    end

    local detail = component ~= '' and (open.component or '') ~= ''
                   and identity.difference(self_node, open.component, peer,
                                           component)

    return refuse(open, peer, detail or peer .. ' refuses '
                  .. (string.gsub(shown(self_node, open.component),
                                  '^.- runs ', ''))
                  .. ' of ' .. self_node .. ': ' .. reason)
end)


-- the first step that is not the same at both, and what is told of it
local function first_difference(own_id, own, peer, components)
    for name, text in pairs(components) do
        local detail = type(text) == 'string' and own[name]
                       and identity.difference(own_id, own[name], peer, text)
        if detail then
            return name, detail
        end
    end

    return nil
end


-- input: job_id peer components (what that party has answered: JSON, identity
--        by name of the step)
-- output: ok, and when they are not those of this node or of another party
--         step detail | not_found
define('job_components', 3, WRITE, function(job_id, peer, components)
    local record = read('job:' .. job_id)
    local parsed, list = pcall(cjson.decode, components)

    if not record then
        return fail('not_found', job_id)
    end

    if not parsed or type(list) ~= 'table' or #components > MAX_LIST then
        return ok()
    end

    local step, detail = first_difference(self_node, of_steps(record), peer,
                                          list)

    for field, text in pairs(record) do
        local other = string.match(field, '^components%.(.+)$')

        if not step and other and other ~= peer then
            step, detail = first_difference(other, cjson.decode(text), peer,
                                            list)
        end
    end

    write('job:' .. job_id, { ['components.' .. peer] = cjson.encode(list) })

    if step then
        return ok('step', step, 'detail', detail)
    end

    return ok()
end)
