// crc [COUNT]: the CRC-32 of 64 KiB, a byte at a time by table: the tightest loop of them all.
#include "../lib/kernel.h"

static uint32_t table[256];
static uint8_t bytes[65536];

static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? 0xedb88320 : 0);
    table[i] = value;
  }
}

static uint32_t crc32(const uint8_t *at, uint32_t length) {
  uint32_t crc = 0xffffffff;
  while (length-- > 0) crc = table[(crc ^ *at++) & 255] ^ crc >> 8;
  return ~crc;
}

int main(int argc, char **argv) {
  uint64_t count = count_from(argc, argv, 1500), checksum = 0;
  make_table();
  for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)next_number();
  for (uint64_t i = 0; i < count; i++) {
    checksum = fold(checksum, crc32(bytes, sizeof bytes));
    bytes[i % sizeof bytes] ^= (uint8_t)checksum;
  }
  return print_checksum(checksum);
}
