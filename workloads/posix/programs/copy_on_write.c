/* After fork, writes to private memory stay with who wrote them, and writes to shared memory do not (fork(2), mmap(2)).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { bytes = 5 * 4096 };

static char global[bytes];

static long sum_of(const char *memory) {
  long sum = 0;
  for (int i = 0; i < bytes; ++i) sum += memory[i];
  return sum;
}

int main(void) {
  const int flags = MAP_ANONYMOUS;
  char *own = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_PRIVATE, -1, 0);
  char *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_SHARED, -1, 0);
  char *heap = malloc(bytes), stack[bytes];
  if (own == MAP_FAILED || shared == MAP_FAILED || heap == NULL) return 1;
  char *places[] = {own, shared, heap, stack, global};
  const char *names[] = {"private", "shared", "heap", "stack", "global"};
  for (int i = 0; i < 5; ++i) memset(places[i], 1, bytes);
  if (fork() == 0) {
    for (int i = 0; i < 5; ++i) memset(places[i], 2, bytes / 2);
    for (int i = 0; i < 5; ++i) printf("child:  %-7s %ld\n", names[i], sum_of(places[i]));
    return 0;
  }
  wait(NULL);
  for (int i = 0; i < 5; ++i) printf("parent: %-7s %ld\n", names[i], sum_of(places[i]));
  free(heap);
  return 0;
}
