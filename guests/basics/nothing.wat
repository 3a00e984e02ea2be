;; nothing: starts and ends. For measuring what a process costs beyond its program.
(module
  (memory (export "memory") 1)
  (func (export "_start")))
