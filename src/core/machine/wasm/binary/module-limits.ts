// table: one row per bound on what a module may declare
/**
 * How many of each thing a module may declare: the bounds V8 has as well. They keep the memory
 * that a description takes small even when nobody has validated the bytes yet.
 */
export const moduleLimits = {
  types: 1_000_000,
  functions: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  globals: 1_000_000,
  tags: 1_000_000,
  tables: 100_000,
  memories: 100_000,
  sections: 100_000,
  /** Blocks within blocks in one function. */
  nesting: 65_536,
} as const;
