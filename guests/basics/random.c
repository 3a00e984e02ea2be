// random [COUNT]: prints that many random bytes as hexadecimal digits.
#include "../lib/print.h"

int main(int argc, char **argv) {
  uint8_t bytes[1024];
  uint64_t count = argc > 1 ? parse_number(argv[1]) : 16;
  if (count > sizeof bytes) count = sizeof bytes;
  errno_t error = random_get(bytes, (uint32_t)count);
  if (error != SUCCESS) return error;
  for (uint64_t i = 0; i < count; i++) put_hex(bytes[i], 2);
  end_line();
  return 0;
}
