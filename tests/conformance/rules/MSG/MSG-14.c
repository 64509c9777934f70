/* Without permission EACCES, removing without ownership EPERM. */
#include "../sysv.h"

int main(void) {
  if (geteuid() != 0) return 0; /* there is nobody else to be */
  const key_t key = 0x5c000000 + getpid();
  const int queue = keep_until_end(msgget(key, IPC_CREAT | 0620), 1);
  const int readable = keep_until_end(msgget(IPC_PRIVATE, 0644), 1);
  HOLDS(send_note(readable, 1, "read me") == 0);
  const pid_t child = CHILD({
    drop_privilege();
    struct msqid_ds record = {0};
    struct Note note;
    FAILS(msgget(key, 0200), EACCES);
    FAILS(send_note(queue, 1, "no"), EACCES);
    FAILS(msgrcv(queue, &note, 64, 0, IPC_NOWAIT), EACCES);
    FAILS(msgctl(queue, IPC_STAT, &record), EACCES);
    FAILS(msgctl(queue, IPC_SET, &record), EPERM);
    FAILS(msgctl(queue, IPC_RMID, NULL), EPERM);
    FAILS(send_note(readable, 1, "no"), EACCES);
    HOLDS(receives(readable, 0, 0, "read me"));
  });
  HOLDS(end_of(child) == 0);
  return 0;
}
