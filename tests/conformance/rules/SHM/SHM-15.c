/* First touch of each anonymous page is one minor fault (50 pages, 50 faults). */
#include "../mapping.h"

#include <sys/resource.h>

static long minor_faults(void) {
  struct rusage use;
  HOLDS(getrusage(RUSAGE_SELF, &use) == 0);
  return use.ru_minflt;
}

int main(void) {
  enum { pages = 50 };
  char *const map = map_anonymous(pages, MAP_PRIVATE);
  HOLDS(madvise(map, pages * page, MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
  minor_faults(); /* its own pages are there from now on */
  long before = minor_faults();
  for (int i = 0; i < pages; ++i) map[i * page] = 1;
  HOLDS(minor_faults() - before == pages);
  before = minor_faults();
  for (int i = 0; i < pages; ++i) ++map[i * page + 1];
  HOLDS(minor_faults() == before);
  return 0;
}
