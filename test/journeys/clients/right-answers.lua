-- For wrk: each answer has to be the text that is given; prints what came of all as JSON.

local thread
wrong = 0

function setup(it)
   thread = it
end

function init(args)
   wanted = args[1]
end

function response(status, headers, body)
   if status ~= 200 or body ~= wanted then
      wrong = wrong + 1
   end
end

function done(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.timeout
   local form = '{"answered":%d,"wrong":%d,"failed":%d}\n'
   io.write(string.format(form, summary.requests, thread:get("wrong"), failed))
end
