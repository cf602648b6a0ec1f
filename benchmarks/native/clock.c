/* A wall clock that can be moved under a program that is running, while the monotonic one goes on: preloaded into it.
 *
 *   MOVED_CLOCK=FILE LD_PRELOAD=clock.so PROGRAM
 *
 * FILE holds nanoseconds to add, a 64-bit number in the machine's order; whoever writes it moves the clock of every
 * process at once. It takes no lock: a signal handler may ask for the time, and PostgreSQL's do. Waits are left alone.
 * (libfaketime 0.9.10 ends every wait on a monotonic condition at once, also where it is told not to fake that clock, so
 * that each timed wait of a JVM spins.) Times of files are the machine's own, and so are waits until a time of the wall
 * clock; the server has none.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <dlfcn.h>

#define SECOND 1000000000LL

static const int64_t *moved;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("MOVED_CLOCK");
  real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof *moved, PROT_READ, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) moved = page;
  close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  int failed = real ? real(clock, at) : (int)syscall(SYS_clock_gettime, clock, at);
  if (!failed && moved && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    int64_t by = __atomic_load_n(moved, __ATOMIC_RELAXED);
    int64_t part = at->tv_nsec + by % SECOND;
    at->tv_sec += by / SECOND + (part >= SECOND) - (part < 0);
    at->tv_nsec = part + (part < 0 ? SECOND : part >= SECOND ? -SECOND : 0);
  }
  return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  int failed = clock_gettime(CLOCK_REALTIME, &precise);
  if (!failed && at) {
    at->tv_sec = precise.tv_sec;
    at->tv_usec = precise.tv_nsec / 1000;
  }
  return failed;
}

time_t time(time_t *at) {
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
  if (at) *at = precise.tv_sec;
  return precise.tv_sec;
}
