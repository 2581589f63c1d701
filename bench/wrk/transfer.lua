-- One transfer after another between two wallets at random, a fresh Idempotency-Key each time; as charge.lua otherwise.
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

  head = "POST /api/v1/transfers HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nAuthorization: Bearer " .. os.getenv("BENCH_TOKEN")
    .. "\r\nContent-Type: application/json\r\nIdempotency-Key: " .. os.getenv("BENCH_KEY") .. "-" .. number .. "-"
  sent = 0
  math.randomseed(tonumber(os.getenv("BENCH_SEED")) * 64 + number)
end

function request()
  sent = sent + 1
  local from = math.random(#ids)
  local to = (from + math.random(#ids - 1) - 1) % #ids + 1
  local body = '{"fromWalletId":"' .. ids[from] .. '","toWalletId":"' .. ids[to] .. '","amount":{"amount":"0.01","currency":"USD"},"reason":"bench"}'
  return head .. sent .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nBENCH {"answers":%d,"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"seconds":%.6f,'
      .. '"p50":%.3f,"p90":%.3f,"p99":%.3f,"max":%.3f}\n',
    summary.requests, e.status, e.connect, e.read, e.write, e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
