#include "result/redact.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace diconform::result {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
// A shorter secret has so short a Base64 core, and so short a front part, that innocent text would match.
constexpr std::size_t kLeastToRecognise = 8;

std::optional<unsigned> hex_number(std::string_view digits) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string utf8_of(unsigned code_point) {
  auto tail = [](unsigned bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0 | code_point >> 6), tail(code_point)};
  return {static_cast<char>(0xE0 | code_point >> 12), tail(code_point >> 6), tail(code_point)};
}

// What an escape at the front of `text` stands for, and its length; length 0 where there is none.
struct Escape {
  std::string means;
  std::size_t length = 0;
};

Escape escape_at(std::string_view text) {
  auto hex_escape = [&](std::size_t prefix, std::size_t digits) -> Escape {
    if (text.size() < prefix + digits) return {};
    auto number = hex_number(text.substr(prefix, digits));
    if (!number) return {};
    std::string means = digits == 4 ? utf8_of(*number) : std::string{static_cast<char>(*number)};
    return {std::move(means), prefix + digits};
  };
  if (text[0] == '+') return {" ", 1};
  if (text[0] == '%') return hex_escape(1, 2);
  if (text[0] != '\\' || text.size() < 2) return {};
  if (text[1] == 'u') return hex_escape(2, 4);
  if (text[1] == 'x') return hex_escape(2, 2);
  static constexpr std::string_view kLetters = "nrtbf", kControls = "\n\r\t\b\f";
  auto letter = kLetters.find(text[1]);
  return {std::string{letter == kLetters.npos ? text[1] : kControls[letter]}, 2};
}

// How far a secret goes on at the front of a text, with any mixture of escapes.
struct Match {
  std::size_t length = 0;  // of the text
  std::size_t bytes = 0;   // of the secret
};

Match match_front(std::string_view text, std::string_view secret) {
  std::size_t at = 0, known = 0;
  while (known < secret.size() && at < text.size()) {
    // Of a literal and an escape that both fit (a secret with '%', '+' or '\' in it) the one that leads
    // further counts.
    Escape escape = escape_at(text.substr(at));
    bool escaped = escape.length > 0 && secret.substr(known).starts_with(escape.means);
    bool literal = text[at] == secret[known];
    if (!escaped && !literal) break;
    if (escaped && literal) {
      Match one = match_front(text.substr(at + 1), secret.substr(known + 1));
      Match other = match_front(text.substr(at + escape.length), secret.substr(known + escape.means.size()));
      one = {one.length + at + 1, one.bytes + known + 1};
      other = {other.length + at + escape.length, other.bytes + known + escape.means.size()};
      return one.bytes > other.bytes ? one : other;
    }
    at += escaped ? escape.length : 1;
    known += escaped ? escape.means.size() : 1;
  }
  return {at, known};
}

bool was_cut_at(std::string_view rest) {
  return rest.empty() || rest.starts_with("\"…") || rest.starts_with("…");
}

// Base64 writes the same bytes in three ways, by where they begin in a group of three; the digits at both
// ends that depend on neighbours are left out.
void add_base64_forms(std::string_view secret, std::vector<std::string>& forms) {
  for (std::size_t before = 0; before < 3; ++before) {
    std::string digits = to_base64(std::string(before, '\0') + std::string(secret));
    std::size_t front = before == 0 ? 0 : before + 1;
    std::size_t whole = ((before + secret.size()) * 8) / 6;
    std::string core = digits.substr(front, whole - front);
    forms.push_back(core);
    std::ranges::replace(core, '+', '-');
    std::ranges::replace(core, '/', '_');
    if (core != forms.back()) forms.push_back(std::move(core));
  }
}

bool longer(const std::string& a, const std::string& b) { return a.size() > b.size(); }

}  // namespace

Redactor::Redactor(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase(secrets_, "");
  std::ranges::sort(secrets_, longer);
  for (const std::string& secret : secrets_) {
    if (secret.size() < kLeastToRecognise) continue;
    add_base64_forms(secret, encoded_);
    std::string digits = to_hex(secret);
    encoded_.push_back(digits);
    for (char& digit : digits) digit = digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
    encoded_.push_back(std::move(digits));
  }
  std::ranges::sort(encoded_, longer);
  for (const std::string& secret : secrets_) begins_[static_cast<unsigned char>(secret[0])] = true;
  for (const std::string& form : encoded_) begins_[static_cast<unsigned char>(form[0])] = true;
  for (unsigned char escape : {'%', '\\', '+'}) begins_[escape] = true;
}

std::string Redactor::text(std::string_view text) const {
  if (secrets_.empty()) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = begins_[static_cast<unsigned char>(text[at])] ? secret_length(text.substr(at)) : 0;
    if (length > 0)
      out += kRedacted;
    else
      out += text[at];
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

// How much of the front of the text is a secret.
std::size_t Redactor::secret_length(std::string_view text) const {
  std::size_t length = 0;
  for (const std::string& secret : secrets_) {
    Match match = match_front(text, secret);
    bool cut = match.bytes >= kLeastToRecognise && was_cut_at(text.substr(match.length));
    if (match.bytes == secret.size() || cut) length = std::max(length, match.length);
  }
  for (const std::string& form : encoded_) {
    if (text.starts_with(form) || (form.starts_with(text) && text.size() >= kLeastToRecognise))
      length = std::max(length, std::min(form.size(), text.size()));
  }
  return length;
}

Json Redactor::json(Json value) const {
  if (const std::string* string = value.string()) return text(*string);
  if (Json::Array* items = value.array()) {
    for (Json& item : *items) item = json(std::move(item));
  } else if (Json::Object* members = value.object()) {
    for (auto& [name, member] : *members) {
      name = text(name);
      member = json(std::move(member));
    }
  }
  return value;
}

Plan Redactor::plan(Plan plan) const {
  plan.target = json(std::move(plan.target));
  return plan;
}

Outcome Redactor::outcome(Outcome outcome) const {
  if (secrets_.empty()) return outcome;
  for (std::string* each : {&outcome.reason, &outcome.repeat, &outcome.curl}) *each = text(*each);
  for (Finding& finding : outcome.findings) {
    for (std::string* each : {&finding.expected, &finding.observed, &finding.where}) *each = text(*each);
  }
  for (ChoiceAnswer& choice : outcome.choices) choice.answer = text(choice.answer);
  for (std::string& id : outcome.request_ids) id = text(id);
  for (wire::Exchange& each : outcome.exchanges) exchange(each);
  return outcome;
}

void Redactor::exchange(wire::Exchange& exchange) const {
  for (std::string* each : {&exchange.sent, &exchange.received, &exchange.problem}) *each = text(*each);
  if (!exchange.reply) return;
  exchange.reply->reason = text(exchange.reply->reason);
  exchange.reply->body = text(exchange.reply->body);
  for (wire::Header& header : exchange.reply->headers) header = {text(header.name), text(header.value)};
}

Summary Redactor::summary(Summary summary) const {
  summary.characteristics = json(std::move(summary.characteristics));
  for (auto& [choice, record] : summary.choices) record.answer = text(record.answer);
  for (std::string& complaint : summary.complaints) complaint = text(complaint);
  return summary;
}

void cut_bodies(Outcome& outcome) {
  for (std::size_t i = 0; i < outcome.exchanges.size(); ++i) {
    for (bool received : {false, true}) {
      std::string& bytes = received ? outcome.exchanges[i].received : outcome.exchanges[i].sent;
      auto is_this = [&](const Cut& cut) { return cut.exchange == i && cut.received == received; };
      if (bytes.size() <= kLongestBody || std::ranges::any_of(outcome.cuts, is_this)) continue;
      auto end_of_head = bytes.find("\r\n\r\n");
      // A head that is longer than a body may be is no head worth keeping.
      std::size_t head = end_of_head == bytes.npos || end_of_head > kLongestBody ? 0 : end_of_head + 4;
      if (bytes.size() - head <= kLongestBody) continue;
      std::string_view body = std::string_view(bytes).substr(head);
      outcome.cuts.push_back({i, received, body.size(), to_hex(sha256(body))});
      bytes.resize(head + kLongestBody);
    }
    auto& reply = outcome.exchanges[i].reply;
    if (reply && reply->body.size() > kLongestBody) reply->body.resize(kLongestBody);
  }
}

void Discreet::run_started(const Plan& plan) {
  Plan told = redactor_.plan(plan);
  for (RunListener* listener : listeners_) listener->run_started(told);
}

void Discreet::trial_finished(const Outcome& outcome) {
  // Cut first, so that the digest is that of the true body; the redactor knows secrets that a cut went
  // through.
  Outcome told = outcome;
  cut_bodies(told);
  told = redactor_.outcome(std::move(told));
  for (RunListener* listener : listeners_) listener->trial_finished(told);
}

void Discreet::run_finished(const Summary& summary) {
  Summary told = redactor_.summary(summary);
  for (RunListener* listener : listeners_) listener->run_finished(told);
}

}  // namespace diconform::result
