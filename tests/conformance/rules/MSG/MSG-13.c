/* Lowering msg_qbytes takes effect at once; raising above MSGMNB needs privilege (EPERM). */
#include "../sysv.h"

int main(void) {
  drop_privilege();
  const int queue = new_queue();
  struct msqid_ds record;
  HOLDS(send_note(queue, 1, "0123456789") == 0);
  HOLDS(msgctl(queue, IPC_STAT, &record) == 0);
  record.msg_qbytes = 5;
  HOLDS(msgctl(queue, IPC_SET, &record) == 0);
  FAILS(send_note(queue, 1, ""), EAGAIN);
  HOLDS(receives(queue, 0, 0, "0123456789"));
  HOLDS(send_note(queue, 1, "01234") == 0);
  FAILS(send_note(queue, 1, "5"), EAGAIN);
  record.msg_qbytes = 16385;
  FAILS(msgctl(queue, IPC_SET, &record), EPERM);

  const pid_t child = CHILD({
    const struct Note note = {.type = 1, .text = "6"};
    HOLDS(msgsnd(queue, &note, 1, 0) == 0);
  });
  let_others_run();
  HOLDS(is_running(child));
  record.msg_qbytes = 16384;
  HOLDS(msgctl(queue, IPC_SET, &record) == 0);
  HOLDS(end_of(child) == 0);
  return 0;
}
