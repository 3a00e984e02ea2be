;; catch-all: spins inside a try whose catch_all begins again, so as to survive being ended. In the
;; older form of wasm exceptions, which compilers still emit.
(module
  (memory (export "memory") 1)
  (func $spin (loop $again (br $again)))
  (func (export "_start")
    (loop $survive
      (try
        (do (call $spin))
        (catch_all))
      (br $survive))))
