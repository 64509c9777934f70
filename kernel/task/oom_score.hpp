#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/shortage/oom.hpp"
#include "kernel/task/process.hpp"

namespace signalbox {

// A process as the OOM killer sees it (oom_badness of mm/oom_kill.c): what has no memory of its own is exempt.
OomCandidate oom_candidate(const Process& process);

// What a write to /proc/PID/oom_score_adj does (__set_oom_adj of fs/proc/base.c, 6.1). Errno::einval beyond -1000 and
// 1000; Errno::eacces for a writer without privilege below what a privileged one set last.
Result<void> set_oom_score_adj(Process& process, std::int64_t adjustment, const Credentials& writer);

}  // namespace signalbox
