#include "kernel/mm/paging/fault_plan.hpp"

namespace signalbox {

MemoryWork& MemoryWork::operator+=(const MemoryWork& other) {
  pages_mapped += other.pages_mapped;
  pages_zeroed += other.pages_zeroed;
  pages_copied += other.pages_copied;
  tables_made += other.tables_made;
  entries_copied += other.entries_copied;
  return *this;
}

}  // namespace signalbox
