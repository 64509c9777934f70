/* Streams. The object is the host's struct _IO_FILE as headers show it, whose pointers stay null so that the inline
 * functions of <stdio.h> come here, with what we need behind it. In every image, so that a fork inherits what is not
 * flushed, as POSIX has it. Formatting is the host's vsnprintf. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"
#include "stream.h"

#undef fread_unlocked
#undef fwrite_unlocked

static struct SbStream streams[3] = {{.fd = 0, .can_read = 1}, {.fd = 1, .can_write = 1}, {.fd = 2, .can_write = 1}};
static struct SbStream *opened; /* by fopen, newest first */
static struct SbLock list_lock;

FILE *stdin = &streams[0].file;
FILE *stdout = &streams[1].file;
FILE *stderr = &streams[2].file;

void flockfile(FILE *file) {
  struct SbStream *stream = sb_stream(file);
  struct SbThread *self = sb_self();
  if (stream->owner != self) {
    sb_lock(&stream->lock);
    stream->owner = self;
  }
  ++stream->depth;
}
void funlockfile(FILE *file) {
  struct SbStream *stream = sb_stream(file);
  if (--stream->depth > 0) return;
  stream->owner = NULL;
  sb_unlock(&stream->lock);
  if (sb_self()->is_refused) pthread_testcancel();
}
int ftrylockfile(FILE *file) {
  struct SbStream *stream = sb_stream(file);
  if (stream->owner != sb_self() && stream->lock.state != 0) return -1;
  flockfile(file);
  return 0;
}

/* Buffers are made at the first use: whole blocks, lines for a terminal, nothing for stderr (stdout(3)). */
static void prepare(struct SbStream *stream) {
  if (stream->buffer != NULL || stream->mode == _IONBF + 1) return;
  if (stream->mode == 0) stream->mode = (stream->fd == 2 ? _IONBF : isatty(stream->fd) ? _IOLBF : _IOFBF) + 1;
  if (stream->mode == _IONBF + 1) return;
  stream->buffer = stream->own = malloc(BUFSIZ);
  stream->room = BUFSIZ;
  if (stream->buffer == NULL) stream->mode = _IONBF + 1;
}

/* read(2) and write(2), but for that a cancellation waits until the stream is unlocked. */
static ssize_t transfer(uint64_t number, struct SbStream *stream, const char *at, size_t bytes) {
  const int64_t done = sb_ending_early(number, (uint64_t)stream->fd, SB_WORD(at), bytes, 0, 0, 0);
  if (done >= 0) return done;
  if (sb_is_cancelled())
    sb_self()->is_refused = 1;
  else
    stream->has_error = 1;
  return sb_refuse((int)-done);
}

/* How much of it. */
static size_t write_out(struct SbStream *stream, const char *from, size_t bytes) {
  size_t done = 0;
  while (done < bytes) {
    const ssize_t written = transfer(SYS_write, stream, from + done, bytes - done);
    if (written < 0) break;
    done += (size_t)written;
  }
  return done;
}

static int flush(struct SbStream *stream) {
  if (!stream->is_writing) return 0;
  const size_t bytes = stream->used;
  stream->used = 0;
  stream->is_writing = 0;
  const size_t written = write_out(stream, stream->buffer, bytes);
  if (written == bytes) return 0;
  if (sb_is_cancelled()) { /* for others to write */
    memmove(stream->buffer, stream->buffer + written, bytes - written);
    stream->used = bytes - written;
    stream->is_writing = 1;
  }
  return EOF;
}

/* What was read ahead is given back, so that the descriptor is where the stream is. */
static void drop_read_ahead(struct SbStream *stream) {
  const size_t ahead = stream->filled - stream->next + stream->pushed;
  if (ahead > 0) lseek(stream->fd, -(off_t)ahead, SEEK_CUR);
  stream->filled = stream->next = stream->pushed = 0;
}

static size_t put_bytes(struct SbStream *stream, const char *from, size_t bytes) {
  if (!stream->can_write) {
    stream->has_error = 1;
    errno = EBADF;
    return 0;
  }
  prepare(stream);
  if (stream->mode == _IONBF + 1) return write_out(stream, from, bytes);
  if (!stream->is_writing) drop_read_ahead(stream);
  for (size_t done = 0; done < bytes;) {
    if (stream->used == stream->room && flush(stream) != 0) return done;
    stream->is_writing = 1;
    const size_t fits = stream->room - stream->used;
    const size_t part = bytes - done < fits ? bytes - done : fits;
    memcpy(stream->buffer + stream->used, from + done, part);
    stream->used += part;
    done += part;
  }
  const int ends_line = stream->mode == _IOLBF + 1 && memchr(from, '\n', bytes) != NULL;
  if (ends_line && flush(stream) != 0) return 0;
  return bytes;
}

/* One byte, or EOF; refills. A read of a terminal shows first what waits to be shown. */
static int take_byte(struct SbStream *stream) {
  if (stream->pushed > 0) return stream->back[--stream->pushed];
  if (stream->next < stream->filled) return (unsigned char)stream->buffer[stream->next++];
  if (!stream->can_read) {
    stream->has_error = 1;
    errno = EBADF;
    return EOF;
  }
  prepare(stream);
  flush(stream);
  if (stream == &streams[0]) flush(&streams[1]);
  char *to = stream->buffer != NULL ? stream->buffer : (char *)stream->single;
  const ssize_t got = transfer(SYS_read, stream, to, stream->buffer != NULL ? stream->room : 1);
  if (got == 0) stream->is_at_end = 1;
  if (got <= 0) return EOF;
  if (stream->buffer == NULL) return stream->single[0];
  stream->filled = (size_t)got;
  stream->next = 1;
  return (unsigned char)stream->buffer[0];
}

int sb_take(FILE *file) { return take_byte(sb_stream(file)); }

int fflush(FILE *file) {
  if (file == NULL) {
    sb_flush_all();
    return 0;
  }
  flockfile(file);
  struct SbStream *stream = sb_stream(file);
  const int result = flush(stream);
  if (!stream->is_writing && stream->filled > stream->next) drop_read_ahead(stream);
  funlockfile(file);
  return result;
}
int fflush_unlocked(FILE *) __attribute__((alias("fflush")));

void sb_flush_all(void) {
  for (struct SbStream *stream = opened; stream != NULL; stream = stream->older) flush(stream);
  for (int i = 0; i < 3; ++i) flush(&streams[i]);
}

size_t fwrite(const void *from, size_t size, size_t count, FILE *file) {
  if (size == 0 || count == 0) return 0;
  flockfile(file);
  const size_t put = put_bytes(sb_stream(file), from, size * count);
  funlockfile(file);
  return put / size;
}
size_t fwrite_unlocked(const void *, size_t, size_t, FILE *) __attribute__((alias("fwrite")));
int fputs(const char *text, FILE *file) {
  const size_t length = strlen(text);
  return fwrite(text, 1, length, file) == length ? 1 : EOF;
}
int fputs_unlocked(const char *, FILE *) __attribute__((alias("fputs")));
int puts(const char *text) {
  flockfile(stdout);
  const int result = fputs(text, stdout) < 0 || fputs("\n", stdout) < 0 ? EOF : 1;
  funlockfile(stdout);
  return result;
}
int fputc(int letter, FILE *file) {
  const char byte = (char)letter;
  return fwrite(&byte, 1, 1, file) == 1 ? (unsigned char)byte : EOF;
}
int putc(int, FILE *) __attribute__((alias("fputc")));
int putc_unlocked(int, FILE *) __attribute__((alias("fputc")));
int fputc_unlocked(int, FILE *) __attribute__((alias("fputc")));
int _IO_putc(int, FILE *) __attribute__((alias("fputc")));
int __overflow(FILE *file, int letter) { return fputc(letter, file); }
int putchar(int letter) { return fputc(letter, stdout); }
int putchar_unlocked(int) __attribute__((alias("putchar")));

size_t fread(void *to, size_t size, size_t count, FILE *file) {
  if (size == 0 || count == 0) return 0;
  flockfile(file);
  struct SbStream *stream = sb_stream(file);
  size_t done = 0;
  while (done < size * count) {
    const size_t ready = stream->pushed == 0 ? stream->filled - stream->next : 0;
    if (ready > 0) {
      const size_t part = size * count - done < ready ? size * count - done : ready;
      memcpy((char *)to + done, stream->buffer + stream->next, part);
      stream->next += part;
      done += part;
      continue;
    }
    const int byte = take_byte(stream);
    if (byte == EOF) break;
    ((char *)to)[done++] = (char)byte;
  }
  funlockfile(file);
  return done / size;
}
size_t fread_unlocked(void *, size_t, size_t, FILE *) __attribute__((alias("fread")));
int fgetc(FILE *file) {
  flockfile(file);
  const int byte = take_byte(sb_stream(file));
  funlockfile(file);
  return byte;
}
int getc(FILE *) __attribute__((alias("fgetc")));
int getc_unlocked(FILE *) __attribute__((alias("fgetc")));
int fgetc_unlocked(FILE *) __attribute__((alias("fgetc")));
int _IO_getc(FILE *) __attribute__((alias("fgetc")));
int __uflow(FILE *) __attribute__((alias("fgetc")));
int getchar(void) { return fgetc(stdin); }
int getchar_unlocked(void) __attribute__((alias("getchar")));
int ungetc(int letter, FILE *file) {
  struct SbStream *stream = sb_stream(file);
  if (letter == EOF || stream->pushed == sizeof stream->back) return EOF;
  stream->back[stream->pushed++] = (unsigned char)letter;
  stream->is_at_end = 0;
  return (unsigned char)letter;
}
char *fgets(char *to, int room, FILE *file) {
  flockfile(file);
  int length = 0;
  while (length + 1 < room) {
    const int byte = take_byte(sb_stream(file));
    if (byte == EOF) break;
    to[length++] = (char)byte;
    if (byte == '\n') break;
  }
  funlockfile(file);
  if (length == 0) return NULL;
  to[length] = '\0';
  return to;
}
int setvbuf(FILE *file, char *buffer, int mode, size_t room) {
  struct SbStream *stream = sb_stream(file);
  if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) return -1;
  flush(stream);
  free(stream->own);
  stream->own = NULL;
  stream->buffer = mode == _IONBF ? NULL : buffer;
  stream->room = buffer != NULL && mode != _IONBF ? room : 0;
  stream->mode = mode + 1;
  return 0;
}
void setbuf(FILE *file, char *buffer) { setvbuf(file, buffer, buffer == NULL ? _IONBF : _IOFBF, BUFSIZ); }
void setlinebuf(FILE *file) { setvbuf(file, NULL, _IOLBF, 0); }

static int flags_of(const char *mode) {
  const int both = strchr(mode, '+') != NULL;
  const int extra = (strchr(mode, 'x') != NULL ? O_EXCL : 0) | (strchr(mode, 'e') != NULL ? O_CLOEXEC : 0);
  switch (mode[0]) {
    case 'r':
      return (both ? O_RDWR : O_RDONLY) | extra;
    case 'w':
      return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC | extra;
    case 'a':
      return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | extra;
    default:
      return sb_refuse(EINVAL);
  }
}

FILE *fdopen(int fd, const char *mode) {
  const int flags = flags_of(mode);
  if (flags < 0) return NULL;
  struct SbStream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  stream->fd = fd;
  stream->can_read = (flags & O_ACCMODE) != O_WRONLY;
  stream->can_write = (flags & O_ACCMODE) != O_RDONLY;
  stream->is_allocated = 1;
  sb_lock(&list_lock);
  stream->older = opened;
  opened = stream;
  sb_unlock(&list_lock);
  return &stream->file;
}
FILE *fopen(const char *path, const char *mode) {
  const int flags = flags_of(mode);
  if (flags < 0) return NULL;
  const int fd = open(path, flags, 0666);
  if (fd < 0) return NULL;
  FILE *file = fdopen(fd, mode);
  if (file == NULL) close(fd);
  return file;
}
FILE *fopen64(const char *, const char *) __attribute__((alias("fopen")));

static int close_stream(struct SbStream *stream) {
  const int flushed = flush(stream);
  drop_read_ahead(stream);
  const int closed = (int)SB_CALL1(SYS_close, stream->fd);
  free(stream->own);
  stream->own = stream->buffer = NULL;
  stream->mode = 0;
  return flushed != 0 || closed != 0 ? EOF : 0;
}
int fclose(FILE *file) {
  struct SbStream *stream = sb_stream(file);
  const int result = close_stream(stream);
  sb_lock(&list_lock);
  for (struct SbStream **at = &opened; *at != NULL; at = &(*at)->older) {
    if (*at != stream) continue;
    *at = stream->older;
    break;
  }
  sb_unlock(&list_lock);
  if (stream->is_allocated) free(stream);
  return result;
}
FILE *freopen(const char *path, const char *mode, FILE *file) {
  struct SbStream *stream = sb_stream(file);
  const int old = stream->fd;
  close_stream(stream);
  const int flags = flags_of(mode);
  const int fd = flags < 0 || path == NULL ? -1 : open(path, flags, 0666);
  if (fd < 0) return NULL;
  if (fd != old && old >= 0 && dup2(fd, old) >= 0) close(fd);
  stream->can_read = (flags & O_ACCMODE) != O_WRONLY;
  stream->can_write = (flags & O_ACCMODE) != O_RDONLY;
  stream->is_at_end = stream->has_error = 0;
  return file;
}

int fseeko(FILE *file, off_t by, int whence) {
  flockfile(file);
  struct SbStream *stream = sb_stream(file);
  flush(stream);
  drop_read_ahead(stream);
  stream->is_at_end = 0;
  const off_t at = lseek(stream->fd, by, whence);
  funlockfile(file);
  return at < 0 ? -1 : 0;
}
int fseek(FILE *file, long by, int whence) { return fseeko(file, by, whence); }
off_t ftello(FILE *file) {
  struct SbStream *stream = sb_stream(file);
  const off_t at = lseek(stream->fd, 0, SEEK_CUR);
  if (at < 0) return -1;
  return stream->is_writing ? at + (off_t)stream->used : at - (off_t)(stream->filled - stream->next + stream->pushed);
}
long ftell(FILE *file) { return ftello(file); }
int fseeko64(FILE *, off_t, int) __attribute__((alias("fseeko")));
off_t ftello64(FILE *) __attribute__((alias("ftello")));
void rewind(FILE *file) {
  fseek(file, 0, SEEK_SET);
  clearerr(file);
}
int feof(FILE *file) { return sb_stream(file)->is_at_end; }
int feof_unlocked(FILE *) __attribute__((alias("feof")));
int ferror(FILE *file) { return sb_stream(file)->has_error; }
int ferror_unlocked(FILE *) __attribute__((alias("ferror")));
void clearerr(FILE *file) { sb_stream(file)->is_at_end = sb_stream(file)->has_error = 0; }
int fileno(FILE *file) { return sb_stream(file)->fd; }
int fileno_unlocked(FILE *) __attribute__((alias("fileno")));
