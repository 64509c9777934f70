#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// An SQLite file that is open for reading and writing. What SQLite refuses is thrown as InputError that names the file.
class Database {
 public:
  // Makes the file if there is none. Another process that writes is waited for, a minute at most.
  explicit Database(const std::string& path);

  // Statements without an answer.
  void execute(const char* statements);
  // Throws what SQLite said last.
  [[noreturn]] void fail() const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// One statement, prepared once and run often. Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement(const Database& database, std::string_view text);

  // Texts stay the caller's until reset().
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  void bind_null(int parameter);
  // Whether there is a row, or another one.
  bool step();
  // Empty if null.
  std::string text(int column) const;
  std::int64_t number(int column) const;
  // Ready to be bound and run again.
  void reset();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace signalbox
