#include <algorithm>
#include <array>

#include "probe/campaign/sites.h"
#include "probe/shrink/reductions.h"

namespace diconform::probe {

using scenario::Step;

namespace {

constexpr std::size_t kLongText = 4096;  // of which no part is tried alone

// A step as a right request of its call, by the account itself.
void make_usual(Step& step) {
  step.common = {};
  step.http = {};
  step.sign = {};
  step.after_signing = {};
}

bool is_as_odd(const Step& one, const Step& other) {
  return one.common == other.common && one.http == other.http && one.sign == other.sign &&
         one.after_signing == other.after_signing && one.as_other == other.as_other;
}

// One thing that is odd each.
constexpr auto kUsual = std::to_array<void (*)(Step&)>({
    [](Step& step) { step.common.action.reset(); },
    [](Step& step) { step.common.version.reset(); },
    [](Step& step) { step.common.region.reset(); },
    [](Step& step) { step.common.language.reset(); },
    [](Step& step) { step.common.secret_id.reset(); },
    [](Step& step) { step.common.token.reset(); },
    [](Step& step) { step.common.without_nonce = false; },
    [](Step& step) { step.common.timestamp_offset = 0; },
    [](Step& step) { step.http.method.reset(); },
    [](Step& step) { step.http.target.reset(); },
    [](Step& step) { step.http.body.reset(); },
    [](Step& step) { step.http.replace.clear(); },
    [](Step& step) { step.after_signing.method.reset(); },
    [](Step& step) { step.after_signing.target.reset(); },
    [](Step& step) { step.after_signing.body.reset(); },
    [](Step& step) { step.after_signing.replace.clear(); },
    [](Step& step) { step.sign.off = false; },
    [](Step& step) { step.sign.wrong_key = false; },
    [](Step& step) { step.sign.unsigned_payload = false; },
    [](Step& step) { step.sign.service.reset(); },
    [](Step& step) { step.sign.date.reset(); },
    [](Step& step) { step.sign.terminator.reset(); },
    [](Step& step) { step.sign.algorithm.reset(); },
    [](Step& step) { step.sign.host.reset(); },
    [](Step& step) { step.sign.signature.reset(); },
    [](Step& step) { step.sign.signed_headers.clear(); },
    [](Step& step) { step.sign.nonce.reset(); },
    [](Step& step) { step.as_other = false; },
    [](Step& step) { make_usual(step); },
});

void add_without_members(const Json::Object& members, std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json::Object fewer = members;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    texts.push_back(to_text(Json(std::move(fewer))));
    const Json::Array* items = members[i].second.array();
    for (std::size_t k = 0; items && items->size() > 1 && k < items->size(); ++k) {
      Json::Array left = *items;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(k));
      Json::Object shorter = members;
      shorter[i].second = Json(std::move(left));
      texts.push_back(to_text(Json(std::move(shorter))));
    }
  }
}

// The text without one of its parts, from the `first` on.
void add_without_parts(std::string_view text, std::string_view between, std::size_t first,
                       std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = std::min(text.find(between, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + between.size();
  }
  for (std::size_t left_out = first; left_out < parts.size() && parts.size() > 1; ++left_out) {
    std::string shorter;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i == left_out) continue;
      if (!shorter.empty()) shorter += between;
      shorter += parts[i];
    }
    texts.push_back(std::move(shorter));
  }
}

// Texts that say a little less: without a member or an item of JSON, a pair of a form, a line.
std::vector<std::string> shorter_texts(const std::string& text, bool raw) {
  std::vector<std::string> texts;
  if (text.size() > kLongText) return texts;
  if (raw) {
    add_without_parts(text, "\r\n", 1, texts);
  } else if (auto json = parse_json(text); json && json->object()) {
    add_without_members(*json->object(), texts);
  } else if (std::size_t query = text.find('?'); text.starts_with('/') && query != std::string::npos) {
    add_without_parts(std::string_view(text).substr(query + 1), "&", 0, texts);
    for (std::string& pairs : texts) pairs.insert(0, text, 0, query + 1);
  } else {
    add_without_parts(text, "&", 0, texts);
  }
  return texts;
}

}  // namespace

Made drop_member(Script& script, std::size_t n) {
  for (Step& step : script.body.steps) {
    Json::Object* members = step.call ? step.call->object() : nullptr;
    if (!members) continue;
    if (n < members->size()) {
      members->erase(members->begin() + static_cast<std::ptrdiff_t>(n));
      return Made::kSmaller;
    }
    n -= members->size();
  }
  return Made::kEnd;
}

Made plainer_flag(Script& script, std::size_t n) {
  if (n / 2 >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / 2];
  const char* name = n % 2 == 0 ? "DryRun" : "DeleteBindedSnap";
  const Json* value = step.call ? step.call->find(name) : nullptr;
  if (!value || value->boolean()) return Made::kNothing;
  step.call->set(name, true);
  return Made::kSmaller;
}

// Without the oddity that a step was made for, its expectation is the model's again.
Made drop_oddities(Script& script, std::size_t n) {
  if (n >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n];
  Step before = step;
  make_usual(step);
  step.expect = {};
  return made(!is_as_odd(step, before));
}

Made drop_change(Script& script, std::size_t n) {
  if (n / kUsual.size() >= script.body.steps.size()) return Made::kEnd;
  Step& step = script.body.steps[n / kUsual.size()];
  Step before = step;
  kUsual[n % kUsual.size()](step);
  return made(!is_as_odd(step, before));
}

Made drop_header(Script& script, std::size_t n) {
  for (Step& step : script.body.steps) {
    for (auto* headers : {&step.http.headers, &step.after_signing.headers}) {
      if (n < headers->size()) {
        headers->erase(headers->begin() + static_cast<std::ptrdiff_t>(n));
        return Made::kSmaller;
      }
      n -= headers->size();
    }
  }
  return Made::kEnd;
}

Made shorten_text(Script& script, std::size_t n) {
  for (Step& step : script.body.steps) {
    for (auto* change : {&step.http, &step.after_signing}) {
      for (auto* text : {&change->body, &change->target}) {
        if (!*text) continue;
        std::vector<std::string> shorter = shorter_texts(**text, false);
        if (n < shorter.size()) return *text = std::move(shorter[n]), Made::kSmaller;
        n -= shorter.size();
      }
    }
    std::vector<std::string> shorter = shorter_texts(step.raw, true);
    if (n < shorter.size()) return step.raw = std::move(shorter[n]), Made::kSmaller;
    n -= shorter.size();
  }
  return Made::kEnd;
}

Made simpler_form(Script& script, std::size_t n) {
  const auto& forms = sites::forms;
  auto now = std::ranges::find_if(forms, [&](const sites::Form& form) {
    return form.encoding == script.encoding && form.scheme == script.scheme;
  });
  if (n >= static_cast<std::size_t>(now - forms.begin())) return Made::kEnd;
  script.encoding = forms[n].encoding;
  script.scheme = forms[n].scheme;
  return Made::kSmaller;
}

}  // namespace diconform::probe
