#include "workloads/native/registry.hpp"

#include <array>

#include "workloads/native/rows.hpp"

namespace signalbox {

ProgramList native_programs() {
  static constexpr std::array programs{
      &build_system_program,      &file_writers_program,    &fork_family_program,
      &fork_tree_program,         &larson_program,          &memory_walk_program,
      &philosophers_program,      &ping_pong_program,       &priority_inversion_program,
      &producer_consumer_program, &readers_writers_program, &web_server_program,
  };
  return programs;
}

}  // namespace signalbox
