/* MSG_COPY | IPC_NOWAIT peeks at position n. */
#include "../sysv.h"

int main(void) {
  const int queue = new_queue();
  struct Note note;
  HOLDS(send_note(queue, 4, "zero") == 0 && send_note(queue, 9, "one") == 0);
  if (msgrcv(queue, &note, 64, 0, MSG_COPY | IPC_NOWAIT) == -1 && errno == ENOSYS) return 0; /* built without it */
  HOLDS(receives(queue, 1, MSG_COPY, "one") && receives(queue, 0, MSG_COPY, "zero"));
  FAILS(msgrcv(queue, &note, 64, 2, MSG_COPY | IPC_NOWAIT), ENOMSG);
  FAILS(msgrcv(queue, &note, 64, 0, MSG_COPY), EINVAL);
  FAILS(msgrcv(queue, &note, 64, 0, MSG_COPY | IPC_NOWAIT | MSG_EXCEPT), EINVAL);
  FAILS(msgrcv(queue, &note, 2, 0, MSG_COPY | IPC_NOWAIT), E2BIG);
  HOLDS(receives(queue, 0, 0, "zero") && receives(queue, 0, 0, "one")); /* they were all there */
  return 0;
}
