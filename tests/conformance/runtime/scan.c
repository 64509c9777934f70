/* scanf of streams and of texts: what is stored, what is left, and memory that it allocates. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sscanf_of_c89(const char *, const char *, ...) __asm__("sscanf"); /* by the name that -std=gnu89 gives it */

static FILE *stream_of(const char *text) {
  FILE *file = fopen("input", "w+");
  fputs(text, file);
  rewind(file);
  return file;
}

static void show(const char *what, int stored, char *a, char *b) {
  printf("%s: %d [%s] [%s]\n", what, stored, a == NULL ? "-" : a, b == NULL ? "-" : b);
  free(a);
  free(b);
}

static void allocated(const char *text, const char *format) {
  char *a = NULL, *b = NULL;
  int stored = sscanf(text, format, &a, &b);
  show("text", stored, a, b);
  a = b = NULL;
  FILE *file = stream_of(text);
  stored = fscanf(file, format, &a, &b);
  show("file", stored, a, b);
  printf("next %d\n", fgetc(file));
  fclose(file);
}

static void numbers(const char *text) {
  int n = -1, at = -1;
  double x = -1;
  char word[8] = "";
  int stored = sscanf(text, "%d , %lf%7s%n", &n, &x, word, &at);
  printf("text: %d %d %g %s %d\n", stored, n, x, word, at);
  FILE *file = stream_of(text);
  n = at = -1;
  x = -1;
  word[0] = '\0';
  stored = fscanf(file, "%d , %lf%7s%n", &n, &x, word, &at);
  printf("file: %d %d %g %s %d\n", stored, n, x, word, at);
  fclose(file);
}

int main(void) {
  allocated("one two", "%ms%ms");
  allocated("one", "%ms %ms");
  allocated("", "%ms%ms");
  allocated("key = a value, and more", "%m[a-z] = %m[^,]");
  allocated("=", "%m[a-z]=%ms");
  allocated("  12345", "%3ms%ms");
  allocated("skip this now", "%*s%ms%ms");
  char many[1200];
  memset(many, 'x', sizeof many - 1);
  many[700] = ' ';
  many[sizeof many - 1] = '\0';
  allocated(many, "%ms%ms");
  char *three = NULL;
  int stored = sscanf("abcdef", "%3mc", &three);
  printf("%d %.3s\n", stored, three);
  free(three);
  char *word = NULL;
  stored = sscanf_of_c89("one two", "%ms", &word);
  show("C89", stored, word, NULL);
  numbers("12 , 3.5 word");
  numbers("12, 1e3abc");
  numbers("-7,.5x");
  numbers("12 3");
  numbers("x");
  numbers("");
  return 0;
}
