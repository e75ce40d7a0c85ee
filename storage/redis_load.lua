-- Reads a contact's conversation at one moment.
-- KEYS: 1 the contact's hash, 2 inbox, 3 outbox.
-- Returns turn, state and address (or nil), the inbox and the outbox as flat lists of id, body.
local kept = redis.call('HMGET', KEYS[1], 't', 's', 'a')
return { kept[1], kept[2], kept[3], redis.call('LRANGE', KEYS[2], 0, -1), redis.call('LRANGE', KEYS[3], 0, -1) }
