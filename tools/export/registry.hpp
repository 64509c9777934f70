#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kernel/sim/trace_sink.hpp"

namespace signalbox {

// A trace format. `create` opens the file at once ("-" is standard output) and throws ExportError if it cannot;
// the sink throws ExportError from consume() and finish() when the file takes no more.
struct Exporter {
  std::string_view name;
  std::string_view ending;  // of file names, with the dot
  std::string_view description;
  std::unique_ptr<TraceSink> (*create)(const std::string& path);
};

std::span<const Exporter> exporters();

// Null if there is none.
const Exporter* find_exporter(std::string_view name);
const Exporter* exporter_for_file(std::string_view path);

}  // namespace signalbox
