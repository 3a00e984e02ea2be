/* The few calls of WASI that the driver needs itself, without a C library. */
#ifndef NOOS_SCRIPT_HOST_H
#define NOOS_SCRIPT_HOST_H

#include <stddef.h>
#include <stdint.h>

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

typedef int32_t Errno;
enum { errno_range = 68 };

struct bytes {
  const void *at;
  size_t length;
};

WASI("clock_time_get") Errno wasi_clock(uint32_t clock, uint64_t precision, uint64_t *ns);
WASI("environ_get") Errno wasi_environment(char **texts, char *buffer);
WASI("environ_sizes_get") Errno wasi_environment_sizes(size_t *count, size_t *bytes);
WASI("fd_close") Errno wasi_close(int32_t fd);
WASI("fd_prestat_get") Errno wasi_prestat(int32_t fd, uint32_t *prestat);
WASI("fd_read") Errno wasi_read(int32_t fd, struct bytes *list, size_t count, size_t *done);
WASI("fd_write") Errno wasi_write(int32_t fd, const struct bytes *list, size_t count, size_t *done);
WASI("path_open")
Errno wasi_open(int32_t directory, uint32_t follow, const char *path, size_t length, uint32_t create,
                uint64_t rights, uint64_t inherited, uint32_t flags, int32_t *fd);
WASI("proc_exit") _Noreturn void wasi_exit(int32_t code);
WASI("random_get") Errno wasi_random(uint8_t *bytes, size_t length);

#endif
