// sched_yield, random_get, and the errnos of sock_* on what is no socket. What ends a process is in
// `ending`, since a case cannot outlive it.
#include "../lib/case.h"

CASE("sched_yield comes back") {
  for (int i = 0; i < 100; i++) OK(sched_yield());
}

CASE("random_get fills what it is given and no more") {
  uint8_t bytes[64] = {0};
  OK(random_get(bytes, 32));
  int zeros = 0;
  for (int i = 0; i < 32; i++) zeros += bytes[i] == 0;
  TRUE(zeros < 8);
  for (int i = 32; i < 64; i++) SAME(bytes[i], 0);
}

CASE("random_get twice gives other bytes") {
  uint8_t one[16], two[16];
  OK(random_get(one, sizeof one));
  OK(random_get(two, sizeof two));
  TRUE(memcmp(one, two, sizeof one) != 0);
}

CASE("random_get of nothing is fine") {
  uint8_t byte = 7;
  OK(random_get(&byte, 0));
  SAME(byte, 7);
}

CASE("random_get of a megabyte is fine") {
  static uint8_t bytes[1 << 20];
  OK(random_get(bytes, sizeof bytes));
  uint64_t sum = 0;
  for (uint32_t i = 0; i < sizeof bytes; i++) sum += bytes[i];
  TRUE(sum > 127 * sizeof bytes - 1000000 && sum < 128 * sizeof bytes + 1000000);
}

CASE("random_get into nowhere answers EFAULT") {
  ERRNO(random_get(NOWHERE, 32), EFAULT);
  ERRNO(random_get((void *)16, 0xfffffff0), EFAULT);
}

CASE("sock_accept, sock_recv, sock_send and sock_shutdown of what is not open answer EBADF") {
  fd_t accepted;
  uint32_t count = 0;
  uint16_t flags = 0;
  char byte = 0;
  struct span into = {&byte, 1};
  struct const_span from = {&byte, 1};
  ERRNO(sock_accept(9999, 0, &accepted), EBADF);
  ERRNO(sock_recv(9999, &into, 1, 0, &count, &flags), EBADF);
  ERRNO(sock_send(9999, &from, 1, 0, &count), EBADF);
  ERRNO(sock_shutdown(9999, SHUT_READ), EBADF);
}

CASE("sock_accept, sock_recv, sock_send and sock_shutdown of a file answer ENOTSOCK") {
  fd_t fd, accepted;
  uint32_t count = 0;
  uint16_t flags = 0;
  char byte = 0;
  struct span into = {&byte, 1};
  struct const_span from = {&byte, 1};
  OK(open_file(&fd, "file"));
  ERRNO(sock_accept(fd, 0, &accepted), ENOTSOCK, EBADF, EINVAL);
  ERRNO(sock_recv(fd, &into, 1, 0, &count, &flags), ENOTSOCK, EBADF);
  ERRNO(sock_send(fd, &from, 1, 0, &count), ENOTSOCK, EBADF);
  ERRNO(sock_shutdown(fd, SHUT_READ), ENOTSOCK, EBADF);
}

CASE("sock_shutdown of standard output answers ENOTSOCK") {
  ERRNO(sock_shutdown(1, SHUT_WRITE), ENOTSOCK);
}
