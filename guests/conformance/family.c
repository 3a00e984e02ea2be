// noos:process. Expects a family with these specs: "short" lives for a moment and ends with 0,
// "crasher" the same with 3, "worker" until it is ended; a worker may use "files:./data". At most 4
// children.
#include "../lib/case.h"
#include "../sdk/c/noos/process.h"

enum { MILLISECOND = 1000000 };

static struct noos_notice notice;

static struct noos_text text(const char *bytes) {
  return (struct noos_text){bytes, strlen(bytes)};
}

static int start(const char *spec, const char *name, noos_child *child) {
  const struct noos_spawn request = {.spec = text(spec), .name = text(name)};
  return noos_spawn(&request, child);
}

// Waits for the end of this child, and takes note of a failure.
static int await(noos_child child) {
  int error = noos_next_exit(&notice, 0);
  if (error) return error;
  if (notice.kind != NOOS_ENDED || notice.child != child) return EIO;
  return notice.is_failure ? noos_acknowledge(child) : 0;
}

static int starts_with(const struct noos_spawn *changed) {
  noos_child child;
  struct noos_spawn request = *changed;
  if (!request.spec.bytes) request.spec = text("worker");
  if (!request.name.bytes) request.name = text("tried");
  int error = noos_spawn(&request, &child);
  if (error) return error;
  noos_end(child, 0);
  return await(child);
}

CASE("spawn starts a child and next_exit tells how it ended") {
  noos_child child = 0;
  OK(start("short", "one", &child));
  TRUE(child != 0);
  OK(noos_next_exit(&notice, 0));
  SAME(notice.child, child);
  SAME(notice.kind, NOOS_ENDED);
  SAME(notice.how, NOOS_EXITED);
  SAME(notice.code, 0);
  SAME(notice.is_failure, 0);
  TRUE(is(notice.text, "exited(0)"));
}

CASE("a failure has its status, and is acknowledged once") {
  noos_child child;
  OK(start("crasher", "one", &child));
  ERRNO(noos_acknowledge(child), ECHILD);
  OK(noos_next_exit(&notice, 0));
  SAME(notice.is_failure, 1);
  SAME(notice.code, 3);
  OK(noos_acknowledge(child));
  ERRNO(noos_acknowledge(child), ECHILD);
}

CASE("no number is used twice, and a name again after its end") {
  noos_child first, second;
  OK(start("short", "one", &first));
  ERRNO(start("short", "one", &second), EEXIST);
  OK(await(first));
  OK(start("short", "one", &second));
  TRUE(first != second);
  OK(await(second));
}

CASE("spawn of what was not granted answers ENOENT") {
  noos_child child;
  ERRNO(start("unknown", "one", &child), ENOENT);
}

CASE("spawn takes arguments, environment, uses and limits") {
  const struct noos_text args[] = {NOOS_TEXT("--fast"), NOOS_TEXT("")};
  const struct noos_text env[] = {NOOS_TEXT("MODE=test")};
  const struct noos_text uses[] = {NOOS_TEXT("files:./data")};
  const struct noos_text limits[] = {NOOS_TEXT("memory=1MiB"), NOOS_TEXT("cpu-share=50%")};
  const struct noos_spawn request = {
      .args = {args, 2}, .env = {env, 1}, .uses = {uses, 1}, .limits = {limits, 2}};
  OK(starts_with(&request));
  const struct noos_spawn nothing = {
      .args = {args, 0}, .env = {env, 0}, .uses = {uses, 0}, .limits = {limits, 0}};
  OK(starts_with(&nothing));
}

CASE("spawn with a use that is not the spec's answers ENOTCAPABLE") {
  const struct noos_text uses[] = {NOOS_TEXT("files:/")};
  const struct noos_spawn request = {.uses = {uses, 1}};
  ERRNO(starts_with(&request), ENOTCAPABLE);
}

CASE("spawn with a limit beyond the parent's answers EPERM") {
  const struct noos_text limits[] = {NOOS_TEXT("children=5")};
  const struct noos_spawn request = {.limits = {limits, 1}};
  ERRNO(starts_with(&request), EPERM);
}

CASE("spawn with a limit or a setting that cannot be answers EINVAL") {
  static const char *const wrong[] = {"memory", "memory=", "memory=lots", "size=1", "processes=1"};
  for (uint32_t at = 0; at < 5; at++) {
    const struct noos_text limits[] = {text(wrong[at])};
    const struct noos_spawn request = {.limits = {limits, 1}};
    ERRNO(starts_with(&request), EINVAL);
  }
  const struct noos_text env[] = {NOOS_TEXT("=value")};
  const struct noos_spawn request = {.env = {env, 1}};
  ERRNO(starts_with(&request), EINVAL);
}

CASE("spawn checks names") {
  static char longest[NOOS_NAME_MAX + 2];
  memset(longest, 'n', NOOS_NAME_MAX + 1);
  noos_child child;
  ERRNO(start("worker", "", &child), EINVAL);
  ERRNO(start("", "one", &child), EINVAL);
  ERRNO(start("worker", "a/b", &child), EINVAL);
  ERRNO(start("worker", "\xff", &child), EILSEQ);
  ERRNO(start("worker", longest, &child), ENAMETOOLONG);
  ERRNO(start(longest, "one", &child), ENAMETOOLONG);
  longest[NOOS_NAME_MAX] = 0;
  const struct noos_spawn request = {.name = text(longest)};
  OK(starts_with(&request));
}

CASE("spawn checks how much it is given") {
  static char large[NOOS_REQUEST_MAX + 1];
  static struct noos_text many[NOOS_TEXTS_MAX + 1];
  memset(large, 'x', sizeof large);
  const struct noos_text one[] = {{large, sizeof large}};
  for (uint32_t at = 0; at <= NOOS_TEXTS_MAX; at++) many[at] = NOOS_TEXT("");
  const struct noos_spawn bytes = {.args = {one, 1}};
  const struct noos_spawn texts = {.args = {many, NOOS_TEXTS_MAX + 1}};
  const struct noos_spawn fits = {.args = {many, NOOS_TEXTS_MAX}};
  ERRNO(starts_with(&bytes), E2BIG);
  ERRNO(starts_with(&texts), E2BIG);
  OK(starts_with(&fits));
}

CASE("spawn of a record of another size, or a count without a list, answers EINVAL") {
  noos_child child;
  const struct noos_spawn request = {.spec = NOOS_TEXT("worker"), .name = NOOS_TEXT("one")};
  ERRNO(noos_spawn_sized(&request, sizeof request - 1, &child), EINVAL);
  ERRNO(noos_spawn_sized(&request, sizeof request + 8, &child), EINVAL);
  ERRNO(noos_spawn_sized(&request, 0, &child), EINVAL);
  const struct noos_spawn count = {.args = {NULL, 1}};
  ERRNO(starts_with(&count), EINVAL);
}

CASE("spawn answers EFAULT for what is nowhere, and starts nothing") {
  noos_child child;
  const struct noos_spawn good = {.spec = NOOS_TEXT("worker"), .name = NOOS_TEXT("one")};
  ERRNO(noos_spawn_sized(NOWHERE, sizeof good, &child), EFAULT);
  ERRNO(noos_spawn(&good, NOWHERE), EFAULT);
  const struct noos_spawn spec = {.spec = {NOWHERE, 4}};
  const struct noos_spawn name = {.name = {NOWHERE, 4}};
  const struct noos_spawn list = {.args = {NOWHERE, 1}};
  const struct noos_text texts[] = {{NOWHERE, 4}};
  const struct noos_spawn inside = {.env = {texts, 1}};
  ERRNO(starts_with(&spec), EFAULT);
  ERRNO(starts_with(&name), EFAULT);
  ERRNO(starts_with(&list), EFAULT);
  ERRNO(starts_with(&inside), EFAULT);
  ERRNO(noos_next_exit(&notice, NOOS_NO_WAIT), EAGAIN);
}

CASE("a fifth child answers EAGAIN until the end of one was read") {
  static const char *const names[] = {"a", "b", "c", "d", "e"};
  noos_child all[5];
  for (int at = 0; at < 4; at++) OK(start("worker", names[at], &all[at]));
  ERRNO(start("worker", names[4], &all[4]), EAGAIN);
  OK(noos_end(all[0], 0));
  ERRNO(start("worker", names[4], &all[4]), EAGAIN);
  OK(await(all[0]));
  OK(start("worker", names[4], &all[4]));
  for (int at = 1; at < 5; at++) {
    OK(noos_end(all[at], 0));
    OK(await(all[at]));
  }
}

CASE("end asks with a grace and ends without one; neither is a failure") {
  noos_child child;
  OK(start("worker", "one", &child));
  OK(noos_end(child, MILLISECOND));
  OK(await(child));
  SAME(notice.how, NOOS_EXITED);
  OK(start("worker", "one", &child));
  OK(noos_end(child, 0));
  OK(noos_end(child, NOOS_FOR_EVER));
  OK(await(child));
  SAME(notice.how, NOOS_KILLED);
  SAME(notice.is_failure, 0);
  ERRNO(noos_end(child, 0), ECHILD);
}

CASE("end and acknowledge of nobody answer ECHILD") {
  ERRNO(noos_end(0, 0), ECHILD);
  ERRNO(noos_end(UINT64_MAX, 0), ECHILD);
  ERRNO(noos_acknowledge(0), ECHILD);
  ERRNO(noos_acknowledge(UINT64_MAX), ECHILD);
}

CASE("next_exit without waiting answers EAGAIN while there is nothing") {
  ERRNO(noos_next_exit(&notice, NOOS_NO_WAIT), EAGAIN);
  ERRNO(noos_next_exit(&notice, NOOS_NO_WAIT), EAGAIN);
}

CASE("next_exit checks its room and its flags") {
  ERRNO(noos_next_exit(&notice, 2), EINVAL);
  ERRNO(noos_next_exit_sized(&notice, 31, NOOS_NO_WAIT), EINVAL);
  ERRNO(noos_next_exit(NOWHERE, NOOS_NO_WAIT), EFAULT);
  ERRNO(noos_next_exit_sized(&notice, 0xffffffff, NOOS_NO_WAIT), EFAULT);
  noos_child child;
  OK(start("short", "one", &child));
  memset(&notice, 0x7f, sizeof notice);
  OK(noos_next_exit_sized(&notice, 32 + 4, 0));
  TRUE(is(notice.text, "exi"));
  SAME(notice.text[4], 0x7f);
}

CASE("exit_fd is readable while a notice waits, and a poll waits for it") {
  uint32_t fd, count;
  noos_child child;
  OK(noos_exit_fd(&fd));
  struct subscription both[] = {
      {.userdata = 1, .tag = EVENT_READ, .descriptor = {.fd = fd}},
      {.userdata = 2, .tag = EVENT_CLOCK, .clock = {.id = CLOCK_MONOTONE, .timeout = MILLISECOND}},
  };
  struct event events[2];
  OK(poll_oneoff(both, events, 2, &count));
  SAME(count, 1);
  SAME(events[0].userdata, 2);
  OK(start("worker", "one", &child));
  OK(noos_end(child, 0));
  OK(poll_oneoff(both, events, 1, &count));
  SAME(events[0].userdata, 1);
  SAME(events[0].error, SUCCESS);
  OK(noos_next_exit(&notice, NOOS_NO_WAIT));
  SAME(notice.child, child);
  OK(fd_close(fd));
}

CASE("exit_fd can be had twice, and is no file") {
  uint32_t one, other, count;
  struct span piece = {notice.text, 1};
  OK(noos_exit_fd(&one));
  OK(noos_exit_fd(&other));
  TRUE(one != other);
  ERRNO(fd_read(one, &piece, 1, &count), EBADF);
  ERRNO(write_text(one, "x"), EBADF);
  OK(fd_close(one));
  OK(fd_close(other));
  ERRNO(noos_exit_fd(NOWHERE), EFAULT);
}

CASE("self tells the path, and its length where it does not fit") {
  char path[64];
  size_t length = 0;
  OK(noos_self(path, sizeof path, &length));
  TRUE(length > 0 && memchr(path, '/', length) != NULL);
  size_t again = 0;
  ERRNO(noos_self(path, length - 1, &again), ERANGE);
  SAME(again, length);
  ERRNO(noos_self(NOWHERE, 64, &length), EFAULT);
  ERRNO(noos_self(path, sizeof path, NOWHERE), EFAULT);
}
