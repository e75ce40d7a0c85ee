-- Takes contacts that are ready and leases them.
-- KEYS: 1 ready. ARGV: 1 now (ms), 2 end of the lease (ms), 3 how many at most. Returns the contacts.
local contacts = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, contact in ipairs(contacts) do
  redis.call('ZADD', KEYS[1], ARGV[2], contact)
end
return contacts
