-- Forgets a contact.
-- KEYS: 1 ready, 2 timers, 3 the contact's hash, 4 inbox, 5 outbox, 6 the contact's timers.
-- ARGV: 1 contact, 2 what the members of its timers begin with.
for _, key in ipairs(redis.call('HKEYS', KEYS[6])) do
  redis.call('ZREM', KEYS[2], ARGV[2] .. key)
end
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[3], KEYS[4], KEYS[5], KEYS[6])
