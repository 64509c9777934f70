/* After opening, every PIPE rule applies unchanged. */
#include "../rule.h"

enum { all = 100000 };
static char bytes[all];

int main(void) {
  HOLDS(mkfifo("fifo", 0600) == 0);
  const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  const int writer = open("fifo", O_WRONLY | O_NONBLOCK);
  HOLDS(reader >= 0 && writer >= 0);
  FAILS(lseek(reader, 0, SEEK_CUR), ESPIPE);
  HOLDS(fcntl(reader, F_GETPIPE_SZ) == 65536);
  HOLDS(write(writer, bytes, all) == 65536);
  FAILS(write(writer, bytes, 1), EAGAIN);
  HOLDS(read(reader, bytes, 4096) == 4096 && write(writer, bytes, 4096) == 4096);
  HOLDS(read(reader, bytes, all) == 65536);
  FAILS(read(reader, bytes, 1), EAGAIN);
  HOLDS(fcntl(writer, F_SETFL, 0) == 0);
  const pid_t child = CHILD({
    close(reader);
    HOLDS(write(writer, bytes, all) == all);
  });
  HOLDS(fcntl(reader, F_SETFL, 0) == 0 && close(writer) == 0);
  for (size_t done = 0; done < all;) {
    const ssize_t more = read(reader, bytes, all);
    HOLDS(more > 0 && more <= 65536);
    done += (size_t)more;
  }
  HOLDS(read(reader, bytes, 1) == 0);
  HOLDS(end_of(child) == 0);
  const pid_t killed = CHILD({
    const int end = open("fifo", O_WRONLY);
    close(reader);
    let_others_run();
    let_others_run();
    write(end, "x", 1);
  });
  let_others_run();
  HOLDS(close(reader) == 0);
  HOLDS(end_of(killed) == -SIGPIPE);
  return 0;
}
