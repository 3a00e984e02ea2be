// accept-echo [CONNECTIONS]: serves the first listening socket among its descriptors. Everything
// that a client sends comes back. Any number of clients are served at once, from one poll; the
// program ends when that many connections have closed (never, without the argument).
#include "../lib/print.h"

enum { CLIENTS_MAX = 64, FD_MAX = 64, LISTENER = 0 };

static fd_t clients[CLIENTS_MAX];
static uint32_t client_count;

static int find_listener(fd_t *listener) {
  struct fdstat stat;
  for (fd_t fd = 3; fd < FD_MAX; fd++) {
    if (fd_fdstat_get(fd, &stat) != SUCCESS || stat.type != TYPE_STREAM) continue;
    *listener = fd;
    return 1;
  }
  return 0;
}

static void accept_one(fd_t listener) {
  fd_t client;
  errno_t error = sock_accept(listener, F_NONBLOCK, &client);
  if (error == EAGAIN) return;
  if (error != SUCCESS) proc_exit((uint32_t)error);
  clients[client_count++] = client;
}

// Answers whether the client is still there.
static int echo(fd_t client) {
  char buffer[4096];
  struct span piece = {buffer, sizeof buffer};
  uint32_t length = 0;
  uint16_t flags = 0;
  errno_t error = sock_recv(client, &piece, 1, 0, &length, &flags);
  if (error == EAGAIN) return 1;
  if (error != SUCCESS || length == 0) return 0;
  for (uint32_t at = 0; at < length;) {
    struct const_span rest = {buffer + at, length - at};
    uint32_t sent = 0;
    error = sock_send(client, &rest, 1, 0, &sent);
    if (error != SUCCESS && error != EAGAIN) return 0;
    at += sent;
  }
  return 1;
}

// Waits until the listener or a client has something, and answers how many events there are.
static uint32_t wait_for_any(fd_t listener, struct event *events) {
  struct subscription all[CLIENTS_MAX + 1];
  uint32_t count = 0;
  if (client_count < CLIENTS_MAX) {
    all[count++] = (struct subscription){
        .userdata = LISTENER, .tag = EVENT_READ, .descriptor = {.fd = listener}};
  }
  for (uint32_t i = 0; i < client_count; i++) {
    all[count++] = (struct subscription){
        .userdata = clients[i], .tag = EVENT_READ, .descriptor = {.fd = clients[i]}};
  }
  uint32_t happened = 0;
  errno_t error = poll_oneoff(all, events, count, &happened);
  if (error != SUCCESS) proc_exit((uint32_t)error);
  return happened;
}

static void forget(fd_t client) {
  for (uint32_t i = 0; i < client_count; i++) {
    if (clients[i] != client) continue;
    clients[i] = clients[--client_count];
    break;
  }
  sock_shutdown(client, SHUT_READ | SHUT_WRITE);
  fd_close(client);
}

int main(int argc, char **argv) {
  uint64_t connections = argc > 1 ? parse_number(argv[1]) : UINT64_MAX;
  fd_t listener;
  if (!find_listener(&listener)) {
    print("no listening socket");
    return 1;
  }
  print("listening");
  while (connections > 0) {
    struct event events[CLIENTS_MAX + 1];
    uint32_t happened = wait_for_any(listener, events);
    for (uint32_t i = 0; i < happened; i++) {
      if (events[i].userdata == LISTENER) {
        accept_one(listener);
      } else if (!echo((fd_t)events[i].userdata)) {
        forget((fd_t)events[i].userdata);
        connections--;
      }
    }
  }
  print("done");
  return 0;
}
