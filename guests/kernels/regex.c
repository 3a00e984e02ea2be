// regex [COUNT]: finds all matches of a few patterns in 16 KB of text with a backtracking matcher:
// mutual recursion, unpredictable branches.
#include "../lib/kernel.h"

enum { TEXT_LENGTH = 16384 };

static char text[TEXT_LENGTH + 1];

// One element of a pattern: a character, `.`, or a set such as `[a-f]`, and how many characters of
// the pattern it takes.
static int element_length(const char *pattern) {
  if (*pattern == '\\') return 2;
  if (*pattern != '[') return 1;
  int length = 1;
  while (pattern[length] != ']') length++;
  return length + 1;
}

static int element_matches(const char *pattern, char symbol) {
  if (symbol == 0) return 0;
  if (*pattern == '.') return symbol != '\n';
  if (*pattern == '\\') return pattern[1] == symbol;
  if (*pattern != '[') return *pattern == symbol;
  for (pattern++; *pattern != ']'; pattern++) {
    if (pattern[1] == '-') {
      if (symbol >= pattern[0] && symbol <= pattern[2]) return 1;
      pattern += 2;
    } else if (*pattern == symbol) {
      return 1;
    }
  }
  return 0;
}

static const char *match_here(const char *pattern, const char *at);

// Takes as many as it can, then gives back one by one.
static const char *match_many(const char *element, const char *rest, const char *at, int least) {
  const char *end = at;
  while (element_matches(element, *end)) end++;
  for (; end - at >= least; end--) {
    const char *matched = match_here(rest, end);
    if (matched) return matched;
  }
  return 0;
}

static const char *match_here(const char *pattern, const char *at) {
  if (*pattern == 0) return at;
  const char *rest = pattern + element_length(pattern);
  if (*rest == '*') return match_many(pattern, rest + 1, at, 0);
  if (*rest == '+') return match_many(pattern, rest + 1, at, 1);
  if (*rest == '?' && element_matches(pattern, *at)) {
    const char *matched = match_here(rest + 1, at + 1);
    if (matched) return matched;
  }
  if (*rest == '?') return match_here(rest + 1, at);
  return element_matches(pattern, *at) ? match_here(rest, at + 1) : 0;
}

static uint64_t find_all(const char *pattern) {
  uint64_t checksum = 0;
  for (const char *at = text; *at;) {
    const char *end = match_here(pattern, at);
    if (end && end > at) {
      checksum = fold(checksum, (uint64_t)(end - at));
      at = end;
    } else {
      at++;
    }
  }
  return checksum;
}

int main(int argc, char **argv) {
  static const char *const patterns[] = {
      "[a-z]+@[a-z]+\\.[a-z]+", "[0-9]+-[0-9]+", "a.*e", "x?y?z[a-m]*n", "[a-z]*ing ",
  };
  static const char alphabet[] = "eeetaoinnshrdlu cyz@.-0123ing \n";
  uint64_t count = count_from(argc, argv, 300), checksum = 0;
  for (int i = 0; i < TEXT_LENGTH; i++) text[i] = alphabet[next_number() % (sizeof alphabet - 1)];
  for (uint64_t i = 0; i < count; i++)
    for (uint32_t p = 0; p < sizeof patterns / sizeof patterns[0]; p++)
      checksum = fold(checksum, find_all(patterns[p]));
  return print_checksum(checksum);
}
