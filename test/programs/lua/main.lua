-- What a Lua program does: errors that are caught (setjmp and longjmp inside), coroutines, files.
print(_VERSION, #arg, arg[1], os.getenv("GREETING"))

print(pcall(error, "boom"))
print(select(2, pcall(error, { code = 7 })).code)

local function deep(n)
  if n == 0 then error("at the bottom") end
  return 1 + deep(n - 1)
end
print(pcall(deep, 100))
print(pcall(function()
  local function forever() return forever() + 1 end
  return forever()
end))
for i = 1, 1000 do assert(not pcall(error, i)) end

local talk = coroutine.wrap(function(first)
  local second = coroutine.yield(first + 1)
  error("in a coroutine: " .. second)
end)
print(talk(1), pcall(talk, 5))

local list = {}
for i = 1, 1000 do list[i] = (i * 7919) % 1009 end
table.sort(list)
print(list[1], list[500], list[1000])

local file = assert(io.open("notes.txt", "w"))
file:write("one\ntwo\n")
file:close()
for line in io.lines("notes.txt") do io.write("[", line, "]") end
print()
print(os.rename("notes.txt", "moved.txt"), os.remove("moved.txt"))
print(select(2, io.open("missing.txt")))

print(io.read("l"), io.read("n"))
print(("hello world"):gsub("o", "0"), ("key=value"):match("(%w+)=(%w+)"))
print(string.format("%5.2f|%-5s|%5d", math.pi, "ab", 42))

local garbage = 0
for i = 1, 20000 do garbage = garbage + #tostring({ i }) end
print(garbage > 0, collectgarbage("count") < 10000)
os.exit(3)
