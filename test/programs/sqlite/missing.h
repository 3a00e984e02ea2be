// What SQLite asks for and wasi-libc has not: modes and owners, of which there are none, and locks,
// which are never in the way since nobody else has the file. Included before everything else.
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

enum { F_GETLK = 5, F_SETLK, F_SETLKW };
enum { F_RDLCK, F_WRLCK, F_UNLCK };

#define F_GETLK F_GETLK
#define F_SETLK F_SETLK
#define F_SETLKW F_SETLKW
#define F_RDLCK F_RDLCK
#define F_WRLCK F_WRLCK
#define F_UNLCK F_UNLCK

static int lock_or_fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (command == F_GETLK) ((struct flock *)argument)->l_type = F_UNLCK;
  if (command >= F_GETLK && command <= F_SETLKW) return 0;
  return fcntl(fd, command, argument);
}

#define fcntl lock_or_fcntl

static int fchmod(int fd, mode_t mode) { return 0; }
static int chmod(const char *path, mode_t mode) { return 0; }
static int fchown(int fd, uid_t owner, gid_t group) { return 0; }
static uid_t geteuid(void) { return 0; }
static mode_t umask(mode_t mode) { return 0; }
