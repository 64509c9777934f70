/* A blocking write of at most PIPE_BUF (4096) bytes is never interleaved with another write. */
#include "../rule.h"

enum { record_bytes = 3000, records = 60, writers = 3 };

static void write_records(int fd, char letter) {
  char record[record_bytes];
  memset(record, letter, sizeof record);
  for (int i = 0; i < records; ++i) HOLDS(write(fd, record, sizeof record) == sizeof record);
}

int main(void) {
  int ends[2];
  int count[writers] = {0};
  pid_t children[writers];
  char record[record_bytes];
  HOLDS(pipe(ends) == 0);
  for (int i = 0; i < writers; ++i) children[i] = CHILD(write_records(ends[1], (char)('a' + i)));
  close(ends[1]);
  for (int i = 0; i < records * writers; ++i) {
    for (size_t done = 0; done < sizeof record;) {
      const ssize_t more = read(ends[0], record + done, sizeof record - done);
      HOLDS(more > 0);
      done += (size_t)more;
    }
    for (size_t at = 1; at < sizeof record; ++at) HOLDS(record[at] == record[0]);
    ++count[record[0] - 'a'];
  }
  HOLDS(read(ends[0], record, 1) == 0);
  for (int i = 0; i < writers; ++i) {
    HOLDS(count[i] == records);
    HOLDS(end_of(children[i]) == 0);
  }
  return 0;
}
