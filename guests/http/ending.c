// ending: a command, as CGI has it, that begins an answer and ends as its path says: /STATUS/CODE.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char *path = getenv("PATH_INFO");
  int status = 200, code = 0;
  if (path) sscanf(path, "/%d/%d", &status, &code);
  printf("Status: %d\nContent-Type: text/plain\n\nthe beginning", status);
  return code;
}
