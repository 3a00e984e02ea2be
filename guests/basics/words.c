// words [-s] [FILE…]: the commonest words of all FILEs together, or of standard input (without a
// FILE, or as `-`). With -s, also when it counted and one of the words, drawn by lot.
#define _DEFAULT_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// ENTRIES_MAX is a prime, as a table with open addresses wants it.
enum { ENTRIES_MAX = 65521, WORD_MAX = 48, SHOWN_MAX = 5 };

struct entry { char *word; unsigned count; };

static struct entry entries[ENTRIES_MAX];
static unsigned total_count, different_count;

static void count_word(const char *word) {
  unsigned hash = 2166136261u;
  for (const char *at = word; *at; at++) hash = (hash ^ (unsigned char)*at) * 16777619u;
  struct entry *entry = &entries[hash % ENTRIES_MAX];
  while (entry->word && strcmp(entry->word, word) != 0)
    if (++entry == entries + ENTRIES_MAX) entry = entries;
  total_count++;
  if (entry->word) { entry->count++; return; }
  // One place stays free, so that each search ends.
  if (different_count == ENTRIES_MAX - 1 || !(entry->word = strdup(word))) exit(1);
  entry->count = 1;
  different_count++;
}

static void count_words(FILE *file) {
  char word[WORD_MAX];
  size_t length = 0;
  for (int letter; (letter = getc(file)) != EOF;) {
    if (!isalpha(letter)) {
      word[length] = 0;
      if (length > 0) count_word(word);
      length = 0;
    } else if (length < WORD_MAX - 1) word[length++] = (char)tolower(letter);
  }
  word[length] = 0;
  if (length > 0) count_word(word);
}

static int by_count(const void *a, const void *b) {
  const struct entry *one = a, *other = b;
  if (one->count != other->count) return one->count < other->count ? 1 : -1;
  return one->count == 0 ? 0 : strcmp(one->word, other->word);
}

static void stamp(void) {
  char text[32];
  time_t now = time(0);
  strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime(&now));
  unsigned lot = 0;
  if (getentropy(&lot, sizeof lot) != 0) exit(1);
  const char *drawn = different_count ? entries[lot % different_count].word : "nothing";
  printf("counted at %s, drawn by lot: %s\n", text, drawn);
}

int main(int argc, char **argv) {
  int first = argc > 1 && strcmp(argv[1], "-s") == 0 ? 2 : 1;
  if (first == argc) count_words(stdin);
  for (int i = first; i < argc; i++) {
    FILE *file = strcmp(argv[i], "-") == 0 ? stdin : fopen(argv[i], "r");
    if (!file) {
      fprintf(stderr, "words: %s: %s\n", argv[i], strerror(errno));
      return 1;
    }
    count_words(file);
    if (file != stdin) fclose(file);
  }
  qsort(entries, ENTRIES_MAX, sizeof *entries, by_count);
  printf("%u words, %u different\n", total_count, different_count);
  for (unsigned i = 0; i < SHOWN_MAX && i < different_count; i++)
    printf("%6u %s\n", entries[i].count, entries[i].word);
  if (first == 2) stamp();
  return 0;
}
