// inetd PORT [PROGRAM]: accepts connections on loopback, one after the other. With a program it
// forks, and the child executes that with the connection as its stdin and stdout, as inetd has
// done since 1986; without one it answers itself. Without arguments it is such a program: it reads
// a request and answers with a greeting. Prints its port once it listens. Built statically.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void answer(int in, int out) {
  static const char greeting[] =
      "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\n\r\nhello, world\n";
  char request[4096];
  ssize_t length = 0;
  do {
    ssize_t count = read(in, request + length, sizeof request - 1 - (size_t)length);
    if (count <= 0) return;
    length += count;
    request[length] = 0;
  } while (strstr(request, "\r\n\r\n") == NULL);
  if (write(out, greeting, sizeof greeting - 1) < 0) exit(1);
}

int main(int argc, char **argv) {
  if (argc < 2) return answer(0, 1), 0;
  signal(SIGCHLD, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 128)) return 1;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (argc < 3) {
      answer(connection, connection);
    } else if (fork() == 0) {
      dup2(connection, 0);
      dup2(connection, 1);
      close(connection);
      execl(argv[2], argv[2], NULL);
      _exit(1);
    }
    close(connection);
  }
}
