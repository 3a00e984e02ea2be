// exit [CODE]: ends at once with that code.
#include "../lib/print.h"

int main(int argc, char **argv) { proc_exit(argc > 1 ? (uint32_t)parse_number(argv[1]) : 0); }
