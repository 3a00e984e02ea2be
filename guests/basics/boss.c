// boss [CHILDREN [RESTARTS]]: a parent. Starts so many children of the spec "worker" (2), starts one
// that fails again up to RESTARTS times (3), and prints what it is told, a line each. Asked to end,
// it ends its children and says goodbye. Ends with 1 when a call fails.
#include "../lib/print.h"
#include "../sdk/c/noos/process.h"

enum { CHILDREN_MAX = 9, SECOND = 1000000000 };

static struct child { char name[8]; noos_child id; uint64_t restarts; } children[CHILDREN_MAX];

static void fail(const char *what, int error) {
  put("boss: ");
  put(what);
  put(": ");
  put_errno(error);
  end_line();
  proc_exit(1);
}

static void start(struct child *child) {
  const struct noos_text args[] = {{child->name, strlen(child->name)}};
  const struct noos_spawn request = {
      .spec = NOOS_TEXT("worker"),
      .name = {child->name, strlen(child->name)},
      .args = {args, 1},
  };
  int error = noos_spawn(&request, &child->id);
  if (error) fail("spawn", error);
  put("started ");
  print(child->name);
}

static void say(const char *name, const char *what, const char *how) {
  put(name);
  put(what);
  print(how);
}

static void end_all(uint64_t count, uint64_t grace_ns) {
  for (uint64_t at = 0; at < count; at++)
    if (children[at].id) noos_end(children[at].id, grace_ns);
}

int main(int argc, char **argv) {
  uint64_t count = argc > 1 ? parse_number(argv[1]) : 2;
  uint64_t restarts = argc > 2 ? parse_number(argv[2]) : 3;
  if (count > CHILDREN_MAX) count = CHILDREN_MAX;

  static char path[256];
  size_t length;
  int error = noos_self(path, sizeof path - 1, &length);
  if (error) fail("self", error);
  say("I am ", path, "");

  for (uint64_t at = 0; at < count; at++) {
    memcpy(children[at].name, "child-0", 8);
    children[at].name[6] += (char)at;
    start(&children[at]);
  }
  for (uint64_t alive = count; alive > 0;) {
    struct noos_notice notice;
    if ((error = noos_next_exit(&notice, 0))) fail("next_exit", error);
    if (notice.kind == NOOS_ASKED) {
      print("asked to end");
      end_all(count, notice.grace_ns / 2);
      restarts = 0;
      continue;
    }
    struct child *child = children;
    while (child->id != notice.child) child++;
    say(child->name, ": ", notice.text);
    if (notice.is_failure && (error = noos_acknowledge(child->id))) fail("acknowledge", error);
    child->id = 0;
    if (notice.is_failure && child->restarts++ < restarts) start(child);
    else alive--;
  }
  print("goodbye");
  return 0;
}
