-- Sends charges on random wallets, each with a new Idempotency-Key. Environment:
-- BENCH_TOKEN, BENCH_WALLETS (a file with one id per line), BENCH_KEY (prefix of every key of this run), BENCH_ZIPF (1: the n-th wallet
-- has a probability proportional to 1/n; otherwise all have the same).
dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")

function init()
  begin()

  -- The start of each wallet's interval in [0, 1).
  if os.getenv("BENCH_ZIPF") == "1" then
    begins = {}
    local sum = 0
    for n = 1, #ids do
      begins[n] = sum
      sum = sum + 1 / n
    end
    for n = 1, #ids do
      begins[n] = begins[n] / sum
    end
  end

  local body = '{"amount":{"amount":"0.01","currency":"USD"},"reason":"bench"}'
  local key = os.getenv("BENCH_KEY") .. "-" .. number .. "-"
  middle = "/charges HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nAuthorization: Bearer " .. os.getenv("BENCH_TOKEN")
    .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body
    .. "\r\nIdempotency-Key: " .. key
  ending = "\r\n\r\n" .. body
end

function pick()
  if not begins then
    return ids[math.random(#ids)]
  end

  local at, low, high = math.random(), 1, #ids
  while low < high do
    local middle = math.floor((low + high + 1) / 2)
    if begins[middle] <= at then low = middle else high = middle - 1 end
  end
  return ids[low]
end

function request()
  sent = sent + 1
  return "POST /api/v1/wallets/" .. pick() .. middle .. sent .. ending
end
