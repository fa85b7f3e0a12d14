// SPDX-License-Identifier: Apache-2.0
// Preloaded into a user-mode Linux that knows less of the processor's registers than there are
// (AMX): the kernel of the machine takes the whole state or none, so what is not known stays as it is.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long call(long request, long pid, void *address, void *data) {
  return syscall(SYS_ptrace, request, pid, address, data);
}

long ptrace(enum __ptrace_request request, ...) {
  static __thread char whole[1 << 16] __attribute__((aligned(64)));
  va_list more;
  va_start(more, request);
  long pid = va_arg(more, pid_t);
  void *address = va_arg(more, void *);
  void *data = va_arg(more, void *);
  va_end(more);
  if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
    struct iovec *known = data;
    struct iovec all = {whole, sizeof whole};
    if (call(PTRACE_GETREGSET, pid, address, &all) < 0) return -1;
    if (known->iov_len < all.iov_len) {
      memcpy(whole, known->iov_base, known->iov_len);
      return call(request, pid, address, &all);
    }
  }
  if (request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER) {
    // The C library hands the word back instead of storing it.
    long word;
    return call(request, pid, address, &word) < 0 ? -1 : word;
  }
  return call(request, pid, address, data);
}
