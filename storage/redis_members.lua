-- Counts the live processes.
-- KEYS: 1 members. ARGV: 1 a process to count among them (or empty), 2 for how long (ms). Returns how many there are.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
end
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')
