;; unknown-import: needs a function that nobody has.
(module
  (import "elsewhere" "do_magic" (func $magic (param i32) (result i64)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $magic (i32.const 1)))))
