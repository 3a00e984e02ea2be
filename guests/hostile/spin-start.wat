;; spin-start: never gets past its start function, so that instantiating it never ends.
(module
  (memory (export "memory") 1)
  (func $never_ready (loop $again (br $again)))
  (start $never_ready)
  (func (export "_start")))
