// trap KIND: ends in a trap of that kind, three named calls deep, so that the guest stack of the
// report has names: outer, middle, and one named after the kind.
#include <stdlib.h>
#include "../lib/print.h"

// Read through here, a value is not known to the compiler.
static volatile int32_t zero = 0;
static volatile uint32_t far_away = 0xfffffff0;

#define NAMED __attribute__((noinline, used)) static int

NAMED do_unreachable(void) { __builtin_trap(); }

NAMED do_divide(void) { return (zero + 7) / zero; }

NAMED do_divide_overflow(void) { return (INT32_MIN + zero) / (zero - 1); }

NAMED do_truncate(void) {
  int32_t result;
  float huge = 1e30f + (float)zero;
  __asm__ volatile("local.get %1\n i32.trunc_f32_s\n local.set %0" : "=r"(result) : "r"(huge));
  return result;
}

NAMED do_bounds(void) { return *(volatile int32_t *)far_away; }

NAMED takes_one(int argument) { return argument; }

NAMED do_call(void) {
  int (*volatile target)(int) = takes_one;
  return ((int (*)(double, double))target)(1.0, 2.0);
}

NAMED do_null_call(void) {
  int (*volatile target)(void) = (int (*)(void))zero;
  return target();
}

NAMED do_stack(void);
static int (*volatile again)(void) = do_stack;
NAMED do_stack(void) { return again() + 1; }

NAMED do_abort(void) { abort(); }

static const struct { const char *name; int (*run)(void); } kinds[] = {
    {"unreachable", do_unreachable},
    {"divide", do_divide},
    {"divide-overflow", do_divide_overflow},
    {"truncate", do_truncate},
    {"bounds", do_bounds},
    {"call", do_call},
    {"null-call", do_null_call},
    {"stack", do_stack},
    {"abort", do_abort},
};

// The barriers keep each call from becoming a jump, which would leave no frame behind.
NAMED middle(int (*run)(void)) {
  int result = run();
  __asm__ volatile("" : : : "memory");
  return result;
}

NAMED outer(int (*run)(void)) {
  int result = middle(run);
  __asm__ volatile("" : : : "memory");
  return result;
}

int main(int argc, char **argv) {
  for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (argc > 1 && is(argv[1], kinds[i].name)) return outer(kinds[i].run);
  }
  print("unknown kind of trap");
  return 64;
}
