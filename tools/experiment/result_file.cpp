#include "tools/experiment/result_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

namespace fs = std::filesystem;

// SQLite keeps both in the file's header, for programs to know their files by (sqlite.org/fileformat2.html, 1.3).
constexpr std::uint32_t application_id = 0x53474258;  // "SGBX"
constexpr std::uint32_t layout = 1;
constexpr std::size_t layout_offset = 60;
constexpr std::size_t application_offset = 68;
using Header = std::array<char, 100>;

constexpr const char* make_table = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS runs (
    program TEXT NOT NULL, scenario_hash TEXT NOT NULL, machine_hash TEXT NOT NULL, policy TEXT NOT NULL,
    seed INTEGER NOT NULL, until_ns INTEGER NOT NULL,
    scenario TEXT NOT NULL, machine TEXT NOT NULL, cpus INTEGER NOT NULL,
    trace_hash TEXT NOT NULL, report TEXT NOT NULL, threads TEXT,
    PRIMARY KEY (program, scenario_hash, machine_hash, policy, seed, until_ns));
  PRAGMA application_id = 0x53474258;
  PRAGMA user_version = 1;
  COMMIT)";

constexpr const char* find_row = R"(
  SELECT trace_hash, report, threads FROM runs
  WHERE program = ? AND scenario_hash = ? AND machine_hash = ? AND policy = ? AND seed = ? AND until_ns = ?)";

constexpr const char* append_row = R"(
  INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET threads = excluded.threads WHERE threads IS NULL)";

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw InputError({.file = path}, what, "results that `compare --results` of this version wrote, or no file yet");
}

std::uint32_t number_at(const Header& header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(header[offset + i]);
  return number;
}

// Reads the header by hand: SQLite might recover, and so change, what is another program's.
void check_header(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Header header{};
  file.read(header.data(), header.size());
  if (!file || std::memcmp(header.data(), "SQLite format 3", 16) != 0) refuse(path, "is no SQLite file");
  if (number_at(header, application_offset) != application_id) refuse(path, "is an SQLite file of something else");
  const std::uint32_t found = number_at(header, layout_offset);
  if (found != layout) {
    refuse(path, fmt::format("has the layout {} of another version of signalbox, which reads {}", found, layout));
  }
}

void check_integrity(const std::string& path, const Database& database) {
  Statement check(database, "PRAGMA quick_check(1)");
  const std::string answer = check.step() ? check.text(0) : "no answer";
  if (answer != "ok") refuse(path, "is damaged (" + answer + ")");
}

void check_can_write(const std::string& path, const std::string& what) {
  if (access(what.c_str(), W_OK) == 0) return;
  throw InputError({.file = path}, std::string("cannot be written (") + std::strerror(errno) + ")",
                   "a path at which results can be kept");
}

void bind_key(Statement& statement, const RunKey& key) {
  statement.bind(1, key.program);
  statement.bind(2, key.scenario);
  statement.bind(3, key.machine);
  statement.bind(4, key.policy);
  statement.bind(5, static_cast<std::int64_t>(key.seed));
  statement.bind(6, key.until_ns);
}

}  // namespace

void ResultFile::check(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    const fs::path folder = fs::path(path).parent_path();
    check_can_write(path, folder.empty() ? "." : folder.string());
    return;
  }
  if (!fs::is_regular_file(status)) refuse(path, "is no file");
  check_can_write(path, path);
  if (fs::file_size(path, error) == 0) return;
  check_header(path);
  check_integrity(path, Database(path));
}

ResultFile::ResultFile(const std::string& path) : path_(path), database_(path) {
  std::error_code error;
  if (fs::file_size(path, error) == 0 || error) database_.execute(make_table);
  // A write-ahead log makes an append a write without a wait for the disk, and readers do not stop writers. Where the
  // file system cannot have one, or another process is just making it, SQLite goes on with what there is.
  sqlite3_exec(database_.handle(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
  database_.execute("PRAGMA synchronous = NORMAL");
  find_.emplace(database_, find_row);
  append_.emplace(database_, append_row);
}

std::optional<RunResult> ResultFile::find(const RunKey& key) {
  bind_key(*find_, key);
  std::optional<RunResult> result;
  if (find_->step()) {
    result = RunResult{.report = find_->text(1), .threads = find_->text(2)};
    const std::string hash = find_->text(0);
    const auto [end, error] = std::from_chars(hash.data(), hash.data() + hash.size(), result->trace_hash, 16);
    if (error != std::errc() || end != hash.data() + hash.size()) refuse(path_, "has a trace hash that is none");
  }
  find_->reset();
  return result;
}

void ResultFile::append(const RunKey& key, const RunLabel& label, const RunResult& result) {
  const std::string trace_hash = fmt::format("{:016x}", result.trace_hash);
  bind_key(*append_, key);
  append_->bind(7, label.scenario);
  append_->bind(8, label.machine);
  append_->bind(9, label.cpus);
  append_->bind(10, trace_hash);
  append_->bind(11, result.report);
  if (result.threads.empty()) {
    append_->bind_null(12);
  } else {
    append_->bind(12, result.threads);
  }
  append_->step();
  append_->reset();
}

std::uint64_t ResultFile::count_of_others() {
  Statement count(database_, "SELECT count(*) FROM runs WHERE program <> ?");
  count.bind(1, simulator_version());
  return count.step() ? static_cast<std::uint64_t>(count.number(0)) : 0;
}

}  // namespace signalbox
