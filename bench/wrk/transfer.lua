-- Sends transfers between two random wallets, each with a new Idempotency-Key; otherwise like charge.lua.
dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")

function init()
  begin()
  head = "POST /api/v1/transfers HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
    .. "\r\nAuthorization: Bearer " .. os.getenv("BENCH_TOKEN")
    .. "\r\nContent-Type: application/json\r\nIdempotency-Key: " .. os.getenv("BENCH_KEY") .. "-" .. number .. "-"
end

function request()
  sent = sent + 1
  local from = math.random(#ids)
  local to = (from + math.random(#ids - 1) - 1) % #ids + 1
  local body = '{"fromWalletId":"' .. ids[from] .. '","toWalletId":"' .. ids[to]
    .. '","amount":{"amount":"0.01","currency":"USD"},"reason":"bench"}'
  return head .. sent .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end
