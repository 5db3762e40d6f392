#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "base/text.h"
#include "reports/formats.h"
#include "reports/sink.h"
#include "reports/words.h"

namespace diconform::reports {
namespace {

using result::Verdict;

// pugixml writes control bytes as references and passes bad UTF-8 on: neither is XML. So all
// text goes in here.
std::string xml(std::string_view text) { return clean_utf8(text, true); }

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml(value).c_str());
}

std::string thousandths(double seconds) {
  std::ostringstream text;
  text.precision(3);
  text << std::fixed << seconds;
  return text.str();
}

std::string body_of(const result::Outcome& outcome) {
  std::string text;
  auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + ": " + plain(value) + "\n";
  };
  for (const result::Finding& finding : outcome.findings) {
    line(finding.severity == result::Severity::kWarning ? "warning, clause" : "clause", finding.clause);
    line("expected", finding.expected);
    line("observed", finding.observed);
    line("where", finding.where);
  }
  line("repeat", outcome.repeat);
  line("curl", outcome.curl);
  return text;
}

// How a verdict is said in JUnit, which knows three words.
void add_verdict(pugi::xml_node testcase, const result::Outcome& outcome) {
  bool fail = outcome.verdict == Verdict::kFail, error = outcome.verdict == Verdict::kError;
  std::string body = body_of(outcome);
  if (outcome.verdict == Verdict::kPass) {
    if (!body.empty() && !outcome.findings.empty())
      testcase.append_child("system-out").text().set(xml(body).c_str());
    return;
  }
  pugi::xml_node node = testcase.append_child(fail ? "failure" : error ? "error" : "skipped");
  std::string label(words_for(outcome.verdict).label);
  set(node, "message", fail || error ? outcome.reason : label + ": " + outcome.reason);
  if (fail) set(node, "type", outcome.findings.empty() ? "failure" : outcome.findings.front().clause);
  if (error) set(node, "type", "error");
  if (!body.empty()) node.text().set(xml(body).c_str());
}

struct Totals {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const result::Outcome& outcome) {
    ++tests;
    seconds += outcome.seconds;
    if (outcome.verdict == Verdict::kFail)
      ++failures;
    else if (outcome.verdict == Verdict::kError)
      ++errors;
    else if (outcome.verdict != Verdict::kPass)
      ++skipped;
  }
  void add(const Totals& other) {
    tests += other.tests, failures += other.failures, errors += other.errors, skipped += other.skipped;
    seconds += other.seconds;
  }
  void write(pugi::xml_node node) const {
    node.append_attribute("tests") = static_cast<unsigned long long>(tests);
    node.append_attribute("failures") = static_cast<unsigned long long>(failures);
    node.append_attribute("errors") = static_cast<unsigned long long>(errors);
    node.append_attribute("skipped") = static_cast<unsigned long long>(skipped);
    set(node, "time", thousandths(seconds));
  }
};

// What is wrong with the run as a whole, as test cases: a CI server that reads only this file must not see
// green.
std::vector<result::Outcome> run_troubles(const result::Report& report) {
  std::vector<result::Outcome> troubles;
  auto add = [&](const std::string& name, Verdict verdict, std::string reason) {
    result::Outcome trouble;
    trouble.trial = "diconform/" + name;
    trouble.verdict = verdict;
    trouble.reason = std::move(reason);
    troubles.push_back(std::move(trouble));
  };
  if (!report.summary.complete)
    add("complete", Verdict::kError, conclusion(report.plan, report.summary.counts, report.summary));
  for (std::size_t i = 0; i < report.summary.complaints.size(); ++i)
    add("complaint " + std::to_string(i + 1), Verdict::kFail, report.summary.complaints[i]);
  bool said = !troubles.empty() || count_of(report.summary.counts, Verdict::kFail) > 0 ||
              count_of(report.summary.counts, Verdict::kError) > 0;
  if (!said && report.summary.exit_code != 0)
    add("conclusion", Verdict::kError, conclusion(report.plan, report.summary.counts, report.summary));
  return troubles;
}

void add_properties(pugi::xml_node suite, const result::Plan& plan) {
  pugi::xml_node properties = suite.append_child("properties");
  auto add = [&](const char* name, const std::string& value) {
    pugi::xml_node property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  };
  add("diconform.version", plan.version);
  add("diconform.verb", plan.verb);
  add("target", target_name(plan));
  add("edition", plan.edition);
  add("seed", std::to_string(plan.seed));
  add("shard", plan.shard);
}

std::string suite_of(std::string_view trial) { return std::string(trial.substr(0, trial.find('/'))); }

class JunitReporter final : public WholeReporter {
 public:
  using WholeReporter::WholeReporter;

 protected:
  std::string text_of(const result::Report& report) const override {
    std::vector<result::Outcome> troubles = run_troubles(report);
    std::map<std::string, std::vector<const result::Outcome*>> suites;
    for (const result::Outcome& outcome : report.outcomes)
      suites[suite_of(outcome.trial)].push_back(&outcome);
    for (const result::Outcome& outcome : troubles) suites["diconform"].push_back(&outcome);

    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node root = document.append_child("testsuites");
    set(root, "name", "diconform " + report.plan.verb);
    Totals all;
    for (const auto& [name, outcomes] : suites) all.add(add_suite(root, name, outcomes, report.plan));
    all.write(root);
    std::ostringstream text;
    document.save(text, "  ", pugi::format_indent, pugi::encoding_utf8);
    return text.str();
  }

 private:
  static Totals add_suite(pugi::xml_node root, const std::string& name,
                          const std::vector<const result::Outcome*>& outcomes, const result::Plan& plan) {
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", name);
    std::string started =
        plan.started.ends_with('Z') ? plan.started.substr(0, plan.started.size() - 1) : plan.started;
    if (!started.empty()) set(suite, "timestamp", started);  // the schema has no zone
    add_properties(suite, plan);
    Totals totals;
    for (const result::Outcome* outcome : outcomes) {
      pugi::xml_node testcase = suite.append_child("testcase");
      bool prefixed = outcome->trial.size() > name.size() && outcome->trial.starts_with(name + "/");
      set(testcase, "name", prefixed ? outcome->trial.substr(name.size() + 1) : outcome->trial);
      set(testcase, "classname", name);
      set(testcase, "time", thousandths(outcome->seconds));
      add_verdict(testcase, *outcome);
      totals.add(*outcome);
    }
    totals.write(suite);
    return totals;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_junit(const Destination& to) { return std::make_unique<JunitReporter>(to); }

}  // namespace diconform::reports
