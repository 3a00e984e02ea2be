// setjmp for wasm, which wasi-libc of Debian 12 has not. The compiler turns calls of these two into
// wasm exceptions; what it calls for that is in setjmp.c.
#ifndef SETJMP_H
#define SETJMP_H

typedef int jmp_buf[4];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);

#endif
