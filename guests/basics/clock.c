// clock: prints what both clocks say, then proves that the monotonic one does not run backwards.
#include "../lib/print.h"

static void show(const char *name, uint32_t id) {
  uint64_t now = 0, resolution = 0;
  errno_t error = clock_time_get(id, 1, &now);
  if (error == SUCCESS) error = clock_res_get(id, &resolution);
  put(name);
  put(" ");
  if (error == SUCCESS) {
    put_number(now);
    put(" resolution ");
    put_number(resolution);
  } else {
    put_errno(error);
  }
  end_line();
}

int main(void) {
  show("real", CLOCK_REAL);
  show("monotonic", CLOCK_MONOTONE);
  uint64_t before = 0, now = 0;
  for (int i = 0; i < 1000; i++) {
    clock_time_get(CLOCK_MONOTONE, 1, &now);
    if (now < before) {
      print("ran backwards");
      return 1;
    }
    before = now;
  }
  return 0;
}
