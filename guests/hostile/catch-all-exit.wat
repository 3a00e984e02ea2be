;; catch-all-exit: calls proc_exit(7) inside a try whose catch_all goes on to call proc_exit(8).
;; An end is not an exception: 7 is right.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (try
      (do (call $exit (i32.const 7)))
      (catch_all (call $exit (i32.const 8))))))
