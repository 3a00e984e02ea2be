// What clang 14 calls for setjmp and longjmp under `-mllvm -wasm-enable-sjlj`.
//
// Each call of a function that calls setjmp keeps a list of rows: which setjmp (by an identity that
// is stored in the buffer) belongs to which place in the function. longjmp throws the buffer's
// address and the value; a function that catches it looks whether the buffer is of one of its own
// setjmps, goes there if so, and throws it on if not.
#include <stdint.h>
#include <stdlib.h>

struct row { uint32_t identity, place; };
struct jump { uint32_t *buffer; int value; };

static uint32_t last_identity;
static uint32_t second_result;
static struct jump pending;

// A second result of a call, beside the one that it returns.
uint32_t getTempRet0(void) { return second_result; }
void setTempRet0(uint32_t value) { second_result = value; }

// Notes a setjmp in the list, which ends with an identity of zero and may have to move. Answers the
// list, and its capacity as second result.
struct row *saveSetjmp(uint32_t *buffer, uint32_t place, struct row *rows, uint32_t capacity) {
  uint32_t used = 0;
  while (used < capacity && rows[used].identity != 0) used++;
  if (used + 1 >= capacity) {
    capacity = 2 * (used + 1);
    rows = realloc(rows, capacity * sizeof *rows);
    if (!rows) abort();
  }
  *buffer = ++last_identity;
  rows[used] = (struct row){*buffer, place};
  rows[used + 1].identity = 0;
  setTempRet0(capacity);
  return rows;
}

// The place that belongs to an identity, or zero if it is of another call.
uint32_t testSetjmp(uint32_t identity, const struct row *rows, uint32_t capacity) {
  for (uint32_t i = 0; i < capacity && rows[i].identity != 0; i++)
    if (rows[i].identity == identity) return rows[i].place;
  return 0;
}

_Noreturn void __wasm_longjmp(uint32_t *buffer, int value) {
  pending = (struct jump){buffer, value == 0 ? 1 : value};
  __builtin_wasm_throw(1, &pending);
}
