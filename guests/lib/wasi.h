// The 46 calls of WASI preview 1 as they are on the wire, and the records that they pass.
//
// wasi-libc's own declarations take C strings and measure them, so a program cannot pass an
// embedded NUL, a path of length zero at a wild address, or a pointer past the end of memory.
// These declarations take what the call takes: addresses and lengths.
#ifndef NOOS_WASI_H
#define NOOS_WASI_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t fd_t;
typedef int32_t errno_t;
typedef uint64_t rights_t;

// Every errno with its name, in the order of the contract.
#define ERRNOS(X)                                                                              \
  X(SUCCESS) X(E2BIG) X(EACCES) X(EADDRINUSE) X(EADDRNOTAVAIL) X(EAFNOSUPPORT) X(EAGAIN)       \
  X(EALREADY) X(EBADF) X(EBADMSG) X(EBUSY) X(ECANCELED) X(ECHILD) X(ECONNABORTED)              \
  X(ECONNREFUSED) X(ECONNRESET) X(EDEADLK) X(EDESTADDRREQ) X(EDOM) X(EDQUOT) X(EEXIST)         \
  X(EFAULT) X(EFBIG) X(EHOSTUNREACH) X(EIDRM) X(EILSEQ) X(EINPROGRESS) X(EINTR) X(EINVAL)      \
  X(EIO) X(EISCONN) X(EISDIR) X(ELOOP) X(EMFILE) X(EMLINK) X(EMSGSIZE) X(EMULTIHOP)            \
  X(ENAMETOOLONG) X(ENETDOWN) X(ENETRESET) X(ENETUNREACH) X(ENFILE) X(ENOBUFS) X(ENODEV)       \
  X(ENOENT) X(ENOEXEC) X(ENOLCK) X(ENOLINK) X(ENOMEM) X(ENOMSG) X(ENOPROTOOPT) X(ENOSPC)       \
  X(ENOSYS) X(ENOTCONN) X(ENOTDIR) X(ENOTEMPTY) X(ENOTRECOVERABLE) X(ENOTSOCK) X(ENOTSUP)      \
  X(ENOTTY) X(ENXIO) X(EOVERFLOW) X(EOWNERDEAD) X(EPERM) X(EPIPE) X(EPROTO)                    \
  X(EPROTONOSUPPORT) X(EPROTOTYPE) X(ERANGE) X(EROFS) X(ESPIPE) X(ESRCH) X(ESTALE)             \
  X(ETIMEDOUT) X(ETXTBSY) X(EXDEV) X(ENOTCAPABLE)

#define ERRNO_CONSTANT(name) name,
enum { ERRNOS(ERRNO_CONSTANT) ERRNO_COUNT };
#undef ERRNO_CONSTANT

enum filetype {
  TYPE_UNKNOWN, TYPE_BLOCK, TYPE_CHARACTER, TYPE_DIRECTORY, TYPE_FILE, TYPE_DATAGRAM,
  TYPE_STREAM, TYPE_SYMLINK
};

enum { CLOCK_REAL, CLOCK_MONOTONE, CLOCK_CPU_PROCESS, CLOCK_CPU_THREAD };
enum { FROM_START, FROM_CURRENT, FROM_END };
enum { FOLLOW = 1 };
enum { OPEN_CREATE = 1, OPEN_DIRECTORY = 2, OPEN_EXCLUSIVE = 4, OPEN_TRUNCATE = 8 };
enum { F_APPEND = 1, F_DSYNC = 2, F_NONBLOCK = 4, F_RSYNC = 8, F_SYNC = 16 };
enum { SET_ATIME = 1, SET_ATIME_NOW = 2, SET_MTIME = 4, SET_MTIME_NOW = 8 };
enum { ADVICE_NORMAL, ADVICE_SEQUENTIAL, ADVICE_RANDOM, ADVICE_WILLNEED, ADVICE_DONTNEED,
       ADVICE_NOREUSE };
enum { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };
enum { CLOCK_ABSOLUTE = 1 };
enum { RECEIVE_PEEK = 1, RECEIVE_ALL = 2, RECEIVE_TRUNCATED = 1 };
enum { SHUT_READ = 1, SHUT_WRITE = 2 };

#define RIGHT(bit) ((rights_t)1 << (bit))
#define CAN_DATASYNC RIGHT(0)
#define CAN_READ RIGHT(1)
#define CAN_SEEK RIGHT(2)
#define CAN_SET_FLAGS RIGHT(3)
#define CAN_SYNC RIGHT(4)
#define CAN_TELL RIGHT(5)
#define CAN_WRITE RIGHT(6)
#define CAN_ADVISE RIGHT(7)
#define CAN_ALLOCATE RIGHT(8)
#define CAN_CREATE_DIRECTORY RIGHT(9)
#define CAN_CREATE_FILE RIGHT(10)
#define CAN_LINK_SOURCE RIGHT(11)
#define CAN_LINK_TARGET RIGHT(12)
#define CAN_OPEN RIGHT(13)
#define CAN_READDIR RIGHT(14)
#define CAN_READLINK RIGHT(15)
#define CAN_RENAME_SOURCE RIGHT(16)
#define CAN_RENAME_TARGET RIGHT(17)
#define CAN_STAT_PATH RIGHT(18)
#define CAN_SET_SIZE_PATH RIGHT(19)
#define CAN_SET_TIMES_PATH RIGHT(20)
#define CAN_STAT RIGHT(21)
#define CAN_SET_SIZE RIGHT(22)
#define CAN_SET_TIMES RIGHT(23)
#define CAN_SYMLINK RIGHT(24)
#define CAN_REMOVE_DIRECTORY RIGHT(25)
#define CAN_UNLINK RIGHT(26)
#define CAN_POLL RIGHT(27)
#define CAN_SHUTDOWN RIGHT(28)
#define CAN_ACCEPT RIGHT(29)

struct span { void *base; uint32_t length; };
struct const_span { const void *base; uint32_t length; };

struct fdstat {
  uint8_t type;
  uint16_t flags;
  rights_t rights;
  rights_t inheriting;
};

struct filestat {
  uint64_t device, inode;
  uint8_t type;
  uint64_t links, size, atime, mtime, ctime;
};

struct dirent {
  uint64_t next, inode;
  uint32_t name_length;
  uint8_t type;
};

struct prestat { uint8_t tag; uint32_t name_length; };

struct subscription {
  uint64_t userdata;
  uint8_t tag;
  union {
    struct { uint32_t id; uint64_t timeout, precision; uint16_t flags; } clock;
    struct { fd_t fd; } descriptor;
  };
};

struct event {
  uint64_t userdata;
  uint16_t error;
  uint8_t type;
  uint64_t bytes;
  uint16_t flags;
};

_Static_assert(sizeof(struct fdstat) == 24, "fdstat");
_Static_assert(sizeof(struct filestat) == 64, "filestat");
_Static_assert(sizeof(struct dirent) == 24, "dirent");
_Static_assert(sizeof(struct subscription) == 48, "subscription");
_Static_assert(sizeof(struct event) == 32, "event");

#define CALL(name) \
  __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) errno_t name

CALL(args_get)(void *list, void *bytes);
CALL(args_sizes_get)(void *count, void *size);
CALL(environ_get)(void *list, void *bytes);
CALL(environ_sizes_get)(void *count, void *size);
CALL(clock_res_get)(uint32_t id, void *nanoseconds);
CALL(clock_time_get)(uint32_t id, uint64_t precision, void *nanoseconds);
CALL(fd_advise)(fd_t fd, uint64_t offset, uint64_t length, uint32_t advice);
CALL(fd_allocate)(fd_t fd, uint64_t offset, uint64_t length);
CALL(fd_close)(fd_t fd);
CALL(fd_datasync)(fd_t fd);
CALL(fd_fdstat_get)(fd_t fd, void *stat);
CALL(fd_fdstat_set_flags)(fd_t fd, uint32_t flags);
CALL(fd_fdstat_set_rights)(fd_t fd, rights_t rights, rights_t inheriting);
CALL(fd_filestat_get)(fd_t fd, void *stat);
CALL(fd_filestat_set_size)(fd_t fd, uint64_t size);
CALL(fd_filestat_set_times)(fd_t fd, uint64_t atime, uint64_t mtime, uint32_t flags);
CALL(fd_pread)(fd_t fd, const void *spans, uint32_t count, uint64_t offset, void *read);
CALL(fd_prestat_get)(fd_t fd, void *prestat);
CALL(fd_prestat_dir_name)(fd_t fd, void *path, uint32_t length);
CALL(fd_pwrite)(fd_t fd, const void *spans, uint32_t count, uint64_t offset, void *written);
CALL(fd_read)(fd_t fd, const void *spans, uint32_t count, void *read);
CALL(fd_readdir)(fd_t fd, void *buffer, uint32_t length, uint64_t cookie, void *used);
CALL(fd_renumber)(fd_t from, fd_t to);
CALL(fd_seek)(fd_t fd, int64_t offset, uint32_t whence, void *position);
CALL(fd_sync)(fd_t fd);
CALL(fd_tell)(fd_t fd, void *position);
CALL(fd_write)(fd_t fd, const void *spans, uint32_t count, void *written);
CALL(path_create_directory)(fd_t fd, const void *path, uint32_t length);
CALL(path_filestat_get)(fd_t fd, uint32_t lookup, const void *path, uint32_t length, void *stat);
CALL(path_filestat_set_times)(fd_t fd, uint32_t lookup, const void *path, uint32_t length,
                              uint64_t atime, uint64_t mtime, uint32_t flags);
CALL(path_link)(fd_t fd, uint32_t lookup, const void *path, uint32_t length, fd_t new_fd,
                const void *new_path, uint32_t new_length);
CALL(path_open)(fd_t fd, uint32_t lookup, const void *path, uint32_t length, uint32_t oflags,
                rights_t rights, rights_t inheriting, uint32_t flags, void *opened);
CALL(path_readlink)(fd_t fd, const void *path, uint32_t length, void *buffer,
                    uint32_t buffer_length, void *used);
CALL(path_remove_directory)(fd_t fd, const void *path, uint32_t length);
CALL(path_rename)(fd_t fd, const void *path, uint32_t length, fd_t new_fd, const void *new_path,
                  uint32_t new_length);
CALL(path_symlink)(const void *target, uint32_t target_length, fd_t fd, const void *path,
                   uint32_t length);
CALL(path_unlink_file)(fd_t fd, const void *path, uint32_t length);
CALL(poll_oneoff)(const void *subscriptions, void *events, uint32_t count, void *happened);
CALL(proc_raise)(uint32_t signal);
CALL(sched_yield)(void);
CALL(random_get)(void *buffer, uint32_t length);
CALL(sock_accept)(fd_t fd, uint32_t flags, void *accepted);
CALL(sock_recv)(fd_t fd, const void *spans, uint32_t count, uint32_t flags, void *received,
                void *result_flags);
CALL(sock_send)(fd_t fd, const void *spans, uint32_t count, uint32_t flags, void *sent);
CALL(sock_shutdown)(fd_t fd, uint32_t how);

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void
proc_exit(uint32_t code);

#undef CALL

#endif
