// sieve [COUNT]: the sieve of Eratosthenes over a million numbers: short loops over bytes.
#include "../lib/kernel.h"

enum { LIMIT = 1000000 };

static uint8_t composite[LIMIT];

static uint32_t count_primes(void) {
  uint32_t primes = 0;
  memset(composite, 0, sizeof composite);
  for (uint32_t i = 2; i < LIMIT; i++) {
    if (composite[i]) continue;
    primes++;
    for (uint32_t j = i + i; j < LIMIT; j += i) composite[j] = 1;
  }
  return primes;
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 50), checksum = 0;
  for (uint64_t i = 0; i < count; i++) checksum = fold(checksum, count_primes());
  return print_checksum(checksum);
}
