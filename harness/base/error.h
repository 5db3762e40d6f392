// What stopped us, told to a person: place, cause, remedy.
//
// An `Error` says that *we* could not work (a file is missing, a hook answers nonsense). It is never used for
// "the target is wrong" (that is a result::Finding) nor for "diconform is wrong" (that is an assertion).
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace diconform {

struct Error {
  std::string where;   // file and JSON pointer, URL, or command; may be empty
  std::string what;    // what was found wrong there, bytes quoted
  std::string remedy;  // what to do next; may be empty

  // "where: what (remedy)"
  std::string message() const {
    std::string text = where.empty() ? what : where + ": " + what;
    return remedy.empty() ? text : text + " (" + remedy + ")";
  }
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(std::string where, std::string what, std::string remedy = "") {
  return std::unexpected(Error{std::move(where), std::move(what), std::move(remedy)});
}

}  // namespace diconform

#define DICONFORM_JOIN2(a, b) a##b
#define DICONFORM_JOIN(a, b) DICONFORM_JOIN2(a, b)
#define DICONFORM_TRY(name, target, expression)               \
  auto name = (expression);                                   \
  if (!name) return std::unexpected(std::move(name).error()); \
  target = std::move(*name)

// `TRY(auto x, f());` binds the value of f() to x, or returns its Error from the calling function.
#define TRY(target, expression) DICONFORM_TRY(DICONFORM_JOIN(try_, __LINE__), target, expression)

// `TRY_VOID(f());` for a Result<void>.
#define TRY_VOID(expression) \
  if (auto try_void = (expression); !try_void) return std::unexpected(std::move(try_void).error())
