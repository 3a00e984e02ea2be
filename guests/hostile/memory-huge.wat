;; memory-huge: asks for four gibibytes before it runs at all.
(module
  (memory (export "memory") 65536)
  (func (export "_start")))
