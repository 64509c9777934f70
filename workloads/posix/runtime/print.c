/* The printf family on streams: the host's vsnprintf makes the text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime.h"

int vfprintf(FILE *file, const char *format, va_list arguments) {
  char small[512];
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(small, sizeof small, format, arguments);
  int result = length;
  if (length >= 0 && (size_t)length < sizeof small) {
    if (fwrite(small, 1, (size_t)length, file) != (size_t)length) result = -1;
  } else if (length >= 0) {
    char *large = malloc((size_t)length + 1);
    if (large == NULL || vsnprintf(large, (size_t)length + 1, format, again) < 0 ||
        fwrite(large, 1, (size_t)length, file) != (size_t)length) {
      result = -1;
    }
    free(large);
  }
  va_end(again);
  return result;
}
int vprintf(const char *format, va_list arguments) { return vfprintf(stdout, format, arguments); }

int fprintf(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vfprintf(file, format, arguments);
  va_end(arguments);
  return length;
}
int printf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vfprintf(stdout, format, arguments);
  va_end(arguments);
  return length;
}
int vdprintf(int fd, const char *format, va_list arguments) {
  char *text;
  const int length = vasprintf(&text, format, arguments);
  if (length < 0) return -1;
  const ssize_t written = write(fd, text, (size_t)length);
  free(text);
  return written == length ? length : -1;
}
int dprintf(int fd, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vdprintf(fd, format, arguments);
  va_end(arguments);
  return length;
}
int vasprintf(char **to, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  *to = length < 0 ? NULL : malloc((size_t)length + 1);
  const int result = *to == NULL ? -1 : vsnprintf(*to, (size_t)length + 1, format, again);
  va_end(again);
  return result;
}
int asprintf(char **to, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = vasprintf(to, format, arguments);
  va_end(arguments);
  return length;
}

void perror(const char *what) {
  const int error = errno;
  char room[128];
  const char *text = strerror_r(error, room, sizeof room);
  if (what != NULL && *what != '\0') fprintf(stderr, "%s: %s\n", what, text);
  else fprintf(stderr, "%s\n", text);
}
