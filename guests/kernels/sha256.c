// sha256 [COUNT]: hashes 64 KiB: straight-line integer code in a loop of 64 rounds.
#include "../lib/kernel.h"

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

static uint32_t turn(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t words[64], a[8];
  for (int i = 0; i < 16; i++) {
    words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t early = words[i - 15], late = words[i - 2];
    words[i] = words[i - 16] + (turn(early, 7) ^ turn(early, 18) ^ early >> 3) + words[i - 7] +
               (turn(late, 17) ^ turn(late, 19) ^ late >> 10);
  }
  memcpy(a, state, sizeof a);
  for (int i = 0; i < 64; i++) {
    uint32_t choose = (a[4] & a[5]) ^ (~a[4] & a[6]);
    uint32_t majority = (a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]);
    uint32_t first = a[7] + (turn(a[4], 6) ^ turn(a[4], 11) ^ turn(a[4], 25)) + choose +
                     constants[i] + words[i];
    uint32_t second = (turn(a[0], 2) ^ turn(a[0], 13) ^ turn(a[0], 22)) + majority;
    a[7] = a[6], a[6] = a[5], a[5] = a[4], a[4] = a[3] + first;
    a[3] = a[2], a[2] = a[1], a[1] = a[0], a[0] = first + second;
  }
  for (int i = 0; i < 8; i++) state[i] += a[i];
}

// Expects a length that is a multiple of 64.
static void sha256(uint32_t state[8], const uint8_t *bytes, uint32_t length) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t last[64] = {0x80};
  memcpy(state, initial, sizeof initial);
  for (uint32_t at = 0; at < length; at += 64) compress(state, bytes + at);
  for (int i = 0; i < 8; i++) last[63 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
  compress(state, last);
}

int main(int argc, char **argv) {
  static uint8_t bytes[65536];
  uint32_t state[8];
  uint64_t count = count_from(argc, argv, 1000), checksum = 0;
  for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)next_number();
  for (uint64_t i = 0; i < count; i++) {
    sha256(state, bytes, sizeof bytes);
    bytes[i % sizeof bytes] ^= (uint8_t)state[0];
    checksum = fold(checksum, (uint64_t)state[0] << 32 | state[7]);
  }
  return print_checksum(checksum);
}
