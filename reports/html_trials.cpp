#include <array>
#include <cstdio>
#include <set>

#include "reports/html_parts.h"
#include "reports/html_text.h"

namespace diconform::reports {
namespace {

using result::Verdict;

constexpr std::size_t kShownOfAMessage = 16u << 10;
// Exchanges of one page in all: beyond this a browser gets slow, and the JSON report has them anyway.
constexpr std::size_t kShownInAll = 8u << 20;
constexpr std::size_t kOpenAtFirst = 3;

// What needs a person comes first.
constexpr std::array<Verdict, 7> kOrder = {
    Verdict::kFail,       Verdict::kError,   Verdict::kInconclusive, Verdict::kKnownFailure,
    Verdict::kUntestable, Verdict::kSkipped, Verdict::kPass};

std::string milliseconds(std::int64_t us) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.1f ms", static_cast<double>(us) / 1000);
  return buffer;
}

std::string finding_html(const result::Finding& finding) {
  bool warning = finding.severity == result::Severity::kWarning;
  std::string title = "<code>" + html(finding.clause) + "</code>";
  if (warning) title += "<em>a warning: this clause does not gate</em>";
  std::string rows;
  auto row = [&](std::string_view name, const std::string& value, std::string_view css_class) {
    if (!value.empty()) rows += element("dt", "", name) + element("dd", css_class, html_code(value));
  };
  row("expected", finding.expected, "");
  row("observed", finding.observed, "observed");
  row("where", finding.where, "");
  return element("div", warning ? "finding warning" : "finding",
                 element("h3", "", title) + element("dl", "", rows));
}

std::string command_html(std::string_view name, const std::string& command) {
  if (command.empty()) return "";
  return element("div", "command",
                 element("span", "", name) + html_code(command) +
                     "<button type=\"button\" class=\"copy\">copy</button>");
}

// One side of an exchange. Takes what it shows from `budget`.
std::string message_html(std::string_view title, std::string_view bytes, const result::Cut* cut,
                         std::size_t& budget) {
  std::string inner = element("h4", "", title);
  if (bytes.empty()) {
    inner += element("p", "note", "nothing");
  } else if (budget == 0) {
    inner += element("p", "note", "left out to keep this page small; the JSON report has it");
  } else {
    std::size_t shown = std::min({bytes.size(), kShownOfAMessage, budget});
    budget -= shown;
    inner += element("pre", "", html_message(bytes, shown));
    if (shown < bytes.size())
      inner +=
          element("p", "note", "the first " + counted(shown, "byte") + " of " + std::to_string(bytes.size()));
  }
  if (cut)
    inner += element("p", "note",
                     "body cut: it had " + counted(cut->length, "byte") + ", SHA-256 <code>" +
                         html(cut->sha256) + "</code>");
  return element("div", "", inner);
}

std::string exchange_html(const result::Outcome& outcome, std::size_t index, std::size_t& budget) {
  const wire::Exchange& exchange = outcome.exchanges[index];
  auto cut_of = [&](bool received) -> const result::Cut* {
    for (const result::Cut& cut : outcome.cuts) {
      if (cut.exchange == index && cut.received == received) return &cut;
    }
    return nullptr;
  };
  std::string first_line(
      std::string_view(exchange.received).substr(0, exchange.received.find_first_of("\r\n")));
  std::string summary =
      "Exchange " + std::to_string(index + 1) + " of " + std::to_string(outcome.exchanges.size());
  if (!first_line.empty()) summary += " · " + html_code(first_line.substr(0, 80));
  summary += " <em>· " + milliseconds(exchange.elapsed_us) + " · connection " +
             std::to_string(exchange.connection) + "</em>";
  std::string messages = message_html("sent", exchange.sent, cut_of(false), budget) +
                         message_html("received", exchange.received, cut_of(true), budget);
  if (!exchange.problem.empty()) messages += element("div", "", element("p", "note", html(exchange.problem)));
  return element("details", "exchange",
                 element("summary", "", summary) + element("div", "messages", messages));
}

std::string inside_html(const result::Outcome& outcome, std::size_t& budget) {
  std::string inside;
  for (const result::Finding& finding : outcome.findings) inside += finding_html(finding);
  inside += command_html("repeat", outcome.repeat) + command_html("curl", outcome.curl);
  for (std::size_t i = 0; i < outcome.exchanges.size(); ++i) inside += exchange_html(outcome, i, budget);
  return inside;
}

std::string trial_html(const result::Outcome& outcome, std::size_t number, bool open, std::size_t& budget) {
  std::string verdict(result::name_of(outcome.verdict));
  std::string what = element("span", "id", html(outcome.trial));
  if (!outcome.reason.empty()) what += element("span", "reason", html(outcome.reason));
  std::string head = element("span", "verdict", words_for(outcome.verdict).label) +
                     element("span", "what", what) +
                     element("span", "time", outcome.seconds > 0 ? duration(outcome.seconds) : "");
  std::set<std::string> clauses;
  for (const result::Finding& finding : outcome.findings) clauses.insert(finding.clause);
  std::string attributes = " id=\"t" + std::to_string(number) + "\" class=\"trial " + verdict +
                           "\" data-verdict=\"" + verdict + "\"";
  if (!clauses.empty()) {
    attributes += " data-clauses=\"";
    for (const std::string& clause : clauses) attributes += html(clause) + " ";
    attributes += "\"";
  }
  std::string inside = inside_html(outcome, budget);
  if (inside.empty()) return "<div" + attributes + ">" + element("div", "row", head) + "</div>\n";
  return "<details" + attributes + (open ? " open" : "") + ">" + element("summary", "", head) +
         element("div", "inside", inside) + "</details>\n";
}

}  // namespace

std::string trials_html(const result::Report& report) {
  std::string list;
  std::size_t number = 0, budget = kShownInAll;
  for (Verdict verdict : kOrder) {
    for (const result::Outcome& outcome : report.outcomes) {
      if (outcome.verdict != verdict) continue;
      bool open = verdict == Verdict::kFail && number < kOpenAtFirst;
      list += trial_html(outcome, ++number, open, budget);
    }
  }
  std::string tools =
      "<input id=\"search\" type=\"search\" placeholder=\"Filter by trial, reason or clause\" "
      "aria-label=\"Filter\">"
      "<button type=\"button\" id=\"open\">open all</button><button type=\"button\" id=\"close\">close "
      "all</button>"
      "<output id=\"shown\"></output>";
  std::string nothing = "<div class=\"empty\" id=\"nothing\"" + std::string(list.empty() ? "" : " hidden") +
                        ">" + (list.empty() ? "No trial reported." : "No trial fits.") + "</div>";
  return element("h2", "", "Trials") + "\n" + element("div", "tools", tools) + "\n" +
         element("div", "list", "\n" + list + nothing) + "\n";
}

}  // namespace diconform::reports
