// nbody [COUNT]: five bodies pulling at each other, 100,000 steps: floating point with square roots
// in loops too short to unroll away.
#include "../lib/kernel.h"

enum { BODIES = 5, STEPS = 100000 };

static double position[BODIES][3], velocity[BODIES][3], mass[BODIES];

static void set_up(void) {
  for (int body = 0; body < BODIES; body++) {
    mass[body] = body == 0 ? 40 : 0.01 * body;
    for (int axis = 0; axis < 3; axis++) {
      position[body][axis] = body * (5.0 + axis) + (double)(next_number() % 100) / 100;
      velocity[body][axis] = body == 0 ? 0 : (axis == body % 3 ? 1.5 : -0.5);
    }
  }
}

static void step(double time) {
  for (int a = 0; a < BODIES; a++) {
    for (int b = a + 1; b < BODIES; b++) {
      double distance[3], squared = 0;
      for (int axis = 0; axis < 3; axis++) {
        distance[axis] = position[a][axis] - position[b][axis];
        squared += distance[axis] * distance[axis];
      }
      double pull = time / (squared * __builtin_sqrt(squared));
      for (int axis = 0; axis < 3; axis++) {
        velocity[a][axis] -= distance[axis] * mass[b] * pull;
        velocity[b][axis] += distance[axis] * mass[a] * pull;
      }
    }
  }
  for (int body = 0; body < BODIES; body++)
    for (int axis = 0; axis < 3; axis++) position[body][axis] += time * velocity[body][axis];
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 30), checksum = 0;
  set_up();
  for (uint64_t i = 0; i < count; i++) {
    for (int at = 0; at < STEPS; at++) step(0.001);
    uint64_t bits;
    memcpy(&bits, &position[i % BODIES][i % 3], sizeof bits);
    checksum = fold(checksum, bits);
  }
  return print_checksum(checksum);
}
