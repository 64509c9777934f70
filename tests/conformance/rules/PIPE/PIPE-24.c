/* O_DIRECT packet mode: each write is one packet, a read returns one packet, the unread rest of a packet is lost. */
#include "../rule.h"

int main(void) {
  int ends[2];
  char bytes[8192] = "";
  HOLDS(pipe2(ends, O_DIRECT | O_NONBLOCK) == 0);
  HOLDS(write(ends[1], "first", 5) == 5 && write(ends[1], "second", 6) == 6);
  HOLDS(read(ends[0], bytes, 3) == 3 && memcmp(bytes, "fir", 3) == 0);
  HOLDS(read(ends[0], bytes, sizeof bytes) == 6 && memcmp(bytes, "second", 6) == 0);
  FAILS(read(ends[0], bytes, sizeof bytes), EAGAIN);
  HOLDS(write(ends[1], bytes, 5000) == 5000); /* more than PIPE_BUF: two packets */
  HOLDS(read(ends[0], bytes, sizeof bytes) == 4096);
  HOLDS(read(ends[0], bytes, sizeof bytes) == 904);
  for (int i = 0; i < 16; ++i) HOLDS(write(ends[1], "x", 1) == 1); /* a page each */
  FAILS(write(ends[1], "x", 1), EAGAIN);
  HOLDS(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0); /* it is a pipe of bytes again */
  HOLDS(read(ends[0], bytes, sizeof bytes) == 1);
  HOLDS(write(ends[1], "yz", 2) == 2 && write(ends[1], "yz", 2) == 2);
  return 0;
}
