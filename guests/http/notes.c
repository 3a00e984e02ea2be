// notes GREETING: a command, as CGI has it. PUT adds its input to the file /data/notes; any request
// is answered with the greeting and what is in the file, or with 500 and why it cannot be written.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char path[] = "/data/notes";

static int copy(FILE *from, FILE *to) {
  char piece[256];
  for (size_t length; (length = fread(piece, 1, sizeof piece, from)) > 0;)
    fwrite(piece, 1, length, to);
  // Of what is written, closing says whether it is.
  return fclose(from == stdin ? to : from);
}

int main(int argc, char **argv) {
  const char *method = getenv("REQUEST_METHOD");
  if (method && strcmp(method, "PUT") == 0) {
    FILE *notes = fopen(path, "a");
    if (!notes || copy(stdin, notes) != 0) {
      printf("Status: 500\nContent-Type: text/plain\n\n%s\n", strerror(errno));
      return 0;
    }
  }
  printf("Content-Type: text/plain\n\n%s\n", argc > 1 ? argv[1] : "notes");
  FILE *notes = fopen(path, "r");
  return notes ? copy(notes, stdout) : 0;
}
