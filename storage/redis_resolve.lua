-- Replaces an outbox entry, in its place, by none or more.
-- KEYS: 1 ready, 2 inbox, 3 outbox.
-- ARGV: 1 contact, 2 id of the entry, then for each new entry: id, body.
local call = redis.call
if call('LINDEX', KEYS[3], 0) == ARGV[2] then
  call('LPOP', KEYS[3], 2)
  for i = #ARGV - 1, 3, -2 do
    call('LPUSH', KEYS[3], ARGV[i + 1], ARGV[i])
  end
else
  local all = call('LRANGE', KEYS[3], 0, -1)
  local at
  for i = 1, #all, 2 do
    if all[i] == ARGV[2] then
      at = i
      break
    end
  end
  if not at then
    return 0
  end
  call('LTRIM', KEYS[3], 0, at - 2)
  for i = 3, #ARGV, 2 do
    call('RPUSH', KEYS[3], ARGV[i], ARGV[i + 1])
  end
  for i = at + 2, #all, 2 do
    call('RPUSH', KEYS[3], all[i], all[i + 1])
  end
end
if call('EXISTS', KEYS[2], KEYS[3]) == 0 then
  call('ZREM', KEYS[1], ARGV[1])
end
return 1
