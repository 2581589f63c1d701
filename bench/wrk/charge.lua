-- One charge after another: a wallet at random, a fresh Idempotency-Key each time. Set by environment:
-- BENCH_TOKEN, BENCH_WALLETS (a file, one id in each line), BENCH_KEY (begins every key of this run), BENCH_ZIPF (1: the n-th wallet
-- is taken with a probability proportional to 1/n; otherwise all alike).
local started = {}

function setup(thread)
  thread:set("number", #started)
  table.insert(started, thread)
end

function init()
  ids = {}
  for line in io.lines(os.getenv("BENCH_WALLETS")) do
    ids[#ids + 1] = line
  end

  -- Where each wallet begins on a line of length 1.
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
  sent = 0
  math.randomseed(tonumber(os.getenv("BENCH_SEED")) * 64 + number)
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

-- No response() on purpose: with it, wrk builds a table of headers for every answer. Status codes past 399 are counted by
-- wrk itself, and neither side answers 3xx here; the run is checked against the rows of the database besides.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nBENCH {"answers":%d,"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"seconds":%.6f,'
      .. '"p50":%.3f,"p90":%.3f,"p99":%.3f,"max":%.3f}\n',
    summary.requests, e.status, e.connect, e.read, e.write, e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
