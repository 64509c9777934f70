/* The scanf family on streams, and on texts where it allocates (%m). Numbers are collected as text and converted by the
 * host's strtol, strtoull and strtold. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct SbScan {
  FILE *file;
  const unsigned char *text; /* what is left of it, if there is no stream */
  long taken;
};

static int take(struct SbScan *scan) {
  const int byte = scan->file != NULL ? sb_take(scan->file) : *scan->text != '\0' ? *scan->text++ : EOF;
  if (byte != EOF) ++scan->taken;
  return byte;
}
static void give_back(struct SbScan *scan, int byte) {
  if (byte == EOF) return;
  if (scan->file != NULL)
    ungetc(byte, scan->file);
  else
    --scan->text;
  --scan->taken;
}
static int skip_space(struct SbScan *scan) {
  int byte;
  do byte = take(scan);
  while (byte != EOF && isspace(byte));
  give_back(scan, byte);
  return byte;
}

static void store_integer(void *to, int size, long long value) {
  switch (size) {
    case -2:
      *(signed char *)to = (signed char)value;
      break;
    case -1:
      *(short *)to = (short)value;
      break;
    case 0:
      *(int *)to = (int)value;
      break;
    default:
      *(long long *)to = value;
      break;
  }
}

/* The longest text that `accepts` may be part of such a number, up to `most` bytes. */
static size_t collect(struct SbScan *scan, char *text, size_t room, long most, const char *letters) {
  size_t length = 0;
  while (length + 1 < room && (long)length < most) {
    const int byte = take(scan);
    if (byte == EOF) break;
    const int is_sign = (byte == '+' || byte == '-') && (length == 0 || strchr("eEpP", text[length - 1]) != NULL);
    if (!is_sign && strchr(letters, byte) == NULL) {
      give_back(scan, byte);
      break;
    }
    text[length++] = (char)byte;
  }
  text[length] = '\0';
  return length;
}

static int scan_integer(struct SbScan *scan, char kind, long most, int size, void *to) {
  char text[128];
  const int base = kind == 'd' || kind == 'u' ? 10 : kind == 'o' ? 8 : kind == 'i' ? 0 : 16;
  const char *letters = base == 10 ? "0123456789" : base == 8 ? "01234567" : "0123456789abcdefABCDEFxX";
  if (collect(scan, text, sizeof text, most, letters) == 0) return 0;
  char *end;
  const long long value =
      kind == 'd' || kind == 'i' ? strtoll(text, &end, base) : (long long)strtoull(text, &end, base);
  if (end == text) return 0;
  for (size_t left = strlen(end); left > 0; --left) give_back(scan, (unsigned char)end[left - 1]);
  if (to != NULL) store_integer(to, kind == 'p' ? 2 : size, value);
  return 1;
}

static int scan_float(struct SbScan *scan, long most, int size, void *to) {
  char text[256];
  if (collect(scan, text, sizeof text, most, "0123456789.eEpPxXabcdfABCDFinfINFtyTYaA") == 0) return 0;
  char *end;
  const long double value = strtold(text, &end);
  if (end == text) return 0;
  for (size_t left = strlen(end); left > 0; --left) give_back(scan, (unsigned char)end[left - 1]);
  if (to == NULL) return 1;
  if (size == 0)
    *(float *)to = (float)value;
  else if (size == 3)
    *(long double *)to = value;
  else
    *(double *)to = (double)value;
  return 1;
}

/* %s, %c and %[: `set` has a mark for each byte that belongs. */
static int scan_text(struct SbScan *scan, const unsigned char *set, long most, char *to, int ends) {
  long length = 0;
  while (length < most) {
    const int byte = take(scan);
    if (byte == EOF) break;
    if (!set[byte]) {
      give_back(scan, byte);
      break;
    }
    if (to != NULL) to[length] = (char)byte;
    ++length;
  }
  if (to != NULL && ends) to[length] = '\0';
  return length > 0;
}

/* The same into memory of malloc (%ms, %mc, %m[), by parts; *to is set if something was found. No memory: EOF. */
static int scan_allocated(struct SbScan *scan, const unsigned char *set, long most, char **to, int ends) {
  char *text = NULL;
  size_t length = 0, room = 0;
  while ((long)length < most) {
    char *larger = sb_grow(text, &room, length + 2, 1);
    if (larger == NULL) {
      free(text);
      return EOF;
    }
    text = larger;
    if (!scan_text(scan, set, 1, text + length, 0)) break;
    ++length;
  }
  if (length == 0) {
    free(text);
    return 0;
  }
  if (ends) text[length] = '\0';
  *to = text;
  return 1;
}

static const char *read_set(const char *at, unsigned char *set) {
  const int inverts = *at == '^';
  if (inverts) ++at;
  memset(set, inverts, 256);
  const char *first = at;
  for (; *at != '\0' && (*at != ']' || at == first); ++at) {
    if (at[1] == '-' && at[2] != ']' && at[2] != '\0') {
      for (int byte = (unsigned char)*at; byte <= (unsigned char)at[2]; ++byte) set[byte] = !inverts;
      at += 2;
    } else {
      set[(unsigned char)*at] = !inverts;
    }
  }
  return at;
}

static void fill_set(unsigned char *set, char kind) {
  for (int byte = 0; byte < 256; ++byte) set[byte] = kind == 'c' || !isspace(byte);
}

struct SbConversion {
  void *to; /* null: it is not kept */
  long most;
  int size, allocates;
};

static int scan_set(struct SbScan *scan, const unsigned char *set, const struct SbConversion *how, char kind) {
  const long most = how->most != 0 ? how->most : kind == 'c' ? 1 : 0x7fffffff;
  const int ends = kind != 'c';
  return how->allocates && how->to != NULL ? scan_allocated(scan, set, most, how->to, ends)
                                           : scan_text(scan, set, most, how->to, ends);
}

/* 1: done; 0: the input is not such; EOF: there is no memory for it. */
static int scan_one(struct SbScan *scan, const char **format, const struct SbConversion *how) {
  const char kind = **format;
  unsigned char set[256];
  switch (kind) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
      return scan_integer(scan, kind, how->most == 0 ? 127 : how->most, how->size, how->to);
    case 'f':
    case 'e':
    case 'g':
    case 'a':
    case 'E':
    case 'G':
      return scan_float(scan, how->most == 0 ? 255 : how->most, how->size, how->to);
    case '[':
      *format = read_set(*format + 1, set);
      return scan_set(scan, set, how, kind);
    case 's':
      fill_set(set, 's');
      return scan_set(scan, set, how, kind);
    case 'c':
      fill_set(set, 'c');
      return scan_set(scan, set, how, kind);
    default:
      return 0;
  }
}

/* A white space, or a byte that must be there: 0: it is not; EOF: nothing is. */
static int scan_literal(struct SbScan *scan, const char **format) {
  if (isspace((unsigned char)**format)) {
    skip_space(scan);
    return 1;
  }
  if (**format == '%') {
    ++*format;
    skip_space(scan);
  }
  const int byte = take(scan);
  if (byte == (unsigned char)**format) return 1;
  give_back(scan, byte);
  return byte == EOF ? EOF : 0;
}

/* The width and the modifiers of a conversion. */
static void read_modifiers(const char **format, struct SbConversion *how) {
  while (isdigit((unsigned char)**format)) how->most = how->most * 10 + (*(*format)++ - '0');
  for (;; ++*format) {
    switch (**format) {
      case 'm':
        how->allocates = 1;
        break;
      case 'h':
        --how->size;
        break;
      case 'l':
        ++how->size;
        break;
      case 'j':
      case 'z':
      case 't':
        how->size = 1;
        break;
      case 'L':
        how->size = 3;
        break;
      default:
        return;
    }
  }
}

static int scan_all(struct SbScan *scan, const char *format, va_list arguments) {
  int stored = 0;
  for (; *format != '\0'; ++format) {
    if (*format != '%' || format[1] == '%') {
      const int found = scan_literal(scan, &format);
      if (found == 1) continue;
      return found == EOF && stored == 0 ? EOF : stored;
    }
    ++format;
    const int is_kept = *format != '*';
    if (!is_kept) ++format;
    struct SbConversion how = {0};
    read_modifiers(&format, &how);
    how.to = is_kept ? va_arg(arguments, void *) : NULL;
    if (*format == 'n') {
      if (how.to != NULL) store_integer(how.to, how.size, scan->taken);
      continue;
    }
    if (*format != 'c' && *format != '[') skip_space(scan);
    const int first = take(scan);
    give_back(scan, first);
    if (first == EOF) return stored == 0 ? EOF : stored;
    const int found = scan_one(scan, &format, &how);
    if (found == EOF) return EOF;
    if (found == 0) break;
    if (is_kept) ++stored;
  }
  return stored;
}

int vfscanf(FILE *file, const char *format, va_list arguments) {
  struct SbScan scan = {.file = file};
  flockfile(file);
  const int stored = scan_all(&scan, format, arguments);
  funlockfile(file);
  return stored;
}

int vscanf(const char *format, va_list arguments) { return vfscanf(stdin, format, arguments); }
int fscanf(FILE *file, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int stored = vfscanf(file, format, arguments);
  va_end(arguments);
  return stored;
}
int scanf(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int stored = vfscanf(stdin, format, arguments);
  va_end(arguments);
  return stored;
}

/* Of texts the host reads all but what would come from its own malloc. */
static int has_allocation(const char *format) {
  while ((format = strchr(format, '%')) != NULL) {
    ++format;
    if (*format == '*') ++format;
    while (isdigit((unsigned char)*format)) ++format;
    if (*format == 'm') return 1;
    if (*format != '\0') ++format;
  }
  return 0;
}
int sb_for_programs___isoc99_vsscanf(const char *text, const char *format, va_list arguments) {
  if (!has_allocation(format)) return vsscanf(text, format, arguments);
  struct SbScan scan = {.text = (const unsigned char *)text};
  return scan_all(&scan, format, arguments);
}
int sb_for_programs___isoc99_sscanf(const char *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int stored = sb_for_programs___isoc99_vsscanf(text, format, arguments);
  va_end(arguments);
  return stored;
}
/* By the names that older and newer standards of C have them under (stdio.h). */
int sb_for_programs_vsscanf(const char *, const char *, va_list)
    __attribute__((alias("sb_for_programs___isoc99_vsscanf")));
int sb_for_programs___isoc23_vsscanf(const char *, const char *, va_list)
    __attribute__((alias("sb_for_programs___isoc99_vsscanf")));
int sb_for_programs_sscanf(const char *, const char *, ...) __attribute__((alias("sb_for_programs___isoc99_sscanf")));
int sb_for_programs___isoc23_sscanf(const char *, const char *, ...)
    __attribute__((alias("sb_for_programs___isoc99_sscanf")));

/* Lines. */
ssize_t getdelim(char **line, size_t *room, int end, FILE *file) {
  flockfile(file);
  size_t length = 0;
  for (int byte = 0; byte != end || length == 0;) {
    byte = sb_take(file);
    if (byte == EOF) break;
    if (*line == NULL || length + 2 > *room) {
      const size_t wanted = *line == NULL || *room < 60 ? 120 : *room * 2;
      char *larger = realloc(*line, wanted);
      if (larger == NULL) {
        length = 0;
        break;
      }
      *line = larger;
      *room = wanted;
    }
    (*line)[length++] = (char)byte;
  }
  funlockfile(file);
  if (length == 0) return -1;
  (*line)[length] = '\0';
  return (ssize_t)length;
}
ssize_t getline(char **line, size_t *room, FILE *file) { return getdelim(line, room, '\n', file); }
