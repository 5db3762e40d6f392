#include "client/parameters.h"

#include <algorithm>

#include "base/text.h"

namespace diconform::client {
namespace {

std::string shown(const Json& value) { return quoted(to_text(value), 200); }

// As text, the words the SDKs of the world write for a Boolean; as a JSON string, the example of the manual.
bool means(const std::string& word, bool value) {
  return value ? word == "true" || word == "True" || word == "1"
               : word == "false" || word == "False" || word == "0";
}

class Parameters {
 public:
  Parameters(const CallPlan& plan, const Form& form, const Hearing& hearing)
      : plan_(plan), form_(form), hearing_(hearing), text_(form.encoding != wire::Encoding::kJson) {}

  void judge(const Json& sent) {
    for (const auto& [name, value] : *plan_.params.object()) {
      const Json* found = sent.find(name);
      if (!found)
        absent(name, value);
      else
        compare(name, value, *found);
    }
    if (!sent.object()) return;
    for (const auto& [name, value] : *sent.object()) {
      if (!plan_.params.find(name))
        hearing_.finding("client.send.nothing-added", "no parameter that was not asked for",
                         quoted(name) + " with " + shown(value));
    }
  }

 private:
  void absent(const std::string& name, const Json& asked) {
    const bool empty = asked.is_null() || (asked.array() && asked.array()->empty());
    if (empty && (text_ || plan_.expect.may_omit.contains(name))) return;
    hearing_.finding("client.send.nothing-dropped", name + " with " + shown(asked), name + " is not sent");
  }

  void compare(const std::string& name, const Json& asked, const Json& sent) {
    if (asked.array()) return list(name, *asked.array(), sent);
    if (asked.boolean() ? boolean(*asked.boolean(), sent) : asked == sent) return;
    if (text_ && asked.is_null() && sent.string() && sent.string()->empty()) return;
    hearing_.finding("client.send.values", name + " with " + shown(asked), shown(sent));
  }

  bool boolean(bool asked, const Json& sent) {
    if (sent.boolean() && !text_) return *sent.boolean() == asked;
    if (!sent.string() || !means(*sent.string(), asked)) return false;
    std::string words = asked                       ? *sent.string()
                        : *sent.string() == "False" ? "True"
                        : *sent.string() == "0"     ? "1"
                                                    : "true";
    hearing_.choice("client.boolean-words." + std::string(form_.name), text_ ? words : "a string: " + words);
    return text_ || *sent.string() != (asked ? "1" : "0");
  }

  // The order of a list has no meaning to the service.
  void list(const std::string& name, const Json::Array& asked, const Json& sent) {
    if (text_ && asked.empty() && sent.string() && sent.string()->empty()) return;
    const Json::Array* items = sent.array();
    if (!items) return hearing_.finding("client.send.values", name + " as a list", shown(sent));
    Json::Array missing = asked, extra;
    for (const Json& item : *items) {
      auto found = std::ranges::find(missing, item);
      if (found == missing.end())
        extra.push_back(item);
      else
        missing.erase(found);
    }
    if (missing.empty() && extra.empty()) return;
    const bool altered = !missing.empty() && !extra.empty();
    hearing_.finding(altered           ? "client.send.values"
                     : missing.empty() ? "client.send.nothing-added"
                                       : "client.send.nothing-dropped",
                     name + " with " + shown(Json(asked)), shown(sent));
  }

  const CallPlan& plan_;
  const Form& form_;
  const Hearing& hearing_;
  bool text_;
};

}  // namespace

void judge_parameters(const Json& sent, const CallPlan& plan, const Form& form, const Hearing& hearing) {
  Parameters(plan, form, hearing).judge(sent);
}

}  // namespace diconform::client
