#pragma once

#include "workloads/program_registry.hpp"

namespace signalbox {

// Each is defined in the file of its name.
extern const NativeProgram build_system_program;
extern const NativeProgram file_writers_program;
extern const NativeProgram fork_family_program;
extern const NativeProgram fork_tree_program;
extern const NativeProgram larson_program;
extern const NativeProgram memory_walk_program;
extern const NativeProgram philosophers_program;
extern const NativeProgram ping_pong_program;
extern const NativeProgram priority_inversion_program;
extern const NativeProgram producer_consumer_program;
extern const NativeProgram readers_writers_program;
extern const NativeProgram web_server_program;

}  // namespace signalbox
