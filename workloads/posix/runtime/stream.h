/* A stream as the runtime keeps it. */
#pragma once

#include <stdio.h>

#include "runtime.h"

struct SbStream {
  FILE file; /* zero: the pointers in it say that nothing is at hand */
  int fd;
  int mode; /* _IOFBF and so on, plus 1; 0: not chosen yet */
  char *buffer, *own;
  size_t room;
  size_t used;         /* written, and not flushed */
  size_t filled, next; /* read, and given out */
  unsigned char back[8], single[1];
  size_t pushed;
  int can_read, can_write, is_writing, is_at_end, has_error, is_allocated;
  struct SbLock lock;
  struct SbThread *owner;
  int depth;
  struct SbStream *older;
};

static inline struct SbStream *sb_stream(FILE *file) { return (struct SbStream *)file; }

/* The next byte, or EOF. The caller has the lock. */
int sb_take(FILE *file);
