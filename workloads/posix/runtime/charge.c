/* Functions of the host's C library that go over memory pass edges for it, by length, so that they take virtual time as
 * loops do. Programs reach them here; the runtime itself has the host's. Edges a KiB as measured on an AMD EPYC
 * (virtual, glibc 2.36, minima of 41, 2026-11-23, ns a KiB at 16 KiB and at 4 MiB), where an edge takes 1 ns (`edge` in
 * a machine file): memcpy 10.0 21.0, memset 9.2 10.2, memcmp 9.4 20.3, strcpy 10.5 21.1, strlen 5.4 10.0, memchr and
 * strchr 6.7 10.1, strstr 20.3 20.6, strcasecmp 24.9 24.2, strspn 52.7 52.0. A comparison that finds a difference costs
 * only the edges around it. */
#include <string.h>
#include <strings.h>

#include "runtime.h"

enum { sb_block = 10, sb_letter = 24, sb_set = 52 };

/* More than are left is the kernel's to pass: others come in between. */
static void charge(size_t bytes, unsigned edges_per_kib) {
  const int64_t edges = (int64_t)((bytes * edges_per_kib + 512) >> 10);
  if (edges <= signalbox_image.edges)
    signalbox_image.edges -= edges;
  else
    sb_raw(SIGNALBOX_CALL_WORK, (uint64_t)edges, 0, 0, 0, 0, 0);
}
/* A search that began at `from` and found `at`, or nothing up to the end of the text. */
static void charge_search(const char *from, const char *at, unsigned edges_per_kib) {
  charge(at != NULL ? (size_t)(at - from) : strlen(from), edges_per_kib);
}

void *sb_for_programs_memcpy(void *to, const void *from, size_t bytes) {
  charge(bytes, sb_block);
  return memcpy(to, from, bytes);
}
void *sb_for_programs_mempcpy(void *to, const void *from, size_t bytes) {
  charge(bytes, sb_block);
  return mempcpy(to, from, bytes);
}
void *sb_for_programs_memmove(void *to, const void *from, size_t bytes) {
  charge(bytes, sb_block);
  return memmove(to, from, bytes);
}
void sb_for_programs_bcopy(const void *from, void *to, size_t bytes) { sb_for_programs_memmove(to, from, bytes); }
void *sb_for_programs_memset(void *to, int byte, size_t bytes) {
  charge(bytes, sb_block);
  return memset(to, byte, bytes);
}
void sb_for_programs_bzero(void *to, size_t bytes) { sb_for_programs_memset(to, 0, bytes); }
void sb_for_programs_explicit_bzero(void *to, size_t bytes) { sb_for_programs_memset(to, 0, bytes); }
int sb_for_programs_memcmp(const void *a, const void *b, size_t bytes) {
  const int order = memcmp(a, b, bytes);
  if (order == 0) charge(bytes, sb_block);
  return order;
}
int sb_for_programs_bcmp(const void *a, const void *b, size_t bytes) { return sb_for_programs_memcmp(a, b, bytes); }
void *sb_for_programs_memchr(const void *from, int byte, size_t bytes) {
  const char *at = memchr(from, byte, bytes);
  charge(at != NULL ? (size_t)(at - (const char *)from) : bytes, sb_block);
  return (void *)at;
}
void *sb_for_programs_memrchr(const void *from, int byte, size_t bytes) {
  const char *at = memrchr(from, byte, bytes);
  charge(at != NULL ? bytes - (size_t)(at - (const char *)from) : bytes, sb_block);
  return (void *)at;
}
void *sb_for_programs_memmem(const void *from, size_t bytes, const void *what, size_t length) {
  const char *at = memmem(from, bytes, what, length);
  charge(at != NULL ? (size_t)(at - (const char *)from) : bytes, sb_letter);
  return (void *)at;
}

size_t sb_for_programs_strlen(const char *text) {
  const size_t length = strlen(text);
  charge(length, sb_block);
  return length;
}
size_t sb_for_programs_strnlen(const char *text, size_t most) {
  const size_t length = strnlen(text, most);
  charge(length, sb_block);
  return length;
}
char *sb_for_programs_stpcpy(char *to, const char *from) {
  char *end = stpcpy(to, from);
  charge((size_t)(end - to), sb_block);
  return end;
}
char *sb_for_programs_strcpy(char *to, const char *from) {
  sb_for_programs_stpcpy(to, from);
  return to;
}
char *sb_for_programs_strncpy(char *to, const char *from, size_t bytes) {
  charge(bytes, sb_block); /* it fills the rest */
  return strncpy(to, from, bytes);
}
char *sb_for_programs_strcat(char *to, const char *from) {
  sb_for_programs_stpcpy(to + sb_for_programs_strlen(to), from);
  return to;
}
char *sb_for_programs_strncat(char *to, const char *from, size_t most) {
  charge(strlen(to) + strnlen(from, most), sb_block);
  return strncat(to, from, most);
}
int sb_for_programs_strcmp(const char *a, const char *b) {
  const int order = strcmp(a, b);
  if (order == 0) charge(strlen(a), sb_block);
  return order;
}
int sb_for_programs_strncmp(const char *a, const char *b, size_t most) {
  const int order = strncmp(a, b, most);
  if (order == 0) charge(strnlen(a, most), sb_block);
  return order;
}
int sb_for_programs_strcasecmp(const char *a, const char *b) {
  const int order = strcasecmp(a, b);
  if (order == 0) charge(strlen(a), sb_letter);
  return order;
}
int sb_for_programs_strncasecmp(const char *a, const char *b, size_t most) {
  const int order = strncasecmp(a, b, most);
  if (order == 0) charge(strnlen(a, most), sb_letter);
  return order;
}
char *sb_for_programs_strchr(const char *text, int byte) {
  char *at = strchr(text, byte);
  charge_search(text, at, sb_block);
  return at;
}
char *sb_for_programs_strrchr(const char *text, int byte) {
  char *at = strrchr(text, byte);
  charge(strlen(text), sb_block);
  return at;
}
char *sb_for_programs_strchrnul(const char *text, int byte) {
  char *at = strchrnul(text, byte);
  charge_search(text, at, sb_block);
  return at;
}
char *sb_for_programs_strstr(const char *text, const char *what) {
  char *at = strstr(text, what);
  charge_search(text, at, sb_letter);
  return at;
}
char *sb_for_programs_strcasestr(const char *text, const char *what) {
  char *at = strcasestr(text, what);
  charge_search(text, at, sb_letter);
  return at;
}
size_t sb_for_programs_strspn(const char *text, const char *set) {
  const size_t length = strspn(text, set);
  charge(length, sb_set);
  return length;
}
size_t sb_for_programs_strcspn(const char *text, const char *set) {
  const size_t length = strcspn(text, set);
  charge(length, sb_set);
  return length;
}
char *sb_for_programs_strpbrk(const char *text, const char *set) {
  char *at = strpbrk(text, set);
  charge_search(text, at, sb_set);
  return at;
}
