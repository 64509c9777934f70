/* msgtyp 0 takes the oldest. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  HOLDS(send_note(queue, 9, "first") == 0 && send_note(queue, 1, "second") == 0 && send_note(queue, 5, "third") == 0);
  HOLDS(receives(queue, 0, 0, "first"));
  HOLDS(receives(queue, 0, 0, "second"));
  struct Note note;
  HOLDS(msgrcv(queue, &note, sizeof note.text, 0, 0) == 5 && note.type == 5);
  return 0;
}
