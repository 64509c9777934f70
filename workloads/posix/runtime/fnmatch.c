/* fnmatch(3): patterns of the shell (XCU 2.13), for bytes of the locale "C". */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "runtime.h"

static int fold(char letter, int flags) {
  return (flags & FNM_CASEFOLD) != 0 ? tolower((unsigned char)letter) : (unsigned char)letter;
}

/* [:name:], of which `at` is behind the colon; where it ends, or null if it is none. */
static const char *match_class(const char *at, int letter, int *matches) {
  static const struct {
    const char *name;
    int (*holds)(int);
  } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                 {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                 {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; ++i) {
    const size_t length = strlen(classes[i].name);
    if (strncmp(at, classes[i].name, length) != 0 || strncmp(at + length, ":]", 2) != 0) continue;
    *matches |= classes[i].holds(letter) != 0;
    return at + length + 2;
  }
  return NULL;
}

/* A set, of which `at` is behind the bracket; where it ends, or null if it has no end. */
static const char *match_set(const char *at, char letter, int flags, int *matches) {
  const int inverts = *at == '!' || *at == '^';
  if (inverts) ++at;
  const int byte = fold(letter, flags);
  int found = 0;
  for (const char *first = at; *at != ']' || at == first;) {
    if (*at == '\0') return NULL;
    const char *behind = at[0] == '[' && at[1] == ':' ? match_class(at + 2, byte, &found) : NULL;
    if (behind != NULL) {
      at = behind;
      continue;
    }
    if (*at == '\\' && (flags & FNM_NOESCAPE) == 0 && at[1] != '\0') ++at;
    const int low = fold(*at++, flags);
    int high = low;
    if (at[0] == '-' && at[1] != ']' && at[1] != '\0') {
      at += at[1] == '\\' && (flags & FNM_NOESCAPE) == 0 && at[2] != '\0' ? 2 : 1;
      high = fold(*at++, flags);
    }
    found |= low <= byte && byte <= high;
  }
  *matches = found != inverts;
  return at + 1;
}

static int is_hidden(const char *text, const char *begin, int flags) {
  if (*text != '.' || (flags & FNM_PERIOD) == 0) return 0;
  return text == begin || ((flags & FNM_PATHNAME) != 0 && text[-1] == '/');
}

static int match(const char *pattern, const char *text, const char *begin, int flags);

static int match_star(const char *pattern, const char *text, const char *begin, int flags) {
  if (is_hidden(text, begin, flags)) return FNM_NOMATCH;
  while (*pattern == '*') ++pattern;
  for (;; ++text) {
    if (match(pattern, text, begin, flags) == 0) return 0;
    if (*text == '\0' || (*text == '/' && (flags & FNM_PATHNAME) != 0)) return FNM_NOMATCH;
  }
}

/* One letter of the text; where the pattern goes on, or null. */
static const char *match_one(const char *pattern, const char *text, const char *begin, int flags) {
  const int is_slash = *text == '/' && (flags & FNM_PATHNAME) != 0;
  if (*text == '\0') return NULL;
  if (*pattern == '?') return is_slash || is_hidden(text, begin, flags) ? NULL : pattern + 1;
  int matches = 0;
  const char *behind = *pattern == '[' ? match_set(pattern + 1, *text, flags, &matches) : NULL;
  if (behind != NULL) return matches && !is_slash && !is_hidden(text, begin, flags) ? behind : NULL;
  if (*pattern == '\\' && (flags & FNM_NOESCAPE) == 0 && pattern[1] != '\0') ++pattern;
  return fold(*pattern, flags) == fold(*text, flags) ? pattern + 1 : NULL;
}

static int match(const char *pattern, const char *text, const char *begin, int flags) {
  for (; *pattern != '\0'; ++text) {
    if (*pattern == '*') return match_star(pattern + 1, text, begin, flags);
    pattern = match_one(pattern, text, begin, flags);
    if (pattern == NULL) return FNM_NOMATCH;
  }
  return *text == '\0' || (*text == '/' && (flags & FNM_LEADING_DIR) != 0) ? 0 : FNM_NOMATCH;
}

int fnmatch(const char *pattern, const char *text, int flags) { return match(pattern, text, text, flags); }
