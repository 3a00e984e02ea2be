// lz [COUNT]: compresses 64 KiB by looking back for repeats (a hash of four bytes), unpacks it and
// compares: byte loops of short and uneven length.
#include "../lib/kernel.h"

enum { PLAIN_LENGTH = 65536, PACKED_MAX = 2 * PLAIN_LENGTH, HASH_BITS = 12, REPEAT_MIN = 4,
       REPEAT_MAX = 255 };

static uint8_t plain[PLAIN_LENGTH], packed[PACKED_MAX], unpacked[PLAIN_LENGTH];

static uint32_t hash_at(const uint8_t *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word * 2654435761u >> (32 - HASH_BITS);
}

static uint32_t repeat_length(uint32_t earlier, uint32_t at) {
  uint32_t length = 0;
  while (length < REPEAT_MAX && at + length < PLAIN_LENGTH &&
         plain[earlier + length] == plain[at + length]) length++;
  return length;
}

// A zero and a byte stand for that byte; a length and two bytes for a repeat that far back.
static uint32_t pack(void) {
  static uint32_t seen[1 << HASH_BITS];
  uint32_t length = 0;
  memset(seen, 0, sizeof seen);
  for (uint32_t at = 0; at < PLAIN_LENGTH;) {
    uint32_t repeat = 0, distance = 0;
    if (at + REPEAT_MIN <= PLAIN_LENGTH) {
      uint32_t *slot = &seen[hash_at(plain + at)];
      distance = at - *slot;
      if (distance > 0 && distance < 65536) repeat = repeat_length(*slot, at);
      *slot = at;
    }
    if (repeat < REPEAT_MIN) {
      packed[length++] = 0;
      packed[length++] = plain[at++];
    } else {
      packed[length++] = (uint8_t)repeat;
      packed[length++] = (uint8_t)distance;
      packed[length++] = (uint8_t)(distance >> 8);
      at += repeat;
    }
  }
  return length;
}

static uint32_t unpack(uint32_t packed_length) {
  uint32_t length = 0;
  for (uint32_t at = 0; at < packed_length;) {
    uint32_t repeat = packed[at++];
    if (repeat == 0) {
      unpacked[length++] = packed[at++];
      continue;
    }
    uint32_t distance = packed[at] | (uint32_t)packed[at + 1] << 8;
    at += 2;
    for (; repeat > 0; repeat--, length++) unpacked[length] = unpacked[length - distance];
  }
  return length;
}

int main(int argc, char **argv) {
  static const char words[] = "the of and process kernel journal snapshot summon wake hibernate ";
  uint64_t count = count_from(argc, argv, 400), checksum = 0;
  for (uint32_t at = 0; at < PLAIN_LENGTH;) {
    uint32_t from = (uint32_t)(next_number() % (sizeof words - 9)), length = 1 + next_number() % 8;
    for (; length > 0 && at < PLAIN_LENGTH; length--) plain[at++] = (uint8_t)words[from++];
  }
  for (uint64_t i = 0; i < count; i++) {
    uint32_t length = pack();
    if (unpack(length) != PLAIN_LENGTH || memcmp(plain, unpacked, PLAIN_LENGTH) != 0) return 1;
    checksum = fold(checksum, length);
    plain[(i * 97) % PLAIN_LENGTH] ^= 1;
  }
  return print_checksum(checksum);
}
