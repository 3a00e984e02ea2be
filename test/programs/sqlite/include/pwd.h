// There are no users, so nobody has a home folder.
#ifndef PWD_H
#define PWD_H

#include <sys/types.h>

struct passwd { char *pw_dir; };

static struct passwd *getpwuid(uid_t user) {
  (void)user;
  return 0;
}

static uid_t getuid(void) { return 0; }

#endif
