// spin: never ends and never calls anything.
int main(void) {
  for (;;) {
  }
}
