;; table-grow: grows its table a million entries at a time until it is refused, then ends with code
;; 0 if it got less than 100 million entries and 1 otherwise.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table $entries 1 funcref)
  (func (export "_start")
    (loop $more
      (br_if $more
        (i32.and
          (i32.ne (table.grow $entries (ref.null func) (i32.const 1000000)) (i32.const -1))
          (i32.lt_u (table.size $entries) (i32.const 100000000)))))
    (call $exit (i32.ge_u (table.size $entries) (i32.const 100000000)))))
