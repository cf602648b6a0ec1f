/* Sends HTTP requests and measures. One thread, epoll, keep-alive, plain HTTP/1.1.
 *
 *   load PORT CALLERS RATE WARM_SECONDS SECONDS REQUEST_FILE...
 *
 * RATE 0: closed loop, each of CALLERS connections sends its next request when the last answer is whole. A RATE
 * below 0 is that too, with the first requests spread over so many seconds, so that streams do not all begin at once.
 * RATE > 0: open loop, requests leave at fixed times whatever the answers do; a latency counts from the time
 * at which a request was due, so that a slow answer does not hide the wait of those behind it (coordinated
 * omission). CALLERS is then the most connections. A request file holds one request as it goes on the wire;
 * several are sent in turn. Prints one line of JSON; times in milliseconds; `first` is the time to the first
 * byte of a body. An answer that is an event stream counts as failed without its [DONE]. What is under way at the
 * end is waited for (10 s at most), so that `sent` can be compared with somebody else's count; `busy` is the share
 * of one processor that this program took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "message.h"
#include "program.h"

#define MOST 20000000

typedef struct {
  int fd, busy, done, request;
  size_t sent;
  double due, first;
  Message answer;
  char tail[6];
} Connection;

static char **requests;
static size_t *lengths;
static int request_count, next_request, port, epoll;
static Connection *connections;
static int callers;
static float *latencies, *firsts;
static long completed, failed, refused, sent_all, answered, broken_all;
static double measure_from, measure_to, longest;
static int ended, under_way;
static double *queue;
static long queue_from, queue_to;

static void watch(Connection *c, unsigned events, int how) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epoll, how, c->fd, &event) < 0) die("epoll_ctl");
}

static void dial(Connection *c) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  watch(c, EPOLLIN, EPOLL_CTL_ADD);
}

static void push(Connection *c) {
  size_t length = lengths[c->request];
  while (c->sent < length) {
    ssize_t n = write(c->fd, requests[c->request] + c->sent, length - c->sent);
    if (n < 0) {
      if (errno == EAGAIN) {
        watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
        return;
      }
      return; /* the read side hears of it */
    }
    c->sent += n;
  }
}

static void begin(Connection *c, double due) {
  c->busy = 1;
  under_way++;
  sent_all++;
  c->due = due;
  c->first = 0;
  c->sent = 0;
  c->done = 0;
  blank(&c->answer);
  memset(c->tail, 0, sizeof c->tail);
  c->request = next_request;
  next_request = (next_request + 1) % request_count;
  push(c);
}

static void finish(Connection *c, int broken) {
  double at = now();
  int good = !broken && c->answer.status >= 200 && c->answer.status <= 299;
  c->busy = 0;
  under_way--;
  if (good && !(c->answer.events && !c->done)) answered++;
  if (broken) broken_all++;
  if (at - c->due > longest) longest = at - c->due;
  if (at >= measure_from && at < measure_to) {
    if (c->answer.status < 200 || c->answer.status > 299) refused++;
    if (!good || (c->answer.events && !c->done)) failed++;
    else if (completed < MOST) {
      latencies[completed] = (at - c->due) * 1e3;
      firsts[completed++] = (c->first - c->due) * 1e3;
    }
  }
}

static void body(void *of, const char *bytes, long length) {
  Connection *c = of;
  if (!c->first) c->first = now();
  if (c->answer.events && !c->done) c->done = said_done(c->tail, bytes, length);
}

static void next(Connection *c, double rate) {
  if (ended) return;
  if (rate <= 0) begin(c, now());
  else if (queue_from < queue_to) begin(c, queue[queue_from++]);
}

static void heard(Connection *c, double rate) {
  static char bytes[262144];
  for (;;) {
    ssize_t n = read(c->fd, bytes, sizeof bytes);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      if (c->busy) {
        if (!c->answer.in_body) c->answer.status = 0;
        finish(c, 1);
      }
      close(c->fd);
      dial(c);
      next(c, rate);
      return;
    }
    if (c->busy && take(&c->answer, bytes, n, body, c)) {
      finish(c, 0);
      next(c, rate);
      if (rate <= 0) return;
    }
  }
}

static void read_requests(int count, char **names) {
  int at;
  request_count = count;
  requests = calloc(count, sizeof *requests);
  lengths = calloc(count, sizeof *lengths);
  for (at = 0; at < count; at++) {
    FILE *file = fopen(names[at], "rb");
    if (!file) die(names[at]);
    fseek(file, 0, SEEK_END);
    lengths[at] = ftell(file);
    rewind(file);
    requests[at] = malloc(lengths[at] + 1);
    if (fread(requests[at], 1, lengths[at], file) != lengths[at]) die(names[at]);
    fclose(file);
  }
}

static int order(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return (a > b) - (a < b);
}

static void report(double seconds, double elapsed) {
  double at[] = {0.5, 0.9, 0.99, 0.999};
  const char *names[] = {"p50", "p90", "p99", "p999"};
  int one;
  qsort(latencies, completed, sizeof *latencies, order);
  qsort(firsts, completed, sizeof *firsts, order);
  printf("{\"completed\": %ld, \"failed\": %ld, \"refused\": %ld, \"waiting\": %ld, \"rate\": %.2f", completed, failed,
         refused, queue_to - queue_from, completed / seconds);
  for (one = 0; one < 4; one++) {
    long place = completed ? (long)(completed * at[one]) : 0;
    printf(", \"%s\": %.3f, \"first_%s\": %.3f", names[one], completed ? latencies[place] : -1, names[one],
           completed ? firsts[place] : -1);
  }
  printf(", \"max\": %.3f, \"first_max\": %.3f", completed ? latencies[completed - 1] : -1,
         completed ? firsts[completed - 1] : -1);
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf(", \"longest\": %.3f, \"sent\": %ld, \"answered\": %ld, \"broken\": %ld, \"under_way\": %d, \"busy\": %.3f}\n",
         longest * 1e3, sent_all, answered, broken_all, under_way,
         (used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6) / elapsed);
}

int main(int count, char **arguments) {
  double rate, ramp, warm, seconds, began, due;
  struct epoll_event events[512];
  int at, timer, started = 0;
  if (count < 7) {
    fprintf(stderr, "load PORT CALLERS RATE WARM_SECONDS SECONDS REQUEST_FILE...\n");
    return 2;
  }
  port = atoi(arguments[1]);
  callers = atoi(arguments[2]);
  rate = atof(arguments[3]);
  warm = atof(arguments[4]);
  seconds = atof(arguments[5]);
  read_requests(count - 6, arguments + 6);
  latencies = malloc(MOST * sizeof *latencies);
  firsts = malloc(MOST * sizeof *firsts);
  queue = malloc(((size_t)((rate > 0 ? rate : 0) * (warm + seconds)) + 16) * sizeof *queue);
  connections = calloc(callers, sizeof *connections);
  epoll = epoll_create1(0);
  for (at = 0; at < callers; at++) dial(&connections[at]);
  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event tick = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &tick);
  began = due = now();
  measure_from = began + warm;
  measure_to = measure_from + seconds;
  ramp = rate < 0 ? -rate : 0;
  while (now() < measure_to || (under_way > 0 && now() < measure_to + 10)) {
    ended = now() >= measure_to;
    if (rate <= 0 && started < callers && !ended) {
      struct itimerspec when = {0};
      double wanted = began + ramp * started / callers;
      for (; started < callers && (wanted = began + ramp * started / callers) <= now(); started++)
        begin(&connections[started], now());
      when.it_value.tv_sec = (time_t)wanted;
      when.it_value.tv_nsec = (long)((wanted - (time_t)wanted) * 1e9) + 1;
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    if (rate > 0 && !ended) {
      struct itimerspec when = {0};
      for (; due <= now(); due += 1 / rate) queue[queue_to++] = due;
      for (at = 0; at < callers && queue_from < queue_to; at++)
        if (!connections[at].busy) begin(&connections[at], queue[queue_from++]);
      when.it_value.tv_sec = (time_t)due;
      when.it_value.tv_nsec = (long)((due - (time_t)due) * 1e9);
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    int n = epoll_wait(epoll, events, 512, ended ? 10 : 100);
    for (at = 0; at < n; at++) {
      Connection *c = events[at].data.ptr;
      if (!c) {
        char expired[8];
        if (read(timer, expired, 8) < 0 && errno != EAGAIN) die("timer");
        continue;
      }
      if (events[at].events & EPOLLOUT) {
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
        push(c);
      }
      if (events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) heard(c, rate);
    }
  }
  report(seconds, now() - began);
  return 0;
}
