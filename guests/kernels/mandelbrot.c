// mandelbrot [COUNT]: a picture of 200 by 200 points: floating point in a loop that ends early.
#include "../lib/kernel.h"

enum { SIZE = 200, STEPS_MAX = 256 };

static uint32_t steps_at(double real, double imaginary) {
  double x = 0, y = 0;
  uint32_t steps = 0;
  while (steps < STEPS_MAX && x * x + y * y < 4) {
    double next = x * x - y * y + real;
    y = 2 * x * y + imaginary;
    x = next;
    steps++;
  }
  return steps;
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 50), checksum = 0;
  for (uint64_t i = 0; i < count; i++) {
    double zoom = 1.5 + (double)i / 100;
    for (int row = 0; row < SIZE; row++)
      for (int column = 0; column < SIZE; column++)
        checksum += steps_at((column * 2.0 / SIZE - 1) * zoom - 0.5, (row * 2.0 / SIZE - 1) * zoom);
  }
  return print_checksum(checksum);
}
