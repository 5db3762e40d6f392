#include "reports/html_parts.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "automata/drawing.h"
#include "reports/drawings.h"
#include "reports/html_text.h"
#include "reports/order_drawing.h"

namespace diconform::reports {
namespace {

constexpr std::size_t kTrialsNamed = 50;

std::string fact(std::string_view name, std::string_view value) {
  return value.empty() ? "" : element("div", "", element("dt", "", name) + element("dd", "", html(value)));
}

std::string cells(std::string_view first, std::string_view second, std::string_view third) {
  return "<tr>" + element("td", "", first) + element("td", "", second) + element("td", "", third) + "</tr>\n";
}

std::string heads(std::string_view first, std::string_view second, std::string_view third) {
  return "<tr>" + element("th", "", first) + element("th", "", second) + element("th", "", third) + "</tr>\n";
}

std::string heading(std::string_view title, std::string_view about) {
  std::string text(title);
  if (!about.empty()) (text += ' ') += element("small", "", about);
  return element("h2", "", text) + "\n";
}

std::string trials_cell(const std::vector<std::string>& trials) {
  std::string items;
  for (std::size_t i = 0; i < std::min(trials.size(), kTrialsNamed); ++i)
    items += element("li", "id", html(trials[i]));
  if (trials.size() > kTrialsNamed)
    items += element("li", "", "and " + std::to_string(trials.size() - kTrialsNamed) + " more");
  if (trials.empty()) return "";
  return element("details", "",
                 element("summary", "", counted(trials.size(), "trial")) + element("ul", "trials", items));
}

bool is_flat(const Json& value) { return !value.array() && !value.object(); }

// What to draw of a report's "automaton"; nothing where it is none, for a report may be edited.
std::optional<automata::Drawing> drawing_of(const Json& json) {
  auto flags = [&](std::string_view name) {
    std::vector<bool> out;
    const Json* list = json.find(name);
    if (!list || !list->array()) return out;
    for (const Json& item : *list->array()) out.push_back(item.boolean() && *item.boolean());
    return out;
  };
  automata::Drawing drawing{flags("accepting"), flags("differs"), {}};
  const Json* edges = json.find("edges");
  const auto states = static_cast<std::int64_t>(drawing.accepting.size());
  if (states == 0 || drawing.differs.size() != drawing.accepting.size() || !edges || !edges->array())
    return std::nullopt;
  for (const Json& edge : *edges->array()) {
    const Json *from = edge.find("from"), *to = edge.find("to"), *label = edge.find("label"),
               *differs = edge.find("differs");
    const auto source = from ? from->integer() : std::nullopt, target = to ? to->integer() : std::nullopt;
    if (!source || !target || !label || !label->string()) return std::nullopt;
    if (*source < 0 || *target < 0 || *source >= states || *target >= states) return std::nullopt;
    drawing.edges.push_back({static_cast<automata::State>(*source), static_cast<automata::State>(*target),
                             *label->string(), differs && differs->boolean() && *differs->boolean()});
  }
  return drawing;
}

std::string value_html(const Json& value) {
  if (is_flat(value)) return html_code(value.string() ? *value.string() : to_text(value));
  std::string rows;
  if (const Json::Array* items = value.array()) {
    if (items->empty()) return "none";
    if (std::ranges::all_of(*items, is_flat)) {
      std::string line;
      for (const Json& item : *items) line += (line.empty() ? "" : ", ") + value_html(item);
      return line;
    }
    for (std::size_t i = 0; i < items->size(); ++i)
      rows += "<tr>" + element("th", "", std::to_string(i + 1)) + element("td", "", value_html((*items)[i])) +
              "</tr>";
  } else {
    if (auto drawing = drawing_of(value)) return automata::to_svg(*drawing);
    for (const auto& [name, member] : *value.object())
      rows += "<tr>" + element("th", "", html(name)) + element("td", "", value_html(member)) + "</tr>";
  }
  return "<table>" + rows + "</table>";
}

}  // namespace

std::string header_html(const result::Report& report) {
  const result::Plan& plan = report.plan;
  const result::Counts& counts = report.summary.counts;
  std::string verdict(
      result::name_of(conforms(report.summary) ? result::Verdict::kPass : result::Verdict::kFail));
  std::string detail = std::to_string(verified_of(counts)) + " of " +
                       counted(plan.trials.size(), "planned trial") + " verified";
  if (report.summary.complete) detail += ", exit code " + std::to_string(report.summary.exit_code);
  std::string facts = fact("edition", plan.edition) + fact("started", plan.started);
  if (report.summary.seconds > 0) facts += fact("took", duration(report.summary.seconds));
  facts += fact("seed", std::to_string(plan.seed));
  if (plan.shard != "1/1") facts += fact("shard", plan.shard);
  facts += fact("diconform", plan.version + " " + plan.verb);
  return "<header>\n" +
         element("div", "eyebrow", "diconform · does it speak DeleteImages as the manual says?") +
         element("h1", "", html(target_name(plan))) +
         element("div", "conclusion " + verdict,
                 html(conclusion(plan, counts, report.summary)) + element("small", "", detail)) +
         element("dl", "facts", facts) + "\n</header>\n";
}

std::string counts_html(const result::Counts& counts) {
  double total = static_cast<double>(std::max<std::size_t>(total_of(counts), 1)), at = 0;
  std::string rectangles, tiles;
  for (result::Verdict verdict : result::kVerdicts) {
    std::size_t count = count_of(counts, verdict);
    std::string name(result::name_of(verdict));
    const VerdictWords& words = words_for(verdict);
    double width = 1000 * static_cast<double>(count) / total;
    if (count > 0)
      rectangles += "<rect class=\"" + name + "\" x=\"" + std::to_string(at) +
                    "\" y=\"0\" height=\"12\" width=\"" + std::to_string(width) + "\"><title>" +
                    std::to_string(count) + " " + std::string(words.label) + "</title></rect>";
    at += width;
    tiles += "<button type=\"button\" class=\"tile " + name + "\" data-verdict=\"" + name +
             "\" aria-pressed=\"false\" title=\"" + html(words.meaning) + "\"" +
             (count == 0 ? " disabled" : "") + "><b>" + std::to_string(count) + "</b><span>" +
             html(words.label) + "</span></button>\n";
  }
  return "<svg class=\"bar\" viewBox=\"0 0 1000 12\" preserveAspectRatio=\"none\" role=\"img\" "
         "aria-label=\"Verdicts\">" +
         rectangles + "</svg>\n" + element("div", "tiles", "\n" + tiles) +
         "<p class=\"legend\" id=\"legend\">Choose a number to see only those trials.</p>\n";
}

std::string complaints_html(const result::Summary& summary) {
  if (summary.complaints.empty()) return "";
  std::string items;
  for (const std::string& complaint : summary.complaints) items += element("li", "", html(complaint));
  return heading("To put right", "") + element("ul", "plain", items) + "\n";
}

std::string warnings_html(const Tally& tally) {
  if (tally.warnings.empty()) return "";
  std::string rows = heads("clause", "seen first", "how often");
  for (const auto& [clause, group] : tally.warnings) {
    auto text = tally.warning_texts.find(clause);
    std::string first = text == tally.warning_texts.end() ? "" : html(text->second);
    rows += cells(html_code(clause), first + element("span", "reason id", html(group.example)),
                  counted(group.count, "time"));
  }
  return heading("Warnings", "clauses that were broken but do not gate; --strict makes them failures") +
         "<table>" + rows + "</table>\n";
}

std::string choices_html(const result::Summary& summary) {
  if (summary.choices.empty()) return "";
  std::string rows = heads("choice", "the target's answer", "seen in");
  for (const auto& [name, record] : summary.choices)
    rows += cells(html_code(name), html_code(record.answer), trials_cell(record.trials));
  return heading("Choices", "what the target does where the manual leaves it open") + "<table>" + rows +
         "</table>\n";
}

std::string characteristics_html(const Json& characteristics) {
  const Json::Object* members = characteristics.object();
  if (!members || members->empty()) return "";
  Json shown = characteristics;
  std::string drawing;
  if (const Json* rate = characteristics.find("rateLimiter")) {
    drawing = rate_plot_svg(*rate, false);
    Json facts = *rate;
    facts.remove("curve");  // it is drawn
    shown.set("rateLimiter", std::move(facts));
  }
  if (const Json* order = characteristics.find("precedenceDrawn")) drawing += order_svg(*order, false);
  return heading("Characteristics", "what experiments found out about the target") + value_html(shown) +
         "\n" + drawing;
}

}  // namespace diconform::reports
