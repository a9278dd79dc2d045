// Things done in a process of their own, and looks into a database from outside.
#pragma once

#include <sqlite3.h>

#include <csignal>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace tandem_test {

inline std::string query(std::string const& path, std::string const& statement) {
  sqlite3* db = nullptr;
  std::string result;
  if (sqlite3_open(path.c_str(), &db) == SQLITE_OK)
    sqlite3_exec(
        db, statement.c_str(),
        [](void* to, int n, char** values, char**) {
          for (int i = 0; i < n; ++i)
            *static_cast<std::string*>(to) += std::string(values[i] ? values[i] : "null") + ";";
          return 0;
        },
        &result, nullptr);
  sqlite3_close(db);
  return result;
}

// Runs f in a child process; kills it after a while if asked to.
template <class F>
int in_child(F&& f, int kill_after_us = -1) {
  pid_t const child = ::fork();
  if (child == 0) {
    int code = 0;
    try {
      f();
    } catch (...) {
      code = 1;
    }
    ::_exit(code);
  }
  if (kill_after_us >= 0) {
    ::usleep(static_cast<unsigned>(kill_after_us));
    ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace tandem_test
