#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/experiment/database.hpp"
#include "tools/experiment/run_key.hpp"
#include "tools/experiment/run_result.hpp"

namespace signalbox {

// What a row says for people; the key determines it.
struct RunLabel {
  std::string scenario;
  std::string machine;
  unsigned cpus = 0;
};

// Results of runs in an SQLite file, one row a run, each kept as soon as it is appended: neither an end of this program
// at any point nor other processes that append at the same time lose any. Errors are thrown as InputError, and leave
// the file as it is. Calls come one at a time.
class ResultFile {
 public:
  // Throws if `path` has something else in it than such results, or cannot be written. Makes no file.
  static void check(const std::string& path);

  // Opens it, or makes it. Requires check(path).
  explicit ResultFile(const std::string& path);

  std::optional<RunResult> find(const RunKey& key);
  // A row that is there stays as it is, but for the threads, if it had none.
  void append(const RunKey& key, const RunLabel& label, const RunResult& result);
  const std::string& path() const { return path_; }
  // How many rows are of other versions of the simulator.
  std::uint64_t count_of_others();

 private:
  std::string path_;
  Database database_;
  std::optional<Statement> find_;
  std::optional<Statement> append_;
};

}  // namespace signalbox
