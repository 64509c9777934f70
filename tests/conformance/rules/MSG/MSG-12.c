/* IPC_STAT: msg_qnum, msg_cbytes, msg_qbytes, msg_lspid, msg_lrpid are right. */
#include "../sysv.h"

static struct msqid_ds stat_of(int queue) {
  struct msqid_ds record;
  HOLDS(msgctl(queue, IPC_STAT, &record) == 0);
  return record;
}

int main(void) {
  const int queue = new_queue();
  struct msqid_ds now = stat_of(queue);
  HOLDS(now.msg_qnum == 0 && now.__msg_cbytes == 0 && now.msg_qbytes == 16384);
  HOLDS(now.msg_lspid == 0 && now.msg_lrpid == 0 && now.msg_stime == 0 && now.msg_rtime == 0);
  const pid_t child = CHILD({ HOLDS(send_note(queue, 1, "abc") == 0 && send_note(queue, 2, "defgh") == 0); });
  HOLDS(end_of(child) == 0);
  now = stat_of(queue);
  HOLDS(now.msg_qnum == 2 && now.__msg_cbytes == 8 && now.msg_lspid == child && now.msg_lrpid == 0);
  HOLDS(receives(queue, 2, 0, "defgh"));
  now = stat_of(queue);
  HOLDS(now.msg_qnum == 1 && now.__msg_cbytes == 3 && now.msg_lrpid == getpid());
  HOLDS(now.msg_perm.cuid == geteuid() && (now.msg_perm.mode & 0777) == 0600);
  return 0;
}
