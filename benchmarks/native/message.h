/* Reads HTTP/1.1 messages as they come, requests and answers: a head, then a body with a length or in chunks. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef HEAD
#define HEAD 16384
#endif

typedef struct {
  int status, in_body, chunked, events, closes, in_chunk_head;
  long left, digits, chunks;
  size_t head_length;
  char head[HEAD];
} Message;

typedef void (*Body)(void *of, const char *bytes, long length);

static void blank(Message *m) {
  m->status = m->in_body = m->chunked = m->events = m->closes = 0;
  m->chunks = 0;
  m->head_length = 0;
}

/* How many of the bytes belong to the head, once it is whole; -1 before. Reads what matters of it. */
static long head_of(Message *m, const char *bytes, long length) {
  char *end, *line;
  long room = HEAD - 1 - (long)m->head_length, copied = length < room ? length : room, at;
  size_t before = m->head_length;
  memcpy(m->head + m->head_length, bytes, copied);
  m->head_length += copied;
  m->head[m->head_length] = 0;
  end = strstr(m->head, "\r\n\r\n");
  if (!end) return -1;
  at = (end + 4 - m->head) - (long)before;
  end[2] = 0;
  m->status = strncmp(m->head, "HTTP/", 5) ? 0 : atoi(m->head + 9);
  m->left = 0;
  for (line = strstr(m->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
    if (!strncasecmp(line + 2, "content-length:", 15)) m->left = atol(line + 17);
    if (!strncasecmp(line + 2, "transfer-encoding: chunked", 26)) m->chunked = 1;
    if (!strncasecmp(line + 2, "content-type: text/event-stream", 31)) m->events = 1;
    if (!strncasecmp(line + 2, "connection: close", 17)) m->closes = 1;
  }
  m->in_body = 1;
  m->in_chunk_head = 1;
  m->digits = 0;
  return at;
}

/* 1 when the message is whole. What came of its body goes to `body`. */
static int take(Message *m, const char *bytes, long length, Body body, void *of) {
  long at = 0;
  if (!m->in_body) {
    at = head_of(m, bytes, length);
    if (at < 0) return 0;
    if (!m->chunked && m->left == 0) return 1;
  }
  while (at < length) {
    if (!m->chunked) {
      long piece = length - at < m->left ? length - at : m->left;
      body(of, bytes + at, piece);
      m->left -= piece;
      return m->left == 0;
    }
    if (m->in_chunk_head) {
      char b = bytes[at++];
      int digit = b >= '0' && b <= '9' ? b - '0' : (b | 32) >= 'a' && (b | 32) <= 'f' ? (b | 32) - 'a' + 10 : -1;
      if (m->digits == 0) m->left = 0;
      if (digit >= 0) {
        m->left = m->left * 16 + digit;
        m->digits++;
      } else if (b == '\n' && m->digits > 0) {
        m->in_chunk_head = 0;
        m->chunks++;
        m->left += 2; /* the line break behind the chunk */
        m->digits = m->left == 2;
      }
    } else {
      long piece = length - at < m->left ? length - at : m->left;
      long text = piece < m->left - 2 ? piece : m->left - 2;
      if (text > 0) body(of, bytes + at, text);
      m->left -= piece;
      at += piece;
      if (m->left == 0) {
        if (m->digits) return 1; /* the last, empty chunk */
        m->in_chunk_head = 1;
        m->digits = 0;
      }
    }
  }
  return 0;
}

/* Looks for [DONE] in what came and over the border to what came before, of which `tail` keeps five bytes. */
static inline int said_done(char *tail, const char *bytes, long length) {
  char border[10];
  long begins = length < 5 ? length : 5;
  memcpy(border, tail, 5);
  memcpy(border + 5, bytes, begins);
  if (memmem(border, 5 + begins, "[DONE]", 6) || memmem(bytes, length, "[DONE]", 6)) return 1;
  if (length >= 5) memcpy(tail, bytes + length - 5, 5);
  else memcpy(tail, border + begins, 5);
  return 0;
}

#endif
