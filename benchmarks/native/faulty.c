/* An upstream that fails as it is told, and writes down what it answered. One thread, epoll.
 *
 *   faulty LOG
 *
 * Prints its port, then reads the name of a fault a line from standard input ("healthy" ends one; the end of the input
 * ends it). While one is on, a third of the requests get it: error (500), busy (429), silence (no byte until the other
 * side goes), reset (of a stream behind its head) or garbage. A body carries `nonce-N-`, and usage follows from N:
 * 10 + N % 89 tokens in, 5 + N % 43 out. Each answer that went out whole is a line of LOG: N, tokens in, tokens out.
 * Streams have 20 pieces, one each 10 ms.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD 4096
#include "message.h"
#include "program.h"

#define PIECES 20
#define GAP 0.01
#define SHARE 0.34
#define KEPT 100000
#define READ 262144

typedef struct Connection {
  int fd, silent, piece;
  long number;
  double due;
  char *body;
  long length, room;
  struct Connection *later, *next_gone;
  Message request;
} Connection;

static int epoll;
static char fault[64] = "healthy";
static FILE *book;
static Connection *first, *last, *gone; /* streams by when their next piece is due: all wait as long, so in order */
static struct drand48_data chance;

static double any(void) {
  double found;
  drand48_r(&chance, &found);
  return found;
}

/* The record stays until this round of events, and the stream that it is in the middle of, have seen it. */
static void drop(Connection *c, int reset) {
  struct linger at_once = {1, 0};
  if (c->fd < 0) return;
  if (reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(c->fd);
  c->fd = -1;
  free(c->body);
  c->body = NULL;
  if (!c->piece) {
    c->next_gone = gone;
    gone = c;
  }
}

/* What is sent is small and the other side reads it or goes: it fits into the socket. */
static int put(Connection *c, const char *bytes, long length) {
  if (send(c->fd, bytes, length, MSG_NOSIGNAL) == length) return 1;
  drop(c, 1);
  return 0;
}

static int into(long number) { return 10 + number % 89; }
static int out(long number) { return 5 + number % 43; }
static void told(Connection *c) { fprintf(book, "%ld %d %d\n", c->number, into(c->number), out(c->number)); }

static int with_head(char *to, const char *status, const char *kind, const char *more, const char *body) {
  return sprintf(to, "HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %zu\r\n%s\r\n%s", status, kind, strlen(body), more, body);
}

static int usage(char *to, long number) {
  return sprintf(to, "\"usage\": {\"prompt_tokens\": %d, \"completion_tokens\": %d, \"total_tokens\": %d}", into(number),
                 out(number), into(number) + out(number));
}

static const char STREAM[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

static int event(char *to, const char *rest) {
  char text[512];
  int length = snprintf(text, sizeof text, "data: {\"id\": \"c\", \"object\": \"chat.completion.chunk\", \"created\": 1, \"model\": \"m\", %s}\n\n", rest);
  return sprintf(to, "%x\r\n%s\r\n", length, text);
}

static int piece(char *to, Connection *c) {
  char rest[256];
  sprintf(rest, "\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"piece %d of %ld. \"}, \"finish_reason\": null}]", c->piece, c->number);
  return event(to, rest);
}

static void wait_for_piece(Connection *c, double at) {
  c->piece++;
  c->due = at + GAP;
  c->later = NULL;
  if (last) last->later = c;
  else first = c;
  last = c;
}

static void stream(Connection *c) {
  char all[2048];
  int length = sprintf(all, "%s", STREAM);
  c->piece = 0;
  length += piece(all + length, c);
  if (put(c, all, length)) wait_for_piece(c, now());
}

static void ending(Connection *c) {
  char all[2048], rest[256];
  int length = event(all, "\"choices\": [{\"index\": 0, \"delta\": {}, \"finish_reason\": \"stop\"}]");
  sprintf(rest, "\"choices\": [], ");
  usage(rest + strlen(rest), c->number);
  length += event(all + length, rest);
  length += sprintf(all + length, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
  c->piece = 0;
  if (put(c, all, length)) told(c);
}

static void due_pieces(void) {
  double at = now();
  while (first && first->due <= at) {
    char bytes[1024];
    Connection *c = first;
    first = c->later;
    if (!first) last = NULL;
    if (c->fd < 0) {
      c->next_gone = gone;
      gone = c;
    } else if (c->piece == PIECES) {
      ending(c);
    } else if (put(c, bytes, piece(bytes, c))) {
      wait_for_piece(c, at);
    } else {
      c->next_gone = gone;
      gone = c;
    }
  }
}

static void whole(Connection *c) {
  char all[2048], body[1024], message[512];
  int length;
  if (memmem(c->body, c->length, "\"tools\"", 7))
    sprintf(message, "\"content\": null, \"tool_calls\": [{\"id\": \"t%ld\", \"type\": \"function\", \"function\": "
            "{\"name\": \"look_up\", \"arguments\": \"{\\\"n\\\": %ld}\"}}]", c->number, c->number);
  else
    sprintf(message, "\"content\": \"Answer %ld.\"", c->number);
  length = sprintf(body, "{\"id\": \"c\", \"object\": \"chat.completion\", \"created\": 1, \"model\": \"m\", \"text\": \"said\", "
                   "\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", %s}, \"finish_reason\": \"stop\"}], ", message);
  length += usage(body + length, c->number);
  sprintf(body + length, "}");
  if (put(c, all, with_head(all, "200 OK", "application/json", "", body))) told(c);
}

static void fail(Connection *c, int streams) {
  char all[1024];
  int length;
  if (!strcmp(fault, "error")) {
    put(c, all, with_head(all, "500 Oops", "application/json", "", "{\"error\": {\"message\": \"broken\", \"type\": \"server_error\"}}"));
  } else if (!strcmp(fault, "busy")) {
    put(c, all, with_head(all, "429 Busy", "application/json", "retry-after: 1\r\n", "{\"error\": {\"message\": \"slow down\"}}"));
  } else if (!strcmp(fault, "silence")) {
    c->silent = 1;
  } else if (!strcmp(fault, "garbage")) {
    length = sprintf(all, "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: 204\r\n\r\n", streams ? "text/event-stream" : "application/json");
    memcpy(all + length, "\xff\x00{]", 4);
    for (int at = 4; at < 204; at++) all[length + at] = (char)(any() * 256);
    if (put(c, all, length + 204)) drop(c, 0);
  } else {
    if (!streams || put(c, STREAM, sizeof STREAM - 1)) drop(c, 1);
  }
}

static void answer(Connection *c) {
  char *nonce = memmem(c->body, c->length, "nonce-", 6);
  int streams = memmem(c->body, c->length, "\"stream\":true", 13) || memmem(c->body, c->length, "\"stream\": true", 14);
  c->number = nonce ? atol(nonce + 6) : 0;
  if (strcmp(fault, "healthy") && any() < SHARE) fail(c, streams);
  else if (streams) stream(c);
  else whole(c);
  if (c->fd < 0) return;
  blank(&c->request);
  free(c->body);
  c->body = NULL;
  c->length = c->room = 0;
}

/* The first of a body is kept, a large one is read past. Behind what is kept stands a zero. */
static void keep(void *of, const char *bytes, long length) {
  Connection *c = of;
  long kept = length < KEPT - c->length ? length : KEPT - c->length;
  if (c->length + kept + 1 > c->room) {
    c->room = 2 * (c->length + kept) + 64;
    c->body = realloc(c->body, c->room);
    if (!c->body) die("realloc");
  }
  memcpy(c->body + c->length, bytes, kept);
  c->length += kept;
  c->body[c->length] = 0;
}

static void heard(Connection *c) {
  static char bytes[READ];
  ssize_t n = c->fd < 0 ? 0 : read(c->fd, bytes, sizeof bytes);
  if (c->fd < 0 || (n < 0 && errno == EAGAIN)) return;
  if (n <= 0) drop(c, 0);
  else if (!c->silent && !c->piece && take(&c->request, bytes, n, keep, c)) {
    keep(c, "", 0);
    answer(c);
  }
}

static void meet(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    Connection *c = calloc(1, sizeof *c);
    struct epoll_event watch = {.events = EPOLLIN, .data.ptr = c};
    if (!c) die("calloc");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->fd = fd;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &watch) < 0) die("epoll_ctl");
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die("accept");
}

/* The last line that came is the fault from now on. */
static void hear_orders(void) {
  static char line[sizeof fault];
  static size_t length;
  char b;
  ssize_t n;
  while ((n = read(0, &b, 1)) == 1) {
    if (b != '\n' && length < sizeof line - 1) line[length++] = b;
    if (b != '\n') continue;
    line[length] = 0;
    length = 0;
    memcpy(fault, line, sizeof fault);
  }
  if (n == 0) {
    fclose(book);
    exit(0);
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in at = {.sin_family = AF_INET};
  struct epoll_event events[512];
  socklen_t size = sizeof at;
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  double flushed = now();
  if (count < 2) {
    fprintf(stderr, "faulty LOG\n");
    return 2;
  }
  book = fopen(arguments[1], "a");
  if (!book) die(arguments[1]);
  srand48_r(7, &chance);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&at, &size);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  fcntl(0, F_SETFL, O_NONBLOCK);
  epoll = epoll_create1(0);
  struct epoll_event watch = {.events = EPOLLIN, .data.ptr = &at};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &watch);
  watch.data.ptr = NULL;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &watch) < 0) die("standard input is no pipe");
  for (;;) {
    double until = first ? first->due - now() : 0.1;
    int n = epoll_wait(epoll, events, 512, until <= 0 ? 0 : until > 0.1 ? 100 : (int)(until * 1000) + 1), e;
    for (e = 0; e < n; e++) {
      if (!events[e].data.ptr) hear_orders();
      else if (events[e].data.ptr == &at) meet(listener);
      else heard(events[e].data.ptr);
    }
    due_pieces();
    while (gone) {
      Connection *c = gone;
      gone = c->next_gone;
      free(c);
    }
    if (now() > flushed + 0.2) {
      fflush(book);
      flushed = now();
    }
  }
}
