// matrix [COUNT]: multiplies two 160 by 160 matrices of doubles: a nest of three tight loops.
#include "../lib/kernel.h"

enum { SIZE = 160 };

static double left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

static void multiply(void) {
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      double sum = 0;
      for (int i = 0; i < SIZE; i++) sum += left[row][i] * right[i][column];
      product[row][column] = sum;
    }
  }
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 80), checksum = 0;
  for (int row = 0; row < SIZE; row++) {
    for (int column = 0; column < SIZE; column++) {
      left[row][column] = (double)(next_number() % 1000) / 8;
      right[row][column] = (double)(next_number() % 1000) / 8;
    }
  }
  for (uint64_t i = 0; i < count; i++) {
    multiply();
    uint64_t bits;
    memcpy(&bits, &product[i % SIZE][i % SIZE], sizeof bits);
    checksum = fold(checksum, bits);
    left[i % SIZE][0] += 1;
  }
  return print_checksum(checksum);
}
