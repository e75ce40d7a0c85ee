-- Takes in events of one shard.
-- KEYS: 1 owner, 2 ready, then for each event: its contact's hash, inbox, seen ids.
-- ARGV: 1 the process, 2 now (ms), 3 time before which seen ids are forgotten (empty: not this time), 4 for how long they are kept (ms),
--       5 when the contacts become ready, 6 channel of wakes, then for each event: contact, address, id, event.
-- Returns a string of 0 and 1: which were new.
local call = redis.call
local owner = call('GET', KEYS[1])
local elsewhere = owner and owner ~= ARGV[1]
local fresh = {}
for i = 1, (#ARGV - 6) / 4 do
  local hash, inbox, seen = KEYS[3 * i], KEYS[3 * i + 1], KEYS[3 * i + 2]
  local contact, address, id, event = ARGV[4 * i + 3], ARGV[4 * i + 4], ARGV[4 * i + 5], ARGV[4 * i + 6]
  if ARGV[3] ~= '' then
    call('ZREMRANGEBYSCORE', seen, '-inf', '(' .. ARGV[3])
  end
  fresh[i] = call('ZADD', seen, 'NX', ARGV[2], id)
  if fresh[i] == 1 then
    call('PEXPIRE', seen, ARGV[4])
    call('RPUSH', inbox, id, event)
    if address ~= '' then
      call('HSET', hash, 'a', address)
    end
    call('ZADD', KEYS[2], 'LT', ARGV[5], contact)
    if elsewhere then
      call('PUBLISH', ARGV[6], contact)
    end
  end
end
return table.concat(fresh)
