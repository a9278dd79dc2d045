#pragma once

#include <tandem/stream/sinks.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace tandem {

/// How rows are written.
struct sqlite_options {
  /// 0: the whole stream is one transaction, so that the rows are all there or none. Otherwise a commit every
  /// so many rows; then what was committed before an error stays.
  std::size_t rows_per_transaction = 0;
  /// Drops the table first, in the same transaction.
  bool replace = false;
};

namespace detail {

struct sqlite_column {
  std::string name;
  char const* type;
};

/// One table being filled through a prepared statement, in WAL mode.
class TANDEM_API sqlite_table {
 public:
  sqlite_table(std::string const& path, std::string const& table, std::vector<sqlite_column> const& columns,
               sqlite_options const& options);
  ~sqlite_table();
  sqlite_table(sqlite_table const&) = delete;
  sqlite_table& operator=(sqlite_table const&) = delete;

  void bind(int column, std::int64_t value);
  void bind(int column, double value);
  void bind(int column, std::string_view value); ///< must live until step()
  void step();
  void commit();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

template <class V>
constexpr char const* sqlite_type() {
  if constexpr (std::integral<V>)
    return "INTEGER";
  else if constexpr (std::floating_point<V>)
    return "REAL";
  else
    return "TEXT";
}

template <class Get>
struct column_spec {
  std::string name;
  Get get;
};

[[noreturn]] TANDEM_API void throw_sqlite_range(std::string const& column, std::uint64_t value);

template <class T, class... Get>
class sqlite_sink final : public stream_sink {
 public:
  sqlite_sink(std::string path, std::string table, sqlite_options options,
              std::tuple<column_spec<Get>...> columns)
      : path_(std::move(path)), table_(std::move(table)), options_(options), columns_(std::move(columns)) {}

  std::string name() const override { return "sqlite " + path_; }
  void open(std::stop_token) override {
    std::vector<sqlite_column> described;
    std::apply(
        [&](auto const&... c) {
          (described.push_back(
               {c.name, sqlite_type<std::decay_t<std::invoke_result_t<Get const&, T const&>>>()}),
           ...);
        },
        columns_);
    rows_ = std::make_unique<sqlite_table>(path_, table_, described, options_);
  }
  void write(packet const& p) override {
    for (T const& item : p.items<T const>()) {
      int number = 0;
      std::apply([&](auto const&... c) { (bind(++number, c.name, std::invoke(c.get, item)), ...); },
                 columns_);
      rows_->step();
    }
  }
  void close() override {
    rows_->commit();
    rows_.reset();
  }
  void abort() noexcept override { rows_.reset(); }

 private:
  template <class V>
  void bind(int number, std::string const& column, V const& value) {
    if constexpr (std::integral<V>) {
      if (!std::in_range<std::int64_t>(value))
        throw_sqlite_range(column, static_cast<std::uint64_t>(value));
      rows_->bind(number, static_cast<std::int64_t>(value));
    } else if constexpr (std::floating_point<V>) {
      rows_->bind(number, static_cast<double>(value));
    } else {
      rows_->bind(number, std::string_view(value));
    }
  }

  std::string const path_;
  std::string const table_;
  sqlite_options const options_;
  std::tuple<column_spec<Get>...> columns_;
  std::unique_ptr<sqlite_table> rows_;
};

} // namespace detail

/// A column of a SQLite table: its name, and what to put there: a member pointer or a callable that takes an
/// element and returns an integer, a floating-point number or something that converts to std::string_view.
template <class Get>
detail::column_spec<Get> column(std::string name, Get get) {
  return {std::move(name), std::move(get)};
}

/// Inserts one row per element into a table (created if it is not there): a real database, in WAL mode,
/// through a prepared statement, in transactions (see sqlite_options). On an error or a cancellation the open
/// transaction is rolled back; a killed process leaves a database that opens and is intact.
template <class... Get>
requires(sizeof...(Get) > 0) auto write_sqlite(std::string path, std::string table, sqlite_options options,
                                               detail::column_spec<Get>... columns) {
  return detail::sink_descriptor{[path = std::move(path), table = std::move(table), options,
                                  columns = std::make_tuple(std::move(columns)...)]<class T>(
      std::type_identity<T>) requires(std::invocable<Get const&, T const&> &&
                                      ...){return std::unique_ptr<detail::stream_sink>(
      std::make_unique<detail::sqlite_sink<T, Get...>>(path, table, options, columns));
}
}; // namespace tandem
}

/// The same with the default options.
template <class... Get>
requires(sizeof...(Get) > 0) auto write_sqlite(std::string path, std::string table,
                                               detail::column_spec<Get>... columns) {
  return write_sqlite(std::move(path), std::move(table), sqlite_options(), std::move(columns)...);
}

/// Elements that are numbers or text go into one column, `value`.
inline auto write_sqlite(std::string path, std::string table, sqlite_options options = {}) {
  auto const itself = [](auto const& x) { return x; };
  return write_sqlite(std::move(path), std::move(table), options, column("value", itself));
}

} // namespace tandem
