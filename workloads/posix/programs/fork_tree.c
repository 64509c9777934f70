/* A tree of processes: each makes two children until the tree is as deep as wanted, and adds up what they exit with. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int grow(int depth) {
  int nodes = 1;
  for (int child = 0; child < 2 && depth > 0; ++child) {
    const pid_t pid = fork();
    if (pid < 0) {
      perror("fork");
      exit(255);
    }
    if (pid == 0) exit(grow(depth - 1));
  }
  int status;
  while (wait(&status) > 0) nodes += WEXITSTATUS(status);
  return nodes;
}

int main(int argc, char **argv) {
  const int depth = argc > 1 ? atoi(argv[1]) : 4;
  if (depth < 0 || depth > 6) {
    fprintf(stderr, "usage: fork_tree [DEPTH, 0 to 6]\n");
    return 2;
  }
  printf("%d processes\n", grow(depth));
  return 0;
}
