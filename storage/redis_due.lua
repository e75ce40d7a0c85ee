-- Moves timers that are due into their contacts' inboxes.
-- KEYS: 1 timers, 2 ready, then for each timer: the contact's timers, inbox, seen ids.
-- ARGV: 1 due until (ms), 2 now (ms), 3 time before which seen ids are forgotten, 4 for how long they are kept (ms),
--       5 when the contacts become ready, then for each timer: member, contact, key.
-- A timer that was set anew or removed since it was listed is left as it is.
-- Returns a string of 0 and 1: which put an event into an inbox.
local due = {}
for i = 1, (#ARGV - 5) / 3 do
  local mine, inbox, seen = KEYS[3 * i], KEYS[3 * i + 1], KEYS[3 * i + 2]
  local member, contact, key = ARGV[3 * i + 3], ARGV[3 * i + 4], ARGV[3 * i + 5]
  local at = redis.call('ZSCORE', KEYS[1], member)
  due[i] = 0
  if at and tonumber(at) <= tonumber(ARGV[1]) then
    local body = redis.call('HGET', mine, key)
    redis.call('ZREM', KEYS[1], member)
    redis.call('HDEL', mine, key)
    local colon = string.find(body, ':', 1, true)
    local id = string.sub(body, colon + 1, colon + tonumber(string.sub(body, 1, colon - 1)))
    redis.call('ZREMRANGEBYSCORE', seen, '-inf', '(' .. ARGV[3])
    if redis.call('ZADD', seen, 'NX', ARGV[2], id) == 1 then
      redis.call('PEXPIRE', seen, ARGV[4])
      redis.call('RPUSH', inbox, id, string.sub(body, colon + #id + 1))
      redis.call('ZADD', KEYS[2], 'LT', ARGV[5], contact)
      due[i] = 1
    end
  end
end
return table.concat(due)
