;; table-huge: asks for the largest table there can be, before it runs at all.
(module
  (memory (export "memory") 1)
  (table 4294967295 funcref)
  (func (export "_start")))
