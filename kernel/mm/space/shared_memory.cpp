#include "kernel/mm/space/shared_memory.hpp"

namespace signalbox {

Result<MemoryObjectRef> SharedMemory::create(CommitAccount& commits, std::uint64_t pages,
                                             const CommitAccount::Asker& asker, Reserve reserve) {
  const std::uint64_t promised = reserve == Reserve::all ? pages : 0;
  TRY(commits.charge(promised, asker));
  return MemoryObjectRef(new SharedMemory(commits, pages, promised));
}

SharedMemory::~SharedMemory() { commits_.release(promised_); }

}  // namespace signalbox
