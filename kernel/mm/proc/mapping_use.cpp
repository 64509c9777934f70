#include "kernel/mm/proc/mapping_use.hpp"

namespace signalbox {

MappingUse& MappingUse::operator+=(const MappingUse& other) {
  resident += other.resident;
  shared_clean += other.shared_clean;
  shared_dirty += other.shared_dirty;
  private_clean += other.private_clean;
  private_dirty += other.private_dirty;
  referenced += other.referenced;
  anonymous += other.anonymous;
  lazy_free += other.lazy_free;
  anonymous_huge += other.anonymous_huge;
  shared_memory_huge += other.shared_memory_huge;
  file_huge += other.file_huge;
  swap += other.swap;
  proportional += other.proportional;
  proportional_dirty += other.proportional_dirty;
  proportional_anonymous += other.proportional_anonymous;
  proportional_file += other.proportional_file;
  proportional_shared += other.proportional_shared;
  proportional_swap += other.proportional_swap;
  proportional_locked += other.proportional_locked;
  may_be_huge |= other.may_be_huge;
  return *this;
}

}  // namespace signalbox
