-- Gives out times at which something may be done, each a span after the one before, to whichever process asks first.
-- KEYS: 1 the time that is next (µs). ARGV: 1 the span (µs), 2 how many times, 3 how many spans were used without asking.
-- Returns how long from now the first of them is (µs). What was not taken in time is lost: there is no catching up.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local next = tonumber(redis.call('GET', KEYS[1]) or '0')
if next < now then
  next = now
end
next = next + ARGV[1] * ARGV[3]
redis.call('SET', KEYS[1], string.format('%.0f', next + ARGV[1] * ARGV[2]), 'PX', 60000)
return next - now
