#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "automata/expression.h"
#include "base/text.h"
#include "probe/id_line.h"
#include "probe/id_words.h"
#include "run/exit_code.h"
#include "run/session.h"

namespace diconform::run {

int probe_ids_verb(const Options& options) {
  auto opened = Session::open(options.target);
  if (!opened) return complain(opened.error().error, opened.error().code);
  Session& session = **opened;
  auto manual = automata::compile(session.edition().image_id.pattern, automata::kCharacters);
  if (!manual) return complain(manual.error(), kUsage);
  const api::Action* action = session.edition().action("DeleteImages");
  probe::IdLine line(session.setup(), 0, action && action->parameter("DryRun"));
  std::vector<automata::Dfa> lawful = {*manual};
  for (const api::IdLanguage& candidate : session.edition().image_id_candidates) {
    auto dfa = automata::compile(candidate.pattern, automata::kCharacters);
    if (!dfa) return complain(dfa.error(), kUsage);
    lawful.push_back(*std::move(dfa));
  }
  bool conforms = true;
  for (const automata::Word& word : probe::careful_list()) {
    std::string id = automata::utf8_of(word).value_or("");
    auto reply = line.ask({&id, 1}, probe::Carrier::kJson);
    if (!reply) return complain(reply.error(), kUnusable);
    bool accepted = reply->kind == probe::IdReply::Kind::kAccepted;
    auto says_so = [&](const automata::Dfa& dfa) { return dfa.accepts(word) == accepted; };
    if (std::ranges::any_of(lawful, says_so)) continue;
    conforms = false;
    fmt::print("{}: the manual {}, the endpoint says {}\n", diconform::quoted(id),
               manual->accepts(word) ? "accepts" : "refuses", reply->said);
  }
  return conforms ? kConforms : kFailed;
}

}  // namespace diconform::run
