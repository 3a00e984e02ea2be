// spin-calls: never ends, but asks for the time all along.
#include "../lib/wasi.h"

int main(void) {
  uint64_t now;
  for (;;) clock_time_get(CLOCK_MONOTONE, 1, &now);
}
