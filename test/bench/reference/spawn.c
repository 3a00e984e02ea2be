// spawn COUNT [COMMAND ARGS…]: starts a command COUNT times, one after the other, waits for each,
// and prints the nanoseconds that one takes. Without a command it starts itself, to end at once.
// Built statically, so that no time goes into finding libraries.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int run(char **command, const posix_spawn_file_actions_t *actions) {
  pid_t pid;
  int status;
  if (posix_spawnp(&pid, command[0], actions, NULL, command, environ) != 0) return -1;
  if (waitpid(pid, &status, 0) != pid) return -1;
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) return 0;
  long count = atol(argv[1]);
  char *itself[] = {argv[0], NULL};
  char **command = argc > 2 ? argv + 2 : itself;
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0);
  double start = now();
  for (long i = 0; i < count; i++) {
    if (run(command, argc > 2 ? &silent : NULL) != 0) {
      fprintf(stderr, "%s failed\n", command[0]);
      return 1;
    }
  }
  printf("%.0f\n", (now() - start) / (double)count);
  return 0;
}
