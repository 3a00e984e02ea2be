;; no-start: a well-formed module with nothing to run.
(module
  (memory (export "memory") 1))
