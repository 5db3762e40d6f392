#include "scenario/bind.h"

#include <algorithm>

namespace diconform::scenario {
namespace {

// Letters in the other case; what has none becomes another text, too.
std::string in_other_case(std::string text) {
  std::string before = text;
  for (char& c : text)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  return text == before ? text + "x" : text;
}

}  // namespace

void Bindings::set(std::string name, std::string value) {
  values_.emplace_back(std::move(name), std::move(value));
}

const std::string* Bindings::find(std::string_view name) const {
  auto found = std::ranges::find(values_, name, &std::pair<std::string, std::string>::first);
  return found == values_.end() ? nullptr : &found->second;
}

std::string Bindings::mint(std::string_view prefix) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (;;) {
    std::string id = std::string(prefix) + chance_.text(kAlphabet, 8);
    bool taken =
        std::ranges::find(values_, id, &std::pair<std::string, std::string>::second) != values_.end();
    if (!taken && (!acceptable_ || acceptable_(id))) return id;
  }
}

std::string Bindings::resolve(std::string_view text) {
  if (text.find('$') == text.npos) return std::string(text);
  std::string out;
  std::size_t done = 0;
  for_each_reference(text, [&](std::string_view name, std::size_t begin, std::size_t end) {
    const std::string* value = find(name);
    if (!value && name.starts_with("absent")) {
      set(std::string(name), mint("img-"));
      value = find(name);
    }
    if (const std::string* id = find("secretId"); id && !value && name == "secretId-other-case") {
      set(std::string(name), in_other_case(*id));
      value = find(name);
    }
    out += text.substr(done, begin - done);
    out += value ? std::string_view(*value) : text.substr(begin, end - begin);
    done = end;
  });
  out += text.substr(done);
  for (std::size_t at = out.find("$$"); at != out.npos; at = out.find("$$", at + 1)) out.erase(at, 1);
  return out;
}

Json Bindings::resolve(const Json& json) {
  if (const std::string* text = json.string()) return Json(resolve(std::string_view(*text)));
  if (const Json::Array* items = json.array()) {
    Json::Array out;
    for (const Json& item : *items) out.push_back(resolve(item));
    return out;
  }
  if (const Json::Object* members = json.object()) {
    Json::Object out;
    for (const auto& [name, value] : *members) out.emplace_back(name, resolve(value));
    return out;
  }
  return json;
}

namespace {

void bind(std::string& text, Bindings& bindings) { text = bindings.resolve(std::string_view(text)); }
void bind(std::optional<std::string>& text, Bindings& bindings) {
  if (text) bind(*text, bindings);
}
void bind(std::vector<std::string>& texts, Bindings& bindings) {
  for (std::string& text : texts) bind(text, bindings);
}
void bind(std::optional<std::optional<std::string>>& text, Bindings& bindings) {
  if (text) bind(*text, bindings);
}

void bind(Replacements& replacements, Bindings& bindings) {
  for (auto& [from, to] : replacements) {
    bind(from, bindings);
    bind(to, bindings);
  }
}

void bind(HttpChange& change, Bindings& bindings) {
  bind(change.method, bindings);
  bind(change.target, bindings);
  bind(change.body, bindings);
  for (auto& [name, header] : change.headers) {
    bind(header.values, bindings);
    bind(header.replace, bindings);
  }
  bind(change.replace, bindings);
}

void bind(SignPlan& sign, Bindings& bindings) {
  for (auto* text :
       {&sign.service, &sign.date, &sign.terminator, &sign.algorithm, &sign.host, &sign.signature}) {
    bind(*text, bindings);
  }
}

void bind(CommonPlan& common, Bindings& bindings) {
  for (auto* text : {&common.action, &common.version, &common.region, &common.language, &common.secret_id,
                     &common.token}) {
    bind(*text, bindings);
  }
}

void bind(Expectation& expect, Bindings& bindings) {
  bind(expect.world.gone, bindings);
  for (auto& [name, answer] : expect.answers) bind(answer.world.gone, bindings);
  expect.fields = bindings.resolve(expect.fields);
}

}  // namespace

Step bind(const Step& step, Bindings& bindings) {
  Step bound = step;
  if (bound.call) bound.call = bindings.resolve(*bound.call);
  for (Json& call : bound.beside) call = bindings.resolve(call);
  bind(bound.common, bindings);
  bind(bound.http, bindings);
  bind(bound.after_signing, bindings);
  bind(bound.sign, bindings);
  bind(bound.raw, bindings);
  bind(bound.expect, bindings);
  return bound;
}

api::Image bind(const Role& role, Bindings& bindings) {
  api::Image image = role.image;
  bind(image.id, bindings);
  return image;
}

}  // namespace diconform::scenario
