/* Receivers that are blocked are served in the order in which they came. */
#include "../mqueue.h"

int main(void) {
  const mqd_t queue = new_queue(4, 0);
  pid_t receivers[3];
  for (int i = 0; i < 3; ++i) {
    receivers[i] = CHILD({
      const char expected[2] = {(char)('a' + i), 0};
      HOLDS(receives(queue, expected));
    });
    let_others_run();
  }
  HOLDS(send_note(queue, "a", 0) == 0 && send_note(queue, "b", 5) == 0 && send_note(queue, "c", 9) == 0);
  for (int i = 0; i < 3; ++i) HOLDS(end_of(receivers[i]) == 0);
  return 0;
}
