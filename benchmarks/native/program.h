/* What each program has alike. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds; goes on where the wall clock jumps. */
static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

#endif
