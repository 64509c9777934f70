#include "tools/experiment/database.hpp"

#include "workloads/input_error.hpp"

namespace signalbox {

Database::Database(const std::string& path) : path_(path) {
  constexpr int patience_ms = 60'000;
  sqlite3* handle = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  handle_.reset(handle);
  if (status != SQLITE_OK) fail();
  sqlite3_busy_timeout(handle, patience_ms);
}

void Database::execute(const char* statements) {
  if (sqlite3_exec(handle(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

void Database::fail() const {
  const int status = handle_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle());
  const std::string what = handle_ == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(handle());
  const char* expected = status == SQLITE_BUSY     ? "that other processes leave it alone now and then"
                         : status == SQLITE_FULL   ? "room on the disk"
                         : status == SQLITE_NOTADB ? "results of signalbox, or no file yet"
                                                   : "an SQLite file that can be read and written";
  throw InputError({.file = path_}, what, expected);
}

Statement::Statement(const Database& database, std::string_view text) : database_(database) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(database.handle(), text.data(), static_cast<int>(text.size()), &handle, nullptr) !=
      SQLITE_OK) {
    database.fail();
  }
  handle_.reset(handle);
}

void Statement::bind(int parameter, std::string_view text) {
  if (sqlite3_bind_text64(handle_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8) !=
      SQLITE_OK) {
    database_.fail();
  }
}

void Statement::bind(int parameter, std::int64_t number) {
  if (sqlite3_bind_int64(handle_.get(), parameter, number) != SQLITE_OK) database_.fail();
}

void Statement::bind_null(int parameter) {
  if (sqlite3_bind_null(handle_.get(), parameter) != SQLITE_OK) database_.fail();
}

bool Statement::step() {
  const int status = sqlite3_step(handle_.get());
  if (status != SQLITE_ROW && status != SQLITE_DONE) database_.fail();
  return status == SQLITE_ROW;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_.get(), column); }

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

}  // namespace signalbox
