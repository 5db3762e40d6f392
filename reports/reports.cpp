#include "reports/reports.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "reports/formats.h"

namespace diconform::reports {
namespace {

constexpr std::array<Format, 6> kFormats = {{
    {"console", "for people: failures at once, a summary in words at the end", true, make_console},
    {"json", "the whole run (diconform-report/1), for report merge, convert and diff", false, make_json},
    {"ndjson", "one JSON line an event, as it happens", false, make_ndjson},
    {"junit", "JUnit XML, for CI servers", false, make_junit},
    {"markdown", "a summary for a CI page or a pull request", false, make_markdown},
    {"html", "one self-contained page to look at and send around", false, make_html},
}};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (auto columns = to_unsigned(environment("COLUMNS")); columns && *columns >= 20) return *columns;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  return 80;
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* format_named(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

Destination standard_destination(const Format& format, std::string path, Clock& clock) {
  Destination to;
  to.path = std::move(path);
  to.out = format.for_people ? &std::cerr : &std::cout;
  to.clock = &clock;
  int descriptor = format.for_people ? STDERR_FILENO : STDOUT_FILENO;
  to.terminal = to.path.empty() && isatty(descriptor) && environment("TERM") != "dumb";
  to.colour = to.terminal && environment("NO_COLOR").empty();  // no-color.org: present and not empty
  if (to.terminal) to.columns = columns_of(descriptor);
  return to;
}

Result<void> convert(const result::Report& report, const Format& format, const Destination& to) {
  std::unique_ptr<Reporter> reporter = format.make(to);
  result::replay(report, *reporter);
  if (reporter->problem()) return std::unexpected(*reporter->problem());
  return {};
}

}  // namespace diconform::reports
