#pragma once

#include <span>
#include <string_view>

namespace signalbox {

// A file that the program carries inside itself (tools/cmake/EmbedFiles.cmake).
struct EmbeddedFile {
  std::string_view name;  // with its ending, without folder
  std::string_view text;
};

std::span<const EmbeddedFile> shipped_scenarios();
std::span<const EmbeddedFile> shipped_machines();

// The file's name without its ending.
constexpr std::string_view stem(const EmbeddedFile& file) { return file.name.substr(0, file.name.rfind('.')); }

}  // namespace signalbox
