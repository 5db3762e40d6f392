// The adapter over our own code: what the targets fuzz when they fuzz us.
#include <cstring>
#include <vector>

#include "api/image_id.h"
#include "automata/expression.h"
#include "check.h"
#include "own.h"
#include "tables.h"
#include "wire/decode.h"

namespace diconform::fuzz {
namespace {

template <class Value>
Value must(Result<Value> result) {
  FUZZ_CHECK(result.has_value(), result.error().message());
  return std::move(*result);
}

const api::IdMatcher& lawful_ids() {
  static const api::IdMatcher kMatcher = must(api::IdMatcher::compile(edition().image_id));
  return kMatcher;
}

// A request of each encoding, to be filled in.
wire::HttpRequest request_of(diconform_encoding encoding) {
  std::string type(encoding == DICONFORM_JSON ? "application/json" : "application/x-www-form-urlencoded");
  return {.method = encoding == DICONFORM_QUERY ? "GET" : "POST",
          .headers = {{"Host", "cvm.tencentcloudapi.com"},
                      {"Content-Type", type},
                      {"X-TC-Action", "DeleteImages"},
                      {"X-TC-Version", edition().version},
                      {"X-TC-Region", "ap-guangzhou"}},
          .body = {}};
}

std::expected<api::DeleteImages, api::ApiError> decode(const wire::HttpRequest& request) {
  static const api::Action* const kAction = edition().action("DeleteImages");
  constexpr wire::DecodeOptions kOptions = {.form_with_tc3 = true};
  TRY(wire::Decoded decoded, wire::decode(request, kOptions));
  TRY(Json typed, wire::typed_parameters(decoded.call, *kAction, kOptions));
  return wire::delete_images_of(typed);
}

}  // namespace

const scenario::Catalogue& catalogue() {
  static const scenario::Catalogue kCatalogue = must(scenario::read_catalogue(scenario::embedded_files()));
  return kCatalogue;
}

const api::Edition& edition() {
  static const api::Edition kEdition = [] {
    for (const scenario::SourceFile& file : scenario::embedded_files()) {
      if (file.path == "editions/2023-03-27.json")
        return must(api::edition_from_json(must(parse_json(file.text)), JsonPlace(file.path)));
    }
    stop(__FILE__, __LINE__, "edition", "the catalogue lacks the default edition");
  }();
  return kEdition;
}

std::string encoded_pairs(const Call& call) {
  Json::Array ids;
  for (const std::string& id : call.image_ids) ids.push_back(id);
  return wire::encode_pairs(Json(Json::Object{{"ImageIds", std::move(ids)},
                                              {"DeleteBindedSnap", call.delete_bound_snapshots},
                                              {"DryRun", call.dry_run}}));
}

void check_id_languages(std::string_view bytes) {
  struct Opinions {
    const IdLanguageTable& language;
    api::IdMatcher re2;
    automata::Dfa automaton;
  };
  static const std::vector<Opinions> kOpinions = [] {
    std::vector<Opinions> opinions;
    for (const IdLanguageTable& language : kIdLanguages)
      opinions.push_back(
          {language,
           must(api::IdMatcher::compile({std::string(language.name), std::string(language.pattern)})),
           must(automata::compile(language.pattern))});
    return opinions;
  }();
  for (const auto& [language, re2, automaton] : kOpinions) {
    bool matches = language.table.matches(bytes);
    FUZZ_CHECK(re2.matches(bytes) == matches,
               "RE2 and the table of " + std::string(language.pattern) + " differ over " + shown(bytes));
    FUZZ_CHECK(
        automaton.accepts_bytes(bytes) == matches,
        "the automaton and the table of " + std::string(language.pattern) + " differ over " + shown(bytes));
  }
}

}  // namespace diconform::fuzz

void diconform_decode(diconform_encoding encoding, const char* bytes, size_t size, diconform_call* call) {
  using namespace diconform;
  static wire::HttpRequest requests[] = {fuzz::request_of(DICONFORM_JSON), fuzz::request_of(DICONFORM_QUERY),
                                         fuzz::request_of(DICONFORM_FORM)};
  wire::HttpRequest& request = requests[encoding];
  if (encoding == DICONFORM_QUERY)
    request.target.assign("/?").append(bytes, size);
  else
    request.body.assign(bytes, size);
  auto decoded = fuzz::decode(request);
  if (!decoded) {
    static std::string code;
    code = std::move(decoded.error().code);
    call->refusal = code.c_str();
    return;
  }
  for (const std::string& id : decoded->image_ids) call->add_image_id(call, id.data(), id.size());
  call->dry_run = decoded->dry_run;
  call->delete_bound_snapshots = decoded->delete_bound_snapshots;
}

int diconform_is_image_id(const char* bytes, size_t size) {
  return diconform::fuzz::lawful_ids().matches({bytes, size});
}
