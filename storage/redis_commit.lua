-- Makes a turn's outcome durable, all or nothing.
-- KEYS: 1 owner, 2 ready, 3 timers, 4 the contact's hash, 5 inbox, 6 outbox, 7 the contact's timers.
-- ARGV: 1 the process, 2 contact, 3 turn, 4 next turn, 5 id of the consumed event, 6 mark of this commit, 7 state,
--       8 when the contact becomes ready again, 9 number of outbox entries, then for each: id, body;
--       then for each timer: key, member, when (ms; empty: remove), body.
-- Returns 0 done, 1 stale, 2 not the owner.
local call = redis.call
local kept = call('HMGET', KEYS[4], 't', 'm')
local turn = kept[1] or '0'
if turn == ARGV[4] and kept[2] == ARGV[6] then
  return 0
end
if call('GET', KEYS[1]) ~= ARGV[1] then
  return 2
end
local inbox = call('LRANGE', KEYS[5], 0, 2)
if turn ~= ARGV[3] or inbox[1] ~= ARGV[5] then
  return 1
end
call('HSET', KEYS[4], 't', ARGV[4], 'm', ARGV[6], 's', ARGV[7])
call('LPOP', KEYS[5], 2)
local outs = 9 + 2 * tonumber(ARGV[9])
for i = 10, outs, 2 do
  call('RPUSH', KEYS[6], ARGV[i], ARGV[i + 1])
end
for i = outs + 1, #ARGV, 4 do
  if ARGV[i + 2] == '' then
    call('ZREM', KEYS[3], ARGV[i + 1])
    call('HDEL', KEYS[7], ARGV[i])
  else
    call('ZADD', KEYS[3], ARGV[i + 2], ARGV[i + 1])
    call('HSET', KEYS[7], ARGV[i], ARGV[i + 3])
  end
end
if inbox[3] then
  call('ZADD', KEYS[2], ARGV[8], ARGV[2])
elseif outs > 9 or call('EXISTS', KEYS[6]) == 1 then
  call('ZADD', KEYS[2], '+inf', ARGV[2])
else
  call('ZREM', KEYS[2], ARGV[2])
end
return 0
