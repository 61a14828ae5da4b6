-- Texts and JSON: what records keep of configurations, lists and causes.


-- the object or array that a text is, or nil
local function decoded(text)
    local parsed, value = pcall(cjson.decode, text or '')

    return parsed and type(value) == 'table' and value or nil
end


-- texts as a JSON array
local function json_list(list)
    local quoted = {}

    for i, text in ipairs(list) do
        quoted[i] = quote(text)
    end

    return '[' .. table.concat(quoted, ',') .. ']'
end


-- at most so many bytes of a text, whole characters of UTF-8
local function cut(text, most)
    if #text <= most then
        return text
    end

    for _ = 1, 3 do
        local byte = string.byte(text, most + 1)

        if byte < 0x80 or byte >= 0xC0 then
            break
        end

        most = most - 1
    end

    return string.sub(text, 1, most)
end
