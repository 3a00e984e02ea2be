// Waiting, and a number drawn by lot: what programs do that only play at being busy.
#ifndef NOOS_PAUSE_H
#define NOOS_PAUSE_H

#include "wasi.h"

__attribute__((unused)) static void pause_ms(uint64_t milliseconds) {
  struct subscription timer = {
      .tag = EVENT_CLOCK,
      .clock = {.id = CLOCK_MONOTONE, .timeout = milliseconds * 1000000},
  };
  struct event event;
  uint32_t happened = 0;
  errno_t error = poll_oneoff(&timer, &event, 1, &happened);
  if (error != SUCCESS) proc_exit((uint32_t)error);
}

// From 0 to one less than `bound`.
__attribute__((unused)) static uint64_t draw(uint64_t bound) {
  uint32_t drawn;
  errno_t error = random_get((uint8_t *)&drawn, sizeof drawn);
  if (error != SUCCESS) proc_exit((uint32_t)error);
  return drawn % bound;
}

#endif
