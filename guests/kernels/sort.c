// sort [COUNT]: quicksort of 100,000 numbers with a comparison through a pointer: recursion, short
// loops, indirect calls.
#include "../lib/kernel.h"

enum { LENGTH = 100000, SMALL = 12 };

typedef int (*compare_t)(uint32_t, uint32_t);

static int ascending(uint32_t a, uint32_t b) { return a < b; }
static int descending(uint32_t a, uint32_t b) { return a > b; }

static void insert_each(uint32_t *list, int length, compare_t before) {
  for (int i = 1; i < length; i++) {
    uint32_t value = list[i];
    int at = i;
    for (; at > 0 && before(value, list[at - 1]); at--) list[at] = list[at - 1];
    list[at] = value;
  }
}

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t kept = *a;
  *a = *b;
  *b = kept;
}

static void sort(uint32_t *list, int length, compare_t before) {
  while (length > SMALL) {
    uint32_t pivot = list[length / 2];
    int low = 0, high = length - 1;
    while (low <= high) {
      while (before(list[low], pivot)) low++;
      while (before(pivot, list[high])) high--;
      if (low <= high) swap(&list[low++], &list[high--]);
    }
    sort(list, high + 1, before);
    list += low;
    length -= low;
  }
  insert_each(list, length, before);
}

int main(int argc, char **argv) {
  static uint32_t list[LENGTH];
  uint64_t count = count_from(argc, argv, 30), checksum = 0;
  for (uint64_t i = 0; i < count; i++) {
    for (int at = 0; at < LENGTH; at++) list[at] = (uint32_t)next_number();
    sort(list, LENGTH, i & 1 ? descending : ascending);
    for (int at = 0; at < LENGTH; at += 1000) checksum = fold(checksum, list[at]);
  }
  return print_checksum(checksum);
}
