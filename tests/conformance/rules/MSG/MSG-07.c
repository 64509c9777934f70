/* Text longer than the buffer: E2BIG and the message stays; with MSG_NOERROR it is cut and the rest lost. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  struct Note note;
  HOLDS(send_note(queue, 1, "0123456789") == 0 && send_note(queue, 1, "next") == 0);
  FAILS(msgrcv(queue, &note, 4, 0, IPC_NOWAIT), E2BIG);
  HOLDS(msgrcv(queue, &note, 4, 0, IPC_NOWAIT | MSG_NOERROR) == 4 && memcmp(note.text, "0123", 4) == 0);
  HOLDS(receives(queue, 0, 0, "next"));
  return 0;
}
