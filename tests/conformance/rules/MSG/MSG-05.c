/* msgtyp > 0 takes the oldest of that type; with MSG_EXCEPT the oldest of any other type. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  HOLDS(send_note(queue, 2, "a2") == 0 && send_note(queue, 3, "b3") == 0 && send_note(queue, 3, "c3") == 0);
  HOLDS(send_note(queue, 2, "d2") == 0 && send_note(queue, 4, "e4") == 0);
  HOLDS(receives(queue, 3, 0, "b3"));
  HOLDS(receives(queue, 2, MSG_EXCEPT, "c3"));
  HOLDS(receives(queue, 2, MSG_EXCEPT, "e4"));
  struct Note note;
  FAILS(msgrcv(queue, &note, 64, 2, MSG_EXCEPT | IPC_NOWAIT), ENOMSG);
  FAILS(msgrcv(queue, &note, 64, 3, IPC_NOWAIT), ENOMSG);
  HOLDS(receives(queue, 2, 0, "a2") && receives(queue, 2, 0, "d2"));
  return 0;
}
