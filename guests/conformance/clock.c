// clock_res_get, clock_time_get.
#include "../lib/case.h"

CASE("clock_res_get of the real clock is between a nanosecond and a second") {
  uint64_t resolution = 0;
  OK(clock_res_get(CLOCK_REAL, &resolution));
  TRUE(resolution > 0 && resolution <= 1000000000);
}

CASE("clock_res_get of the monotonic clock is between a nanosecond and a second") {
  uint64_t resolution = 0;
  OK(clock_res_get(CLOCK_MONOTONE, &resolution));
  TRUE(resolution > 0 && resolution <= 1000000000);
}

CASE("clock_time_get of the real clock is after 2020") {
  uint64_t now = 0;
  OK(clock_time_get(CLOCK_REAL, 0, &now));
  TRUE(now > 1577836800000000000u);
}

CASE("clock_time_get of the monotonic clock never goes back") {
  uint64_t before = 0, now = 0;
  for (int i = 0; i < 1000; i++) {
    OK(clock_time_get(CLOCK_MONOTONE, 0, &now));
    TRUE(now >= before);
    before = now;
  }
}

CASE("clock_time_get of the monotonic clock advances") {
  uint64_t start = 0, now = 0;
  OK(clock_time_get(CLOCK_MONOTONE, 0, &start));
  for (int i = 0; i < 10000000 && now <= start; i++) clock_time_get(CLOCK_MONOTONE, 0, &now);
  TRUE(now > start);
}

CASE("clock_time_get takes any precision") {
  uint64_t now = 0;
  OK(clock_time_get(CLOCK_REAL, UINT64_MAX, &now));
  OK(clock_time_get(CLOCK_MONOTONE, 1, &now));
}

CASE("clock_time_get of a CPU clock counts, or answers that there is none") {
  uint64_t now = 0;
  ERRNO(clock_time_get(CLOCK_CPU_PROCESS, 0, &now), SUCCESS, EINVAL, ENOTSUP, EBADF);
  ERRNO(clock_time_get(CLOCK_CPU_THREAD, 0, &now), SUCCESS, EINVAL, ENOTSUP, EBADF);
}

CASE("clock_res_get and clock_time_get agree on which CPU clocks there are") {
  uint64_t now = 0;
  errno_t time = clock_time_get(CLOCK_CPU_PROCESS, 0, &now);
  ERRNO(clock_res_get(CLOCK_CPU_PROCESS, &now), time);
}

CASE("clock_time_get answers EINVAL for a clock that does not exist") {
  uint64_t now = 0;
  ERRNO(clock_time_get(4, 0, &now), EINVAL);
  ERRNO(clock_time_get(0xffffffff, 0, &now), EINVAL);
}

CASE("clock_res_get answers EINVAL for a clock that does not exist") {
  uint64_t resolution = 0;
  ERRNO(clock_res_get(4, &resolution), EINVAL);
}

CASE("clock_time_get answers EFAULT for an address that is nowhere") {
  ERRNO(clock_time_get(CLOCK_REAL, 0, NOWHERE), EFAULT);
}

CASE("clock_res_get answers EFAULT for an address that is nowhere") {
  ERRNO(clock_res_get(CLOCK_REAL, NOWHERE), EFAULT);
}
