#pragma once

#include <string>

namespace signalbox {

// What programs are linked with, in the folder lib/signalbox beside that of the running program.
struct RuntimeFiles {
  std::string archive;         // libruntime.a
  std::string rename_map;      // as objcopy(1) takes it
  std::string linker_script;   // image.ld
  std::string exports;         // exports.map
  std::string pure_functions;  // pure_functions.txt
  std::string edges_header;    // edges.h, for every source
};

// Throws InputError: they are not there.
RuntimeFiles find_runtime_files();

}  // namespace signalbox
