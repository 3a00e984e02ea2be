// bad-parent HOW [SPEC]: starts a child of SPEC ("child"), and then
//   deaf      never looks at a notice again
//   heedless  reads every notice, acknowledges nothing, and ends nothing when it is asked to
//   bomb      starts more of them until it is refused, and waits: a fork bomb, of its own spec
//   leave     ends at once
// It prints how many children it has started and why there are no more.
#include "../lib/print.h"
#include "../sdk/c/noos/process.h"

enum { MANY = 10000 };

static int start(const char *spec, uint32_t number, noos_child *child) {
  char name[] = "child-00000";
  for (int at = 10; at > 5; at--, number /= 10) name[at] = (char)('0' + number % 10);
  const struct noos_spawn request = {
      .spec = {spec, strlen(spec)},
      .name = {name, sizeof name - 1},
  };
  return noos_spawn(&request, child);
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "deaf";
  const char *spec = argc > 2 ? argv[2] : "child";
  uint32_t wanted = is(how, "bomb") ? MANY : 1;
  uint32_t count = 0;
  int error = 0;
  noos_child child;
  while (count < wanted && (error = start(spec, count, &child)) == 0) count++;
  put("started ");
  put_number(count);
  put(": ");
  put_errno(error);
  end_line();
  if (is(how, "leave")) return 0;
  if (is(how, "deaf")) {
    struct subscription for_ever = {
        .tag = EVENT_CLOCK, .clock = {.id = CLOCK_MONOTONE, .timeout = UINT64_MAX}};
    struct event event;
    uint32_t happened;
    for (;;) poll_oneoff(&for_ever, &event, 1, &happened);
  }
  for (struct noos_notice notice; noos_next_exit(&notice, 0) == 0;)
    print(notice.kind == NOOS_ASKED ? "asked to end" : notice.text);
  return 1;
}
