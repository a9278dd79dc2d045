#include <tandem/stream/sqlite.hpp>

#include <tandem/error.hpp>

#include <sqlite3.h>

namespace tandem::detail {

namespace {

std::string quoted(std::string const& identifier) {
  std::string result = "\"";
  for (char const c : identifier)
    result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

struct closes {
  void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
  void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};

} // namespace

struct sqlite_table::state {
  std::string path;
  sqlite_options options;
  std::unique_ptr<sqlite3, closes> db;
  std::unique_ptr<sqlite3_stmt, closes> insert;
  std::size_t rows_open = 0;
  bool in_transaction = false;

  void check(int code, std::string const& what) const {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
      return;
    throw error("sqlite " + path + ": " + what + ": " +
                (db ? sqlite3_errmsg(db.get()) : sqlite3_errstr(code)));
  }
  void execute(std::string const& statement) const {
    check(sqlite3_exec(db.get(), statement.c_str(), nullptr, nullptr, nullptr), statement);
  }
  void begin() {
    execute("BEGIN IMMEDIATE");
    in_transaction = true;
    rows_open = 0;
  }
};

sqlite_table::sqlite_table(std::string const& path, std::string const& table,
                           std::vector<sqlite_column> const& columns, sqlite_options const& options)
    : state_(std::make_unique<state>()) {
  state& s = *state_;
  s.path = path;
  s.options = options;
  sqlite3* db = nullptr;
  int const opened = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  s.db.reset(db);
  s.check(opened, "opening");
  sqlite3_busy_timeout(db, 5000);
  s.execute("PRAGMA journal_mode=WAL");
  s.execute("PRAGMA synchronous=NORMAL");
  s.begin();
  std::string names, marks, definition;
  for (auto const& c : columns) {
    char const* const comma = names.empty() ? "" : ", ";
    names += comma + quoted(c.name);
    marks += comma + std::string("?");
    definition += comma + quoted(c.name) + " " + c.type;
  }
  if (options.replace)
    s.execute("DROP TABLE IF EXISTS " + quoted(table));
  s.execute("CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + definition + ")");
  std::string const insert = "INSERT INTO " + quoted(table) + " (" + names + ") VALUES (" + marks + ")";
  sqlite3_stmt* statement = nullptr;
  s.check(sqlite3_prepare_v3(db, insert.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), insert);
  s.insert.reset(statement);
}

sqlite_table::~sqlite_table() {
  if (!state_->in_transaction)
    return;
  state_->insert.reset();
  sqlite3_exec(state_->db.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void sqlite_table::bind(int column, std::int64_t value) {
  state_->check(sqlite3_bind_int64(state_->insert.get(), column, value), "binding a value");
}
void sqlite_table::bind(int column, double value) {
  state_->check(sqlite3_bind_double(state_->insert.get(), column, value), "binding a value");
}
void sqlite_table::bind(int column, std::string_view value) {
  state_->check(sqlite3_bind_text64(state_->insert.get(), column, value.data(), value.size(), SQLITE_STATIC,
                                    SQLITE_UTF8),
                "binding a value");
}

void sqlite_table::step() {
  state& s = *state_;
  int const stepped = sqlite3_step(s.insert.get());
  sqlite3_reset(s.insert.get());
  s.check(stepped, "inserting a row");
  if (++s.rows_open == s.options.rows_per_transaction) {
    commit();
    s.begin();
  }
}

void sqlite_table::commit() {
  state_->execute("COMMIT");
  state_->in_transaction = false;
}

void throw_sqlite_range(std::string const& column, std::uint64_t value) {
  throw error("sqlite: " + std::to_string(value) + " does not fit into a 64-bit signed integer, in column '" +
              column + "'");
}

} // namespace tandem::detail
