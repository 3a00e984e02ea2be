// hello [NAME]: the smallest program that says something.
#include "../lib/print.h"

int main(int argc, char **argv) {
  put("hello, ");
  print(argc > 1 ? argv[1] : "world");
  return 0;
}
