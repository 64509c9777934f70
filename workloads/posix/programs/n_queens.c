/* Places queens on a board: a process for each place of the first queen counts its boards and exits with their number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int place(int size, unsigned columns, unsigned left, unsigned right) {
  const unsigned all = (1U << size) - 1;
  if (columns == all) return 1;
  int found = 0;
  for (unsigned open = all & ~(columns | left | right); open != 0; open &= open - 1) {
    const unsigned queen = open & -open;
    found += place(size, columns | queen, (left | queen) << 1, (right | queen) >> 1);
  }
  return found;
}

int main(int argc, char **argv) {
  const int size = argc > 1 ? atoi(argv[1]) : 7;
  if (size < 1 || size > 9) {
    fprintf(stderr, "usage: n_queens [SIZE, 1 to 9]\n");
    return 2;
  }
  for (int column = 0; column < size; ++column) {
    if (fork() == 0) exit(place(size, 1U << column, 2U << column, (1U << column) >> 1));
  }
  int boards = 0;
  for (int status; wait(&status) > 0;) boards += WEXITSTATUS(status);
  printf("%d queens: %d boards\n", size, boards);
  return 0;
}
