/* The load of a soak: calls of all kinds, and what each of them got. One thread, epoll, keep-alive, plain HTTP/1.1.
 *
 *   mixed PORT KEY RATE LOG SEED
 *
 * Open loop: RATE calls a second begin whatever the answers do, on a connection that is idle or a new one; while MOST
 * are under way none begins, and how many did not is the last line of LOG. Each call is a line of LOG when it ended:
 * N, kind, status (0: none), call id or -, w for a whole answer, when it began (monotonic), seconds, what went wrong or -
 * (refused, reset, cut, hung: not ended after a minute). Its body carries `nonce-N-`. Kinds: short, stream, tools, large
 * (64 KB), slow (reads some bytes each 250 ms), vanish (goes in the middle of a stream), big (an upload of 100 MB).
 * Orders come a line each on standard input: "big" sends one of these, "rest" and "go" stop and start, "rate N" changes
 * the rate, "closed N" keeps N calls under way that neither wait nor vanish, "stop" ends it once every call has ended,
 * and so does the end of the input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define HEAD 4096
#include "message.h"
#include "program.h"

#define MOST 9000
#define DEADLINE 60
#define SLOW 0.25
#define SIP 200
#define BIG 100000000L
#define DIGITS 10

typedef enum { SHORT, STREAM, TOOLS, LARGE, SLOWLY, VANISH, UPLOAD, KINDS } Kind;

static const char *const names[] = {"short", "stream", "tools", "large", "slow", "vanish", "big"};
static const int shares[] = {62, 18, 8, 5, 3, 4, 0};

/* A request: its text with room for the nonce, then zeros, then an end. */
typedef struct {
  char *text;
  long length, nonce, zeros;
  const char *end;
} Request;

typedef struct Connection {
  int fd, busy, at, done, dialing;
  Kind kind;
  long number, sent;
  double began, sip;
  Message answer;
  char tail[6];
} Connection;

static Request requests[KINDS];
static Connection *all, **idle, **unused, **gone;
static int idle_count, unused_count, gone_count, under_way, port, epoll, resting, closed, stopping;
static long number, skipped;
static double rate;
static FILE *book;
static struct drand48_data chance;

static void watch(Connection *c, unsigned events, int how) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(epoll, how, c->fd, &event) < 0) die("epoll_ctl");
}

static unsigned reading(Connection *c) { return c->busy && c->kind == SLOWLY ? 0 : EPOLLIN; }

/* ---- what is sent ---- */

static void make(Kind kind, const char *key, const char *path, const char *type, const char *before, const char *after,
                 long zeros, const char *end) {
  Request *r = &requests[kind];
  long body = strlen(before) + DIGITS + strlen(after) + zeros + strlen(end);
  r->text = malloc(strlen(key) + strlen(before) + strlen(after) + 1024);
  int head = sprintf(r->text, "POST %s HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer %s\r\ncontent-type: %s\r\n"
                     "content-length: %ld\r\n\r\n%s", path, key, type, body, before);
  r->nonce = head;
  r->length = head + sprintf(r->text + head, "%0*d%s", DIGITS, 0, after);
  r->zeros = zeros;
  r->end = end;
}

#define MARK "nonceboundary"
#define PART "--" MARK "\r\ncontent-disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"

static void make_all(const char *key) {
  static const char stream[] = ", \"stream\": true, \"stream_options\": {\"include_usage\": true}}";
  static const char tools[] = ", \"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"look_up\", \"parameters\": "
                              "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\"}}}}}]}";
  static const char before[] = "{\"model\": \"soak\", \"messages\": [{\"role\": \"user\", \"content\": \"nonce-";
  static const char hello[] = "- please say hello.";
  char after[1024], *words = malloc(66000);
  int kind, word;
  for (kind = SHORT; kind <= VANISH; kind++) {
    if (kind == LARGE) continue;
    snprintf(after, sizeof after, "%s\"}]%s", hello, kind == SHORT ? "}" : kind == TOOLS ? tools : stream);
    make(kind, key, "/v1/chat/completions", "application/json", before, after, 0, "");
  }
  strcpy(words, hello);
  for (word = 0; word < 13000; word++) memcpy(words + sizeof hello - 1 + 5 * word, " word", 5);
  strcpy(words + sizeof hello - 1 + 5 * word, "\"}]}");
  make(LARGE, key, "/v1/chat/completions", "application/json", before, words, 0, "");
  free(words);
  snprintf(after, sizeof after, PART "--" MARK "\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\nnonce-", "model", "bench/model");
  make(UPLOAD, key, "/v1/audio/transcriptions", "multipart/form-data; boundary=" MARK, after,
       "-\r\n--" MARK "\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\ncontent-type: audio/wav\r\n\r\n",
       BIG, "\r\n--" MARK "--\r\n");
}

/* The next bytes of a request and how many. */
static const char *rest_of(Connection *c, long *length) {
  static const char zeros[1 << 20];
  Request *r = &requests[c->kind];
  long at = c->sent, end = strlen(r->end);
  if (at < r->length) {
    char digits[DIGITS + 1];
    snprintf(digits, sizeof digits, "%0*ld", DIGITS, c->number);
    memcpy(r->text + r->nonce, digits, DIGITS);
    *length = r->length - at;
    return r->text + at;
  }
  at -= r->length;
  if (at < r->zeros) {
    *length = r->zeros - at < (long)sizeof zeros ? r->zeros - at : (long)sizeof zeros;
    return zeros;
  }
  at -= r->zeros;
  *length = end - at;
  return r->end + at;
}

static void push(Connection *c) {
  long length;
  const char *bytes;
  while (bytes = rest_of(c, &length), length > 0) {
    ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN) watch(c, reading(c) | EPOLLOUT, EPOLL_CTL_MOD);
      return; /* of anything else the read side hears */
    }
    c->sent += n;
  }
}

static int all_sent(Connection *c) {
  long length;
  return rest_of(c, &length), length == 0;
}

/* ---- connections and calls ---- */

static void hang_up(Connection *c, int reset) {
  struct linger at_once = {1, 0};
  if (reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  gone[gone_count++] = c; /* used again when this round of events is over */
}

static void idle_no_more(Connection *c) {
  idle[c->at] = idle[--idle_count];
  idle[c->at]->at = c->at;
}

static void finish(Connection *c, const char *wrong, int whole) {
  Message *m = &c->answer;
  char id[80] = "-", *found = m->in_body ? strcasestr(m->head, "\nx-gimbal-call:") : NULL;
  int reset = c->kind == VANISH && c->number % 2, kept = whole && !m->closes && c->kind != SLOWLY && all_sent(c) && !resting && !stopping;
  if (found) sscanf(found + 15, " %79s", id);
  fprintf(book, "%ld %s %d %s %c %.3f %.3f %s\n", c->number, names[c->kind], m->in_body ? m->status : 0, id,
          whole && (!m->events || c->done) ? 'w' : '-', c->began, now() - c->began, wrong);
  c->busy = 0;
  under_way--;
  if (!kept) {
    hang_up(c, reset);
    return;
  }
  c->at = idle_count;
  idle[idle_count++] = c;
}

static void failed(Connection *c, int error) {
  finish(c, error == ECONNREFUSED ? "refused" : error == ECONNRESET || error == EPIPE ? "reset" : error == 0 ? "cut" : strerrorname_np(error), 0);
}

static void dial(Connection *c) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1, small = 2048;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) die("socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (c->kind == SLOWLY) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0) {
    watch(c, reading(c), EPOLL_CTL_ADD);
    push(c);
  } else if (errno == EINPROGRESS) {
    c->dialing = 1;
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
  } else {
    failed(c, errno);
  }
}

static Kind any(int waits) {
  double found;
  int kind = 0, of = 0, at;
  for (at = 0; at < KINDS; at++) of += waits || (at != SLOWLY && at != VANISH) ? shares[at] : 0;
  drand48_r(&chance, &found);
  for (found *= of;; kind++) {
    if (!waits && (kind == SLOWLY || kind == VANISH)) continue;
    if ((found -= shares[kind]) < 0) return kind;
  }
}

static void begin(Kind kind) {
  Connection *c;
  number++;
  if (under_way >= MOST) {
    skipped++;
    return;
  }
  if (idle_count && (kind != SLOWLY || !unused_count)) {
    c = idle[--idle_count];
    if (kind == SLOWLY) close(c->fd), c->fd = -1; /* its calls have a small window */
  } else if (unused_count) {
    c = unused[--unused_count];
    c->fd = -1;
  } else {
    skipped++;
    return;
  }
  under_way++;
  c->busy = 1;
  c->kind = kind;
  c->number = number;
  c->sent = c->done = c->dialing = 0;
  c->began = now();
  c->sip = c->began + SLOW;
  blank(&c->answer);
  memset(c->tail, 0, sizeof c->tail);
  if (c->fd < 0) dial(c);
  else push(c);
}

static void body(void *of, const char *bytes, long length) {
  Connection *c = of;
  if (c->answer.events && !c->done) c->done = said_done(c->tail, bytes, length);
}

/* Reads what there is, of a slow caller a sip. */
static void heard(Connection *c) {
  static char bytes[262144];
  while (c->fd >= 0) {
    ssize_t n = read(c->fd, bytes, c->busy && c->kind == SLOWLY ? SIP : sizeof bytes);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0 && !c->busy) {
      idle_no_more(c);
      hang_up(c, 0);
    } else if (n <= 0) {
      failed(c, n < 0 ? errno : 0);
    } else if (!c->busy) {
      continue; /* what comes behind an answer says that the other side goes */
    } else if (take(&c->answer, bytes, n, body, c)) {
      finish(c, "-", 1);
      return;
    } else if (c->kind == VANISH && c->answer.chunks > c->number % 12) {
      finish(c, "-", 0);
    } else if (c->kind == SLOWLY) {
      return;
    }
  }
}

static void dialed(Connection *c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    failed(c, error);
    return;
  }
  c->dialing = 0;
  watch(c, reading(c), EPOLL_CTL_MOD);
  push(c);
}

static void happened(Connection *c, unsigned what) {
  if (c->fd < 0) return;
  if (c->dialing) {
    dialed(c);
    return;
  }
  if (what & EPOLLOUT) {
    watch(c, reading(c), EPOLL_CTL_MOD);
    push(c);
  }
  if (c->fd >= 0 && what & (EPOLLIN | EPOLLHUP | EPOLLERR)) heard(c);
}

/* Slow callers read, and calls that did not end in time are ended. */
static void look_at_all(double at) {
  int one;
  for (one = 0; one < MOST; one++) {
    Connection *c = &all[one];
    if (!c->busy || c->fd < 0) continue;
    if (at > c->began + DEADLINE) finish(c, "hung", 0);
    else if (c->kind == SLOWLY && !c->dialing && at >= c->sip) {
      c->sip = at + SLOW;
      heard(c);
    }
  }
}

/* ---- orders ---- */

static void order(const char *line) {
  if (!strcmp(line, "rest")) {
    resting = 1;
    while (idle_count) hang_up(idle[--idle_count], 0);
  } else if (!strcmp(line, "go")) resting = 0;
  else if (!strcmp(line, "big")) begin(UPLOAD);
  else if (!strncmp(line, "rate ", 5)) {
    rate = atof(line + 5);
    closed = 0;
  } else if (!strncmp(line, "closed ", 7)) closed = atoi(line + 7);
  else stopping = 1;
}

static void hear_orders(void) {
  static char line[64];
  static size_t length;
  char b;
  ssize_t n;
  while ((n = read(0, &b, 1)) == 1) {
    if (b != '\n' && length < sizeof line - 1) line[length++] = b;
    if (b != '\n') continue;
    line[length] = 0;
    length = 0;
    order(line);
  }
  if (n == 0) {
    stopping = 1;
    epoll_ctl(epoll, EPOLL_CTL_DEL, 0, NULL);
  }
}

int main(int count, char **arguments) {
  struct epoll_event events[512], tick = {.events = EPOLLIN, .data.ptr = NULL}, orders = {.events = EPOLLIN, .data.ptr = &tick};
  double due, looked;
  int at, timer;
  if (count < 6) {
    fprintf(stderr, "mixed PORT KEY RATE LOG SEED\n");
    return 2;
  }
  port = atoi(arguments[1]);
  make_all(arguments[2]);
  rate = atof(arguments[3]);
  book = fopen(arguments[4], "a");
  if (!book) die(arguments[4]);
  srand48_r(atol(arguments[5]), &chance);
  all = calloc(MOST, sizeof *all);
  idle = calloc(MOST, sizeof *idle);
  unused = calloc(MOST, sizeof *unused);
  gone = calloc(MOST, sizeof *gone);
  for (at = 0; at < MOST; at++) {
    all[at].fd = -1;
    unused[unused_count++] = &all[at];
  }
  fcntl(0, F_SETFL, O_NONBLOCK);
  epoll = epoll_create1(0);
  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &tick) < 0) die("epoll_ctl");
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &orders) < 0) die("standard input is no pipe");
  due = looked = now();
  while (!stopping || under_way) {
    double present = now();
    if (resting || closed || stopping) due = present;
    if (!resting && !stopping && closed) {
      /* Where all are refused at once the rest of the loop is not to wait for this. */
      for (at = under_way; at < closed; at++) begin(any(0));
    }
    for (; !resting && !stopping && !closed && due <= present; due += 1 / rate) begin(any(1));
    if (present > looked + SLOW / 5) {
      look_at_all(present);
      fflush(book);
      looked = present;
    }
    if (!resting && !closed && !stopping) {
      struct itimerspec when = {.it_value = {(time_t)due, (long)((due - (time_t)due) * 1e9)}};
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    }
    int n = epoll_wait(epoll, events, 512, 50);
    for (at = 0; at < n; at++) {
      char expired[8];
      if (events[at].data.ptr == &tick) hear_orders();
      else if (events[at].data.ptr) happened(events[at].data.ptr, events[at].events);
      else if (read(timer, expired, sizeof expired) < 0 && errno != EAGAIN) die("timer");
    }
    while (gone_count) unused[unused_count++] = gone[--gone_count];
  }
  fprintf(book, "skipped %ld\n", skipped);
  return fclose(book) != 0;
}
