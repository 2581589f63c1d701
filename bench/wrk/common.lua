-- Shared by the scripts: thread numbers, the wallets, the seed, and the result line at the end.
local started = {}

function setup(thread)
  thread:set("number", #started)
  table.insert(started, thread)
end

-- Reads the ids from a file with one id per line.
function begin()
  ids = {}
  for line in io.lines(os.getenv("BENCH_WALLETS")) do
    ids[#ids + 1] = line
  end

  sent = 0
  math.randomseed(tonumber(os.getenv("BENCH_SEED")) * 64 + number)
end

-- Deliberately no response(): with it, wrk builds a table of headers for every answer. wrk itself counts status codes above 399,
-- and neither side returns 3xx here. The run is also checked against the rows of the database.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nBENCH {"answers":%d,"refused":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"seconds":%.6f,'
      .. '"p50":%.3f,"p90":%.3f,"p99":%.3f,"max":%.3f}\n',
    summary.requests, e.status, e.connect, e.read, e.write, e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
