// poll_oneoff.
#include "../lib/case.h"

enum { MILLISECOND = 1000000 };

static struct event events[8];
static uint32_t happened;

static struct subscription timer(uint64_t userdata, uint64_t timeout) {
  return (struct subscription){
      .userdata = userdata,
      .tag = EVENT_CLOCK,
      .clock = {.id = CLOCK_MONOTONE, .timeout = timeout},
  };
}

static struct subscription readable(uint64_t userdata, fd_t fd) {
  return (struct subscription){
      .userdata = userdata, .tag = EVENT_READ, .descriptor = {.fd = fd}};
}

static struct subscription writable(uint64_t userdata, fd_t fd) {
  return (struct subscription){
      .userdata = userdata, .tag = EVENT_WRITE, .descriptor = {.fd = fd}};
}

static errno_t poll(const struct subscription *subscriptions, uint32_t count) {
  memset(events, 0xff, sizeof events);
  happened = 99;
  return poll_oneoff(subscriptions, events, count, &happened);
}

static uint64_t now(uint32_t clock) {
  uint64_t time = 0;
  clock_time_get(clock, 1, &time);
  return time;
}

CASE("a timer waits as long as it says, and says which it is") {
  uint64_t start = now(CLOCK_MONOTONE);
  struct subscription subscription = timer(77, 20 * MILLISECOND);
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  SAME(events[0].userdata, 77);
  SAME(events[0].type, EVENT_CLOCK);
  SAME(events[0].error, SUCCESS);
  TRUE(now(CLOCK_MONOTONE) - start >= 19 * MILLISECOND);
}

CASE("a timer of nothing is over at once") {
  struct subscription subscription = timer(1, 0);
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  SAME(events[0].type, EVENT_CLOCK);
}

CASE("a timer on the real clock waits too") {
  uint64_t start = now(CLOCK_MONOTONE);
  struct subscription subscription = timer(1, 20 * MILLISECOND);
  subscription.clock.id = CLOCK_REAL;
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  TRUE(now(CLOCK_MONOTONE) - start >= 15 * MILLISECOND);
}

CASE("an absolute timer waits until its time") {
  uint64_t end = now(CLOCK_MONOTONE) + 20 * MILLISECOND;
  struct subscription subscription = timer(1, end);
  subscription.clock.flags = CLOCK_ABSOLUTE;
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  TRUE(now(CLOCK_MONOTONE) + MILLISECOND >= end);
}

CASE("an absolute timer on the real clock waits until its time") {
  uint64_t start = now(CLOCK_MONOTONE);
  struct subscription subscription = timer(1, now(CLOCK_REAL) + 20 * MILLISECOND);
  subscription.clock.id = CLOCK_REAL;
  subscription.clock.flags = CLOCK_ABSOLUTE;
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  TRUE(now(CLOCK_MONOTONE) - start >= 10 * MILLISECOND);
}

CASE("an absolute timer in the past is over at once") {
  struct subscription subscription = timer(1, 1);
  subscription.clock.flags = CLOCK_ABSOLUTE;
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  SAME(events[0].error, SUCCESS);
}

CASE("of two timers the earlier ends the wait") {
  struct subscription both[] = {timer(1, 3600000 * (uint64_t)MILLISECOND), timer(2, MILLISECOND)};
  OK(poll(both, 2));
  SAME(happened, 1);
  SAME(events[0].userdata, 2);
}

CASE("a file is always ready, and a poll that finds something does not wait") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  struct subscription all[] = {readable(1, fd), writable(2, fd),
                               timer(3, 3600000 * (uint64_t)MILLISECOND)};
  OK(poll(all, 3));
  TRUE(happened == 1 || happened == 2);
  for (uint32_t i = 0; i < happened; i++) {
    TRUE(events[i].userdata == 1 || events[i].userdata == 2);
    SAME(events[i].error, SUCCESS);
    SAME(events[i].type, events[i].userdata == 1 ? EVENT_READ : EVENT_WRITE);
  }
}

CASE("a readable file says how many bytes there are") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  struct subscription subscription = readable(1, fd);
  OK(poll(&subscription, 1));
  SAME(happened, 1);
  TRUE(events[0].bytes == 3 || events[0].bytes == 1);
}

CASE("standard output is ready for writing") {
  struct subscription both[] = {writable(1, 1), timer(2, 3600000 * (uint64_t)MILLISECOND)};
  OK(poll(both, 2));
  SAME(happened, 1);
  SAME(events[0].userdata, 1);
  SAME(events[0].type, EVENT_WRITE);
  SAME(events[0].error, SUCCESS);
}

CASE("a descriptor that is not open answers EBADF, in its event or of the call") {
  struct subscription all[] = {readable(1, 9999), timer(2, 3600000 * (uint64_t)MILLISECOND)};
  errno_t error = poll(all, 2);
  ERRNO(error, SUCCESS, EBADF);
  if (error == SUCCESS) {
    SAME(happened, 1);
    SAME(events[0].userdata, 1);
    SAME(events[0].error, EBADF);
  }
}

CASE("a clock that does not exist answers an errno, in its event or of the call") {
  struct subscription subscription = timer(1, MILLISECOND);
  subscription.clock.id = 99;
  errno_t error = poll(&subscription, 1);
  ERRNO(error, SUCCESS, EINVAL, ENOTSUP);
  if (error == SUCCESS) {
    SAME(happened, 1);
    ERRNO(events[0].error, EINVAL, ENOTSUP);
  }
}

CASE("a kind of event that does not exist answers EINVAL, in its event or of the call") {
  struct subscription subscription = timer(1, MILLISECOND);
  subscription.tag = 9;
  errno_t error = poll(&subscription, 1);
  ERRNO(error, SUCCESS, EINVAL);
  if (error == SUCCESS) ERRNO(events[0].error, EINVAL);
}

CASE("no subscriptions answer EINVAL") {
  ERRNO(poll(0, 0), EINVAL);
}

CASE("subscriptions and events that are nowhere answer EFAULT") {
  struct subscription subscription = timer(1, 0);
  ERRNO(poll_oneoff(NOWHERE, events, 1, &happened), EFAULT);
  ERRNO(poll_oneoff(&subscription, NOWHERE, 1, &happened), EFAULT);
  ERRNO(poll_oneoff(&subscription, events, 1, NOWHERE), EFAULT);
}

CASE("more subscriptions than memory could hold answer an errno") {
  struct subscription subscription = timer(1, 0);
  ERRNO(poll_oneoff(&subscription, events, 0xffffffff, &happened), EFAULT, EINVAL, EOVERFLOW,
        ENOMEM);
}

CASE("standard input that has ended is readable") {
  struct subscription both[] = {readable(1, 0), timer(2, 3600000 * (uint64_t)MILLISECOND)};
  OK(poll(both, 2));
  SAME(happened, 1);
  SAME(events[0].userdata, 1);
  SAME(events[0].error, SUCCESS);
}
