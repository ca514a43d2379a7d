-- Sends the call that the environment describes and prints one JSON line about the run.
wrk.method = os.getenv("BENCH_METHOD") or "GET"
wrk.body = os.getenv("BENCH_BODY")
if wrk.body then
  wrk.headers["Content-Type"] = "application/json"
end
local token = os.getenv("BENCH_TOKEN")
if token then
  wrk.headers["Authorization"] = "Bearer " .. token
end

-- With BENCH_FIRST every body differs: a second later, and with the next check number.
local n = tonumber(os.getenv("BENCH_FIRST") or "")
if n then
  local template, epoch = wrk.body, tonumber(os.getenv("BENCH_EPOCH"))
  function request()
    n = n + 1
    local body = template:gsub("__AT__", os.date("!%Y-%m-%dT%H:%M:%SZ", epoch + n))
    return wrk.format(nil, nil, nil, (body:gsub("__N__", string.format("%07d", n))))
  end
end

local left = tonumber(os.getenv("BENCH_REQUESTS"))
function response()
  left = left - 1
  if left == 0 then
    io.write("done\n")
    io.flush()
    wrk.thread:stop()
  end
end

function done(summary, latency, requests)
  local lost = summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  print(string.format(
    '{"requests": %d, "duration_us": %d, "refused": %d, "lost": %d, '
    .. '"p50_us": %d, "p99_us": %d, "max_us": %d}',
    summary.requests, summary.duration, summary.errors.status, lost,
    latency:percentile(50), latency:percentile(99), latency.max))
end
