// fib [COUNT]: Fibonacci numbers by plain recursion: calls and nothing else.
#include "../lib/kernel.h"

__attribute__((noinline)) static uint32_t fib(uint32_t n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 1000), checksum = 0;
  for (uint64_t i = 0; i < count; i++) checksum = fold(checksum, fib(27 + (uint32_t)(checksum & 1)));
  return print_checksum(checksum);
}
