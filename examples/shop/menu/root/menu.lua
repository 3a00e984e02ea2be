-- Draws the menu of the day and writes it where the till finds it: a name and a price a line.
local breads = { "rye", "walnut", "spelt", "potato", "olive", "corn" }

math.randomseed(os.time())
for at = #breads, 2, -1 do
  local other = math.random(at)
  breads[at], breads[other] = breads[other], breads[at]
end

local file = assert(io.open("/book/menu.txt", "w"))
print(os.getenv("SHOP") .. ", today:")
for at = 1, 3 do
  local price = 180 + 10 * math.random(20)
  file:write(("%s %d\n"):format(breads[at], price))
  print(("  %-8s %.2f"):format(breads[at], price / 100))
end
assert(file:close())
