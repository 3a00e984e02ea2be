// args_get, args_sizes_get, environ_get, environ_sizes_get.
//
// Expects to be run with GREETING=hello and EMPTY= in its environment.
#include "../lib/case.h"

typedef errno_t (*sizes_t)(void *, void *);
typedef errno_t (*get_t)(void *, void *);

static char *list[256];
static char bytes[8192];

// Checks what args_get and environ_get have in common.
static const char *check_strings(sizes_t sizes, get_t get) {
  uint32_t count = 0, size = 0;
  if (sizes(&count, &size) != SUCCESS) return "the sizes are refused";
  if (count >= 256 || size >= sizeof bytes) return "the sizes are wild";
  memset(bytes, '#', sizeof bytes);
  memset(list, '#', sizeof list);
  if (get(list, bytes) != SUCCESS) return "the strings are refused";
  uint32_t total = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (list[i] < bytes || list[i] >= bytes + size) return "a pointer leads out of the bytes";
    total += strlen(list[i]) + 1;
  }
  if (total != size) return "the size is not that of the strings and their NULs";
  if (bytes[size] != '#') return "a byte behind the strings was written";
  uint32_t untouched;
  memcpy(&untouched, &list[count], sizeof untouched);
  if (untouched != 0x23232323) return "a pointer behind the list was written";
  return 0;
}

static int has_string(sizes_t sizes, get_t get, const char *wanted) {
  uint32_t count = 0, size = 0;
  if (sizes(&count, &size) != SUCCESS || get(list, bytes) != SUCCESS) return 0;
  for (uint32_t i = 0; i < count; i++)
    if (is(list[i], wanted)) return 1;
  return 0;
}

#define GOOD(call)                      \
  do {                                  \
    const char *problem = call;         \
    if (!problem) break;                \
    begin_failure(__LINE__, #call);     \
    print(problem);                     \
    return;                             \
  } while (0)

CASE("args_get fills the list and the bytes that args_sizes_get announced") {
  GOOD(check_strings(args_sizes_get, args_get));
}

CASE("args_sizes_get counts the program's own name") {
  uint32_t count = 0, size = 0;
  OK(args_sizes_get(&count, &size));
  TRUE(count >= 1);
}

CASE("args_sizes_get answers EFAULT for a count that is nowhere") {
  uint32_t size = 0;
  ERRNO(args_sizes_get(NOWHERE, &size), EFAULT);
}

CASE("args_sizes_get answers EFAULT for a size that is nowhere") {
  uint32_t count = 0;
  ERRNO(args_sizes_get(&count, NOWHERE), EFAULT);
}

CASE("args_get answers EFAULT for a list that is nowhere") {
  ERRNO(args_get(NOWHERE, bytes), EFAULT);
}

CASE("args_get answers EFAULT for bytes that are nowhere") {
  ERRNO(args_get(list, NOWHERE), EFAULT);
}

CASE("environ_get fills the list and the bytes that environ_sizes_get announced") {
  GOOD(check_strings(environ_sizes_get, environ_get));
}

CASE("environ_get has the variables that the program was given") {
  TRUE(has_string(environ_sizes_get, environ_get, "GREETING=hello"));
}

CASE("environ_get has a variable that is empty") {
  TRUE(has_string(environ_sizes_get, environ_get, "EMPTY="));
}

CASE("environ_get has nothing of the host's environment") {
  uint32_t count = 0, size = 0;
  OK(environ_sizes_get(&count, &size));
  SAME(count, 2);
}

CASE("environ_sizes_get answers EFAULT for a count that is nowhere") {
  uint32_t size = 0;
  ERRNO(environ_sizes_get(NOWHERE, &size), EFAULT);
}

CASE("environ_get answers EFAULT for a list that is nowhere") {
  ERRNO(environ_get(NOWHERE, bytes), EFAULT);
}

CASE("environ_get answers EFAULT for bytes that are nowhere") {
  ERRNO(environ_get(list, NOWHERE), EFAULT);
}
