/* msgtyp < 0 takes the lowest type not above |msgtyp|, the oldest among equals. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  HOLDS(send_note(queue, 5, "a5") == 0 && send_note(queue, 3, "b3") == 0 && send_note(queue, 7, "c7") == 0);
  HOLDS(send_note(queue, 3, "d3") == 0 && send_note(queue, 4, "e4") == 0);
  HOLDS(receives(queue, -6, 0, "b3"));
  HOLDS(receives(queue, -6, 0, "d3"));
  HOLDS(receives(queue, -6, 0, "e4"));
  HOLDS(receives(queue, -6, 0, "a5"));
  struct Note note;
  FAILS(msgrcv(queue, &note, 64, -6, IPC_NOWAIT), ENOMSG);
  HOLDS(receives(queue, -7, 0, "c7"));
  return 0;
}
