
-- input: function that identifies, n, its n arguments, place (of the caller's
--        name among the arguments of the other function, 0: none), function
--        that reads, its arguments
-- output: who calls, then what the other function answers; the first alone
--         when nobody known calls
define('identified', 4, READ, function(identify, n, ...)
    local args = { ... }

    n = tonumber(n)

    local who = bodies[identify](unpack(args, 1, n))

    if who[1] ~= 'ok' then
        return { who }
    end

    local place, name = tonumber(args[n + 1]), args[n + 2]

    if place > 0 then
        args[n + 2 + place] = who[3]
    end

    return { who, bodies[name](unpack(args, n + 3)) }
end)
