/* An upstream that streams chat completions. One thread, epoll.
 *
 *   stream PORT
 *
 * A body that names the model "paced" is answered with 31 pieces, one each 10 ms, the first at once ("paced50":
 * one each 50 ms); any other with all of them in one write. Then come the end, the usage and [DONE]. When a caller goes
 * in the middle of pieces, the time (CLOCK_MONOTONIC, seconds) at which it was noticed is printed, a line each.
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
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PIECES 31
#define ROOM 131072

typedef struct {
  int fd, timer, is_timer, sent, running;
  size_t length;
  char bytes[ROOM];
} Connection;

typedef struct {
  int is_timer;
  Connection *of;
} Watch;

static const char HEAD[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
static int epoll;

static size_t event(char *to, const char *json) {
  size_t length = strlen(json) + 8;
  return sprintf(to, "%zx\r\ndata: %s\n\n\r\n", length, json);
}

static size_t piece(char *to, int number) {
  char json[512];
  sprintf(json,
          "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"bench\","
          "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"word%02d \"},\"finish_reason\":null}]}",
          number == 0 ? "\"role\":\"assistant\"," : "", number);
  return event(to, json);
}

static size_t ending(char *to) {
  size_t length = event(to,
                        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"bench\","
                        "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
  length += event(to + length,
                  "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"bench\","
                  "\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":31,\"total_tokens\":43}}");
  length += event(to + length, "[DONE]");
  return length + sprintf(to + length, "0\r\n\r\n");
}

static int put(Connection *c, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) continue; /* answers are small: a full buffer is a reader that lags a moment */
    if (n <= 0) return 0;
    bytes += n;
    length -= n;
  }
  return 1;
}

static void drop(Connection *c) {
  if (c->running) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    printf("%ld.%09ld\n", (long)at.tv_sec, at.tv_nsec);
    fflush(stdout);
  }
  close(c->fd);
  close(c->timer);
  c->fd = -1; /* the record stays: events of this round may still name it */
}

static void pace(Connection *c, long milliseconds) {
  struct timespec gap = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  struct itimerspec every = {gap, gap};
  c->running = milliseconds > 0;
  timerfd_settime(c->timer, 0, &every, NULL);
}

static void answer(Connection *c, const char *body) {
  char all[ROOM];
  size_t length = sprintf(all, "%s", HEAD);
  int at;
  const char *paced = strstr(body, "paced");
  if (paced) {
    long each = atol(paced + 5);
    length += piece(all + length, 0);
    c->sent = 1;
    if (put(c, all, length)) pace(c, each > 0 ? each : 10);
    return;
  }
  for (at = 0; at < PIECES; at++) length += piece(all + length, at);
  length += ending(all + length);
  put(c, all, length);
}

static void tick(Connection *c) {
  char bytes[4096], expired[8];
  size_t length;
  if (c->fd < 0 || read(c->timer, expired, 8) < 0) return;
  if (c->sent < PIECES) length = piece(bytes, c->sent++);
  else {
    pace(c, 0);
    length = ending(bytes);
  }
  if (!put(c, bytes, length)) pace(c, 0);
}

static void heard(Connection *c) {
  char *end, *line;
  if (c->fd < 0) return;
  ssize_t n = read(c->fd, c->bytes + c->length, ROOM - 1 - c->length);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    drop(c);
    return;
  }
  c->length += n;
  c->bytes[c->length] = 0;
  end = strstr(c->bytes, "\r\n\r\n");
  if (!end) return;
  size_t head = end + 4 - c->bytes, body = 0;
  for (line = c->bytes; line && line < end; line = strstr(line + 2, "\r\n"))
    if (!strncasecmp(line + 2, "content-length:", 15)) body = atol(line + 17);
  if (strncasecmp(c->bytes, "POST", 4) == 0 && body == 0 && strcasestr(c->bytes, "transfer-encoding: chunked")) {
    if (!strstr(end + 4, "\r\n0\r\n\r\n") && strncmp(end + 4, "0\r\n\r\n", 5)) return;
    body = c->length - head;
  }
  if (c->length < head + body) return;
  c->length = 0;
  answer(c, c->bytes + head);
}

int main(int count, char **arguments) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  struct epoll_event events[512];
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (count < 2) return 2;
  at.sin_port = htons(atoi(arguments[1]));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 4096) < 0) {
    perror("bind");
    return 1;
  }
  epoll = epoll_create1(0);
  struct epoll_event watch = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &watch);
  for (;;) {
    int n = epoll_wait(epoll, events, 512, -1), e;
    for (e = 0; e < n; e++) {
      Watch *w = events[e].data.ptr;
      if (w) {
        if (w->is_timer) tick(w->of);
        else heard(w->of);
        continue;
      }
      int fd;
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        Connection *c = calloc(1, sizeof *c);
        Watch *reading = calloc(1, sizeof *reading), *ticking = calloc(1, sizeof *ticking);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        c->fd = fd;
        c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
        reading->of = ticking->of = c;
        ticking->is_timer = 1;
        watch.data.ptr = reading;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &watch);
        watch.data.ptr = ticking;
        epoll_ctl(epoll, EPOLL_CTL_ADD, c->timer, &watch);
      }
    }
  }
}
