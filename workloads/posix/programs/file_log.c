/* Processes append lines to one file; the parent reads them back and counts whose they are. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { children = 3, lines = 20 };

int main(void) {
  const char *path = "/tmp/signalbox_file_log";
  const int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
  if (file < 0) {
    perror(path);
    return 1;
  }
  for (int child = 0; child < children; ++child) {
    if (fork() > 0) continue;
    for (int line = 0; line < lines; ++line) {
      char text[64];
      const int length = snprintf(text, sizeof text, "child %d line %d\n", child, line);
      if (write(file, text, (size_t)length) != length) _exit(1);
    }
    _exit(0);
  }
  for (int status; wait(&status) > 0;) {
    if (status != 0) printf("a child failed: %d\n", status);
  }
  close(file);
  int counts[children] = {0};
  char line[64];
  FILE *log = fopen(path, "r");
  while (log != NULL && fgets(line, sizeof line, log) != NULL) {
    int child, number;
    if (sscanf(line, "child %d line %d", &child, &number) == 2 && child < children) ++counts[child];
  }
  struct stat found;
  if (stat(path, &found) == 0)
    printf("%s, %ld bytes\n", S_ISREG(found.st_mode) ? "a file" : "no file", (long)found.st_size);
  if (log != NULL) fclose(log);
  for (int child = 0; child < children; ++child) printf("child %d wrote %d lines\n", child, counts[child]);
  return unlink(path);
}
