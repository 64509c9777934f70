/* fstat reports a FIFO type, and the same inode for both ends. */
#include "../rule.h"

int main(void) {
  int ends[2];
  int others[2];
  struct stat read_end;
  struct stat write_end;
  struct stat other;
  HOLDS(pipe(ends) == 0 && pipe(others) == 0);
  HOLDS(fstat(ends[0], &read_end) == 0 && fstat(ends[1], &write_end) == 0 && fstat(others[0], &other) == 0);
  HOLDS(S_ISFIFO(read_end.st_mode) && S_ISFIFO(write_end.st_mode));
  HOLDS((read_end.st_mode & 07777) == 0600);
  HOLDS(read_end.st_ino == write_end.st_ino && read_end.st_ino != other.st_ino);
  HOLDS(read_end.st_uid == geteuid() && read_end.st_size == 0);
  return 0;
}
