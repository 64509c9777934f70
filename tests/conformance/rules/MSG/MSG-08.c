/* Nothing suitable: block, or ENOMSG with IPC_NOWAIT. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  struct Note note;
  FAILS(msgrcv(queue, &note, 64, 0, IPC_NOWAIT), ENOMSG);
  HOLDS(send_note(queue, 1, "one") == 0);
  FAILS(msgrcv(queue, &note, 64, 2, IPC_NOWAIT), ENOMSG);
  const pid_t child = CHILD({ HOLDS(msgrcv(queue, &note, 64, 2, 0) == 3 && memcmp(note.text, "two", 3) == 0); });
  let_others_run();
  HOLDS(is_running(child));
  HOLDS(send_note(queue, 2, "two") == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
