// oven: bakes a loaf each second, and prints how hot it was. Each one heats it by as much as
// chance will have it. Beyond 300 degrees it burns, which is a trap: after 6 to 10 loaves.
#include "../lib/print.h"
#include "../lib/pause.h"

enum { COLD = 200, BURNS_BEYOND = 300 };

int main(void) {
  uint64_t degrees = COLD;
  for (uint64_t loaf = 1;; loaf++) {
    pause_ms(1000);
    degrees += 11 + draw(10);
    put("loaf ");
    put_number(loaf);
    put(": ");
    put_number(degrees);
    print(degrees > BURNS_BEYOND ? " degrees, it burns!" : " degrees, golden");
    if (degrees > BURNS_BEYOND) __builtin_trap();
  }
}
