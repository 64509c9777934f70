/* A blocked selective receiver is woken only by a matching message. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  struct Note note;
  const pid_t three = CHILD({ HOLDS(msgrcv(queue, &note, 64, 3, 0) == 1 && note.text[0] == '3'); });
  const pid_t low = CHILD({ HOLDS(msgrcv(queue, &note, 64, -2, 0) == 1 && note.text[0] == '2'); });
  let_others_run();
  HOLDS(send_note(queue, 4, "4") == 0);
  let_others_run();
  HOLDS(is_running(three) && is_running(low));
  HOLDS(send_note(queue, 2, "2") == 0 && end_of(low) == 0);
  HOLDS(is_running(three));
  HOLDS(send_note(queue, 3, "3") == 0 && end_of(three) == 0);
  HOLDS(receives(queue, 0, 0, "4"));
  return 0;
}
