// worker [NAME]: kneads one dough after the other, each for as long as chance will have it.
#include "../lib/print.h"
#include "../lib/pause.h"

int main(int argc, char **argv) {
  for (uint64_t dough = 1;; dough++) {
    pause_ms(1000 + draw(1000));
    put(argc > 1 ? argv[1] : "worker");
    put(": dough ");
    put_number(dough);
    print(" is ready");
  }
}
