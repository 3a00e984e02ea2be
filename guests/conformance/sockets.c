// sock_accept, sock_recv, sock_send, sock_shutdown, and what else works on a socket.
//
// Expects a listening socket among its descriptors, and a peer that connects once it has read the
// first line of this program's output, and again whenever a connection has closed. The peer says
// "hello", sends back whatever it receives, and closes when it is told that there is no more.
#include "../lib/case.h"

enum { FD_MAX = 64 };

static char bytes[256];
static uint32_t count;
static uint16_t flags;

static fd_t listener(void) {
  struct fdstat stat;
  for (fd_t fd = ROOT; fd < FD_MAX; fd++)
    if (fd_fdstat_get(fd, &stat) == SUCCESS && stat.type == TYPE_STREAM) return fd;
  return 9999;
}

// Waits for a connection, whatever the mode of the listener is.
static errno_t connect_with(uint32_t mode, fd_t *fd) {
  struct subscription incoming = {.tag = EVENT_READ, .descriptor = {.fd = listener()}};
  struct event event;
  errno_t error;
  do {
    error = poll_oneoff(&incoming, &event, 1, &count);
    if (error == SUCCESS) error = sock_accept(listener(), mode, fd);
  } while (error == EAGAIN);
  return error;
}

static errno_t receive(fd_t fd, uint32_t length, uint32_t how) {
  struct span piece = {bytes, length};
  return sock_recv(fd, &piece, 1, how, &count, &flags);
}

// Reads the "hello" that every connection begins with.
static errno_t skip_hello(fd_t fd) { return receive(fd, 5, RECEIVE_ALL); }

static errno_t send_text(fd_t fd, const char *text) {
  struct const_span piece = {text, strlen(text)};
  return sock_send(fd, &piece, 1, 0, &count);
}

CASE("sock_accept of a listener that does not block answers EAGAIN while nobody calls") {
  fd_t fd;
  OK(fd_fdstat_set_flags(listener(), F_NONBLOCK));
  ERRNO(sock_accept(listener(), 0, &fd), EAGAIN);
  OK(fd_fdstat_set_flags(listener(), 0));
}

CASE("sock_accept waits for a connection and gives a stream socket") {
  fd_t fd;
  struct fdstat stat;
  OK(sock_accept(listener(), 0, &fd));
  TRUE(fd > 2 && fd != listener());
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.type, TYPE_STREAM);
  OK(fd_close(fd));
}

CASE("poll_oneoff tells a listener somebody calls") {
  fd_t fd;
  struct subscription incoming = {
      .userdata = 5, .tag = EVENT_READ, .descriptor = {.fd = listener()}};
  struct event event;
  OK(poll_oneoff(&incoming, &event, 1, &count));
  SAME(count, 1);
  SAME(event.userdata, 5);
  SAME(event.error, SUCCESS);
  OK(sock_accept(listener(), 0, &fd));
  OK(fd_close(fd));
}

CASE("sock_recv gives what the peer sent") {
  fd_t fd;
  OK(connect_with(0, &fd));
  OK(receive(fd, sizeof bytes, 0));
  TRUE(count >= 1 && count <= 5);
  TRUE(memcmp(bytes, "hello", count) == 0);
  OK(fd_close(fd));
}

CASE("sock_recv with WAITALL waits until the buffer is full") {
  fd_t fd;
  OK(connect_with(0, &fd));
  OK(receive(fd, 5, RECEIVE_ALL));
  SAME(count, 5);
  TRUE(memcmp(bytes, "hello", 5) == 0);
  OK(fd_close(fd));
}

CASE("sock_recv with PEEK leaves what it gives") {
  fd_t fd;
  OK(connect_with(0, &fd));
  OK(receive(fd, 1, RECEIVE_PEEK));
  TRUE(count == 1 && bytes[0] == 'h');
  OK(receive(fd, 5, RECEIVE_ALL));
  TRUE(count == 5 && memcmp(bytes, "hello", 5) == 0);
  OK(fd_close(fd));
}

CASE("sock_recv answers EINVAL for flags that do not exist") {
  fd_t fd;
  OK(connect_with(0, &fd));
  ERRNO(receive(fd, 5, 0x10), EINVAL, ENOTSUP);
  OK(fd_close(fd));
}

CASE("sock_recv of a connection that does not block answers EAGAIN while there is nothing") {
  fd_t fd;
  OK(connect_with(F_NONBLOCK, &fd));
  struct subscription incoming = {.tag = EVENT_READ, .descriptor = {.fd = fd}};
  struct event event;
  for (uint32_t got = 0; got < 5; got += count) {
    OK(poll_oneoff(&incoming, &event, 1, &count));
    OK(receive(fd, 5, 0));
  }
  ERRNO(receive(fd, 5, 0), EAGAIN);
  OK(fd_close(fd));
}

CASE("sock_send reaches the peer, which sends it back") {
  fd_t fd;
  OK(connect_with(0, &fd));
  OK(skip_hello(fd));
  OK(send_text(fd, "ping"));
  SAME(count, 4);
  OK(receive(fd, 4, RECEIVE_ALL));
  TRUE(count == 4 && memcmp(bytes, "ping", 4) == 0);
  OK(fd_close(fd));
}

CASE("sock_send gathers and sock_recv scatters") {
  fd_t fd;
  char first[2], second[2];
  struct const_span from[] = {{"ab", 2}, {NULL, 0}, {"cd", 2}};
  struct span into[] = {{first, 2}, {second, 2}};
  OK(connect_with(0, &fd));
  OK(skip_hello(fd));
  OK(sock_send(fd, from, 3, 0, &count));
  SAME(count, 4);
  OK(sock_recv(fd, into, 2, RECEIVE_ALL, &count, &flags));
  SAME(count, 4);
  TRUE(memcmp(first, "ab", 2) == 0 && memcmp(second, "cd", 2) == 0);
  OK(fd_close(fd));
}

CASE("fd_write and fd_read work on a connection") {
  fd_t fd;
  struct span piece = {bytes, 1};
  OK(connect_with(0, &fd));
  OK(skip_hello(fd));
  OK(write_text(fd, "x"));
  OK(fd_read(fd, &piece, 1, &count));
  TRUE(count == 1 && bytes[0] == 'x');
  OK(fd_close(fd));
}

CASE("a megabyte goes out and comes back") {
  enum { TOTAL = 1 << 20 };
  static char out[65536], back[65536];
  uint64_t sent = 0, received = 0;
  fd_t fd;
  OK(connect_with(F_NONBLOCK, &fd));
  for (uint32_t i = 0; i < sizeof out; i++) out[i] = (char)(i * 7);
  while (received < TOTAL + 5) {
    struct subscription both[] = {
        {.userdata = 1, .tag = EVENT_READ, .descriptor = {.fd = fd}},
        {.userdata = 2, .tag = EVENT_WRITE, .descriptor = {.fd = fd}},
    };
    struct event events[2];
    OK(poll_oneoff(both, events, sent < TOTAL ? 2 : 1, &count));
    struct span into = {back, sizeof back};
    errno_t error = sock_recv(fd, &into, 1, 0, &count, &flags);
    ERRNO(error, SUCCESS, EAGAIN);
    if (error == SUCCESS) {
      TRUE(count > 0);
      received += count;
    }
    if (sent == TOTAL) continue;
    struct const_span from = {out + sent % sizeof out, sizeof out - sent % sizeof out};
    error = sock_send(fd, &from, 1, 0, &count);
    ERRNO(error, SUCCESS, EAGAIN);
    if (error == SUCCESS) sent += count;
  }
  SAME(received, TOTAL + 5);
  OK(fd_close(fd));
}

CASE("sock_shutdown of the sending half tells the peer, whose end then arrives") {
  fd_t fd;
  OK(connect_with(0, &fd));
  OK(skip_hello(fd));
  OK(send_text(fd, "bye"));
  OK(sock_shutdown(fd, SHUT_WRITE));
  OK(receive(fd, 3, RECEIVE_ALL));
  SAME(count, 3);
  OK(receive(fd, 3, 0));
  SAME(count, 0);
  ERRNO(send_text(fd, "more"), EPIPE, ENOTCONN);
  OK(fd_close(fd));
}

CASE("sock_shutdown answers EINVAL for no direction and for one that does not exist") {
  fd_t fd;
  OK(connect_with(0, &fd));
  ERRNO(sock_shutdown(fd, 0), EINVAL);
  ERRNO(sock_shutdown(fd, 4), EINVAL);
  OK(fd_close(fd));
}

CASE("a connection cannot be sought") {
  fd_t fd;
  uint64_t offset = 0;
  OK(connect_with(0, &fd));
  ERRNO(fd_seek(fd, 0, FROM_START, &offset), ESPIPE, ENOTCAPABLE);
  ERRNO(fd_tell(fd, &offset), ESPIPE, ENOTCAPABLE);
  OK(fd_close(fd));
}

CASE("a listener is no connection, and a connection no listener") {
  fd_t fd, other;
  OK(connect_with(0, &fd));
  ERRNO(receive(listener(), 1, 0), ENOTCONN, EINVAL, ENOTCAPABLE, ENOTSOCK);
  ERRNO(send_text(listener(), "x"), ENOTCONN, EPIPE, EINVAL, ENOTCAPABLE, ENOTSOCK);
  ERRNO(sock_accept(fd, 0, &other), EINVAL, ENOTCAPABLE, ENOTSUP, ENOTSOCK);
  OK(fd_close(fd));
}

CASE("sock_recv and sock_send from nowhere answer EFAULT") {
  fd_t fd;
  struct span into = {NOWHERE, 4};
  struct const_span from = {NOWHERE, 4};
  OK(connect_with(0, &fd));
  ERRNO(sock_recv(fd, &into, 1, 0, &count, &flags), EFAULT);
  ERRNO(sock_recv(fd, NOWHERE, 1, 0, &count, &flags), EFAULT);
  ERRNO(sock_send(fd, &from, 1, 0, &count), EFAULT);
  ERRNO(sock_send(fd, &from, 0xffffffff, 0, &count), EFAULT, EINVAL);
  OK(fd_close(fd));
}

CASE("sock_accept into nowhere answers EFAULT") {
  ERRNO(sock_accept(listener(), 0, NOWHERE), EFAULT);
}
