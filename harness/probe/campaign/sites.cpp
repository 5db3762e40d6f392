#include "probe/campaign/sites.h"

namespace diconform::probe::sites {
namespace {

using Weights = std::uint8_t;
using scenario::Step;

constexpr std::array<Weights, 6> kForm = {6, 3, 2, 2, 1, 2};
constexpr std::array<Weights, 8> kSteps = {4, 3, 3, 3, 3, 3, 3, 6};
constexpr std::array<Weights, 9> kTheme = {50, 9, 5, 2, 16, 3, 5, 6, 3};
constexpr std::array<Weights, 8> kCount = {44, 22, 14, 8,
                                           5,  3,  1,  2};  // 1, 2, 3, 4-9, 10, 11-12, the most, more
constexpr std::array<Weights, 9> kTrouble = {40, 12, 5, 10, 20, 4, 4, 3, 16};
constexpr std::array<Weights, 46> kMalformedIds = {3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
                                                   2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1,
                                                   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
constexpr std::array<Weights, 8> kIdChanges = {3, 3, 2, 1, 2, 2, 2, 2};
constexpr std::array<Weights, 12> kObstacles = {4, 4, 4, 2, 4, 3, 2, 1, 1, 1, 1, 1};
constexpr std::array<Weights, 3> kPlace = {4, 4, 2};  // first, last, between
constexpr std::array<Weights, 6> kKind = {12, 6, 4, 3, 4, 2};
constexpr std::array<Weights, 3> kFlag = {10, 7, 4};  // absent, true, false
constexpr std::array<Weights, 14> kJsonFlags = {4, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
constexpr std::array<Weights, 8> kTextFlags = {3, 1, 2, 2, 1, 1, 1, 1};
constexpr std::array<Weights, 12> kLists = {3, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1};
constexpr std::array<Weights, 52> kOddities = {4, 3, 3, 2, 2, 1, 1, 4, 1, 1, 1, 2, 2, 1, 2, 1, 2, 2,
                                               2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
                                               2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
constexpr std::array<Weights, 6> kCommonWeights = {3, 2, 2, 2, 2, 2};
constexpr std::array<Weights, 4> kRewritings = {2, 2, 2, 2};
constexpr std::array<Weights, 5> kTimes = {60, 6, 4, 2, 1};  // 1, 2, 3, 4-6, 12-24
constexpr std::array<Weights, 7> kAccount = {40, 4, 2, 3, 4, 4, 4};
constexpr std::array<Weights, 4> kRateLimits = {3, 3, 2, 1};
constexpr std::array<Weights, 2> kRace = {24, 1};
constexpr std::array<Weights, 4> kUnknownNames = {2, 2, 1, 1};
constexpr std::array<Weights, 2> kOrder = {3, 1};  // as ever, any

template <std::size_t N>
constexpr Site after(const Site& before, std::string_view name, const std::array<Weights, N>& weights) {
  return {name, static_cast<std::uint16_t>(before.first + before.weights.size()), weights};
}

// --- Oddities

using Header = std::pair<std::string, scenario::HeaderChange>;

void offset(Step& step, std::int64_t seconds) { step.common.timestamp_offset = seconds; }
void replace(Step& step, std::string from, std::string to) {
  step.after_signing.replace = {{std::move(from), std::move(to)}};
}

void set_header(Step& step, const char* name, std::string value) {
  step.after_signing.headers = {Header(name, scenario::HeaderChange{{std::move(value)}, {}})};
}
void remove_header(Step& step, const char* name) {
  step.after_signing.headers = {Header(name, scenario::HeaderChange{})};
}
void replace_in_header(Step& step, const char* name, std::string from, std::string to) {
  step.after_signing.headers = {Header(name, scenario::HeaderChange{{}, {{std::move(from), std::move(to)}}})};
}
void without_flags(Step& step) {
  step.call->remove("DeleteBindedSnap");
  step.call->remove("DryRun");
}

// The same call as a form of parts, with a DryRun if there is one.
void multipart(Step& step, std::string_view dry_run) {
  auto part = [](std::string_view name, std::string_view value) {
    return "--x\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
           std::string(value) + "\r\n";
  };
  without_flags(step);
  if (!dry_run.empty()) step.call->set("DryRun", dry_run == "true");
  step.http.headers = {
      Header("Content-Type", scenario::HeaderChange{{"multipart/form-data; boundary=x"}, {}})};
  step.http.body = part("ImageIds.0", "$a") + (dry_run.empty() ? "" : part("DryRun", dry_run)) + "--x--\r\n";
}

scenario::ReplyMatch codes(std::vector<std::string> codes) {
  scenario::ReplyMatch match;
  match.codes = std::move(codes);
  return match;
}

scenario::ReplyMatch bad_signature() {
  return codes({"AuthFailure.SignatureFailure", "AuthFailure.InvalidAuthorization"});
}

// Of a request that another check may refuse before its signature is looked at.
scenario::ReplyMatch bad_signature_or_parameter() {
  return codes({"AuthFailure.SignatureFailure", "AuthFailure.InvalidAuthorization", "InvalidParameter",
                "InvalidParameterValue", "InvalidRequest", "MissingParameter", "UnknownParameter"});
}

scenario::ReplyMatch any_error(bool http_too = false) {
  scenario::ReplyMatch match;
  match.any_error = true;
  match.http_error = http_too;
  return match;
}

}  // namespace

const Site form{"form", 0, kForm};
const Site steps = after(form, "steps", kSteps);
const Site theme = after(steps, "theme", kTheme);
const Site count = after(theme, "count", kCount);
const Site trouble = after(count, "trouble", kTrouble);
const Site malformed = after(trouble, "malformed", kMalformedIds);
const Site id_change = after(malformed, "id-change", kIdChanges);
const Site obstacle = after(id_change, "obstacle", kObstacles);
const Site place = after(obstacle, "place", kPlace);
const Site kind = after(place, "kind", kKind);
const Site dry_run = after(kind, "dry-run", kFlag);
const Site snapshots = after(dry_run, "snapshots", kFlag);
const Site json_flag = after(snapshots, "json-flag", kJsonFlags);
const Site text_flag = after(json_flag, "text-flag", kTextFlags);
const Site list = after(text_flag, "list", kLists);
const Site oddity = after(list, "oddity", kOddities);
const Site common = after(oddity, "common", kCommonWeights);
const Site rewriting = after(common, "rewriting", kRewritings);
const Site times = after(rewriting, "times", kTimes);
const Site account = after(times, "account", kAccount);
const Site rate_limit = after(account, "rate-limit", kRateLimits);
const Site race = after(rate_limit, "race", kRace);
const Site unknown_name = after(race, "unknown-name", kUnknownNames);
const Site order = after(unknown_name, "order", kOrder);

const std::array<Form, 6> forms = {{{wire::Encoding::kJson, wire::Scheme::kTc3},
                                    {wire::Encoding::kQuery, wire::Scheme::kTc3},
                                    {wire::Encoding::kForm, wire::Scheme::kV1Sha256},
                                    {wire::Encoding::kQuery, wire::Scheme::kV1Sha256},
                                    {wire::Encoding::kForm, wire::Scheme::kV1Sha1},
                                    {wire::Encoding::kQuery, wire::Scheme::kV1Sha1}}};

const std::array<Obstacle, 12> obstacles = {{{.state = "USING"},
                                             {.state = "CREATING"},
                                             {.shared_to = 1},
                                             {.shared_to = 2},
                                             {.task = true},
                                             {.type = "PUBLIC_IMAGE"},
                                             {.type = "SHARED_IMAGE"},
                                             {.state = "SYNCING"},
                                             {.state = "IMPORTING"},
                                             {.state = "CREATEFAILED"},
                                             {.state = "IMPORTFAILED"},
                                             {.state = "USING", .shared_to = 1}}};

const std::array<std::string_view, 46> malformed_ids = {"img-abcdefgH",
                                                        "img-abcdefg",
                                                        "img-abcdefghij",
                                                        "${a}\n",
                                                        " ${a}",
                                                        "${a} ",
                                                        "x${a}",
                                                        "${a}xx",
                                                        "ins-abcdefgh",
                                                        "snap-abcdefgh",
                                                        "IMG-abcdefgh",
                                                        "img_abcdefgh",
                                                        "img-abcd-fgh",
                                                        "img-abcd_fgh",
                                                        "img-",
                                                        "abcdefgh",
                                                        "img-ABCDEFGH",
                                                        "img-abcdefg\xD9\xA3",
                                                        "\n${a}",
                                                        "${a}\t",
                                                        "${a}\r\n",
                                                        "img-abcdef.h",
                                                        "img-abcdefg{",
                                                        "img-/bcdefgh",
                                                        "img-a",
                                                        "${a},${a}",
                                                        "${a}/",
                                                        "img--abcdefgh",
                                                        "img-abcdefgh%00",
                                                        "img-*",
                                                        "img-abcdefg\xC3\xA9",
                                                        "disk-abcdefgh",
                                                        "mg-abcdefgh",
                                                        "img-:abcdefg",
                                                        "ami-abcdefgh",
                                                        "image-abcdefgh",
                                                        "pimg-abcdefgh",
                                                        "lhbp-abcdefgh",
                                                        "eni-abcdefgh",
                                                        "img-img-abcdefgh",
                                                        "img-abcdefg@",
                                                        "img-abcdefg`",
                                                        "img-abcdefg\xEF\xBD\x88",
                                                        "img-abcdefg\xD0\xB0",
                                                        "${a}\xE2\x80\x8B",
                                                        "img-%61bcdefgh"};

const std::array<std::string_view, 14> json_flags = {
    "\"True\"", "\"true\"", "\"False\"", "\"TRUE\"", "1",         "0",    "2",
    "\"1\"",    "\"0\"",    "\"yes\"",   "\"no\"",   "\"maybe\"", "null", "[true]"};
const std::array<std::string_view, 8> text_flags = {"True", "TRUE", "False", "1", "0", "yes", "no", "maybe"};
const std::array<std::string_view, 12> lists = {
    "absent",           "[]",           "\"${a}\"",     "null", "[null,\"${a}\"]",         "[7]", "true",
    "{\"0\":\"${a}\"}", "[[\"${a}\"]]", "[\"${a}\",7]", "7",    "[{\"ImageId\":\"${a}\"}]"};

const std::array<const char*, 4> unknown_names = {"Colour", "colour", "_colour", "Limit"};

std::span<const Oddity> oddities() {
  using enum Oddity::In;
  static const std::array<Oddity, 52> kOdd = {{
      {kAny, true, "auth.signature", codes({"AuthFailure.SignatureFailure"}),
       [](Step& step) { step.sign.wrong_key = true; }},
      {kAny, true, "auth.credentials", any_error(), [](Step& step) { step.sign.off = true; }},
      {kAny, true, "auth.secret-id", codes({"AuthFailure.SecretIdNotFound"}),
       [](Step& step) { step.common.secret_id = "AKIDnobody00000000"; }},
      {kAny, true, "auth.expiry", codes({"AuthFailure.SignatureExpire"}),
       [](Step& step) { offset(step, -400); }},
      {kAny, true, "auth.expiry", codes({"AuthFailure.SignatureExpire"}),
       [](Step& step) { offset(step, 400); }},
      {kAny, true, "auth.expiry", codes({"AuthFailure.SignatureExpire"}),
       [](Step& step) { offset(step, -86400); }},
      {kAny, true, "auth.expiry", codes({"AuthFailure.SignatureExpire"}),
       [](Step& step) { offset(step, 86400); }},
      {kAny, true, "auth.signature", codes({"AuthFailure.SignatureFailure"}),
       [](Step& step) { replace(step, "$a", "$b"); }},
      {kTc3, true, "auth.scope", any_error(), [](Step& step) { step.sign.service = "cbs"; }},
      {kTc3, true, "auth.scope", any_error(), [](Step& step) { step.sign.date = "2019-02-25"; }},
      {kTc3, true, "auth.scope", any_error(), [](Step& step) { step.sign.terminator = "tc4_request"; }},
      {kAny, false, "common.version", codes({"NoSuchVersion"}),
       [](Step& step) { step.common.version = "2017-03-13"; }},
      {kAny, false, "common.action", codes({"InvalidAction"}),
       [](Step& step) { step.common.action = "DeleteEverything"; }},
      {kAny, false, "common.version",
       codes({"NoSuchVersion", "InvalidParameter", "InvalidParameterValue", "InvalidRequest",
              "MissingParameter"}),
       [](Step& step) { step.common.version = std::optional<std::string>(); }},
      {kToken, true, "auth.token", codes({"AuthFailure.TokenFailure"}),
       [](Step& step) { step.common.token = std::optional<std::string>(); }},
      {kToken, true, "auth.token", codes({"AuthFailure.TokenFailure"}),
       [](Step& step) { step.common.token = "anotherToken"; }},
      {kJson, false, "encoding.malformed", any_error(true),
       [](Step& step) { step.http.body = R"({"ImageIds":["$a")"; }},
      {kJson, false, "encoding.malformed", any_error(true),
       [](Step& step) { step.http.body = "ImageIds.0=$a"; }},
      {kJson, false, "encoding.malformed", any_error(true), [](Step& step) { step.http.body = "not json"; }},
      {kAny, true, "auth.signature", codes({"AuthFailure.SignatureFailure"}),
       [](Step& step) {
         step.call->set("DryRun", true);
         replace(step, "true", "false");
       }},
      {kJson, false, "common.method", any_error(true), [](Step& step) { step.http.method = "PUT"; }},
      {kTc3, true, "auth.signature", codes({"AuthFailure.SignatureFailure"}),
       [](Step& step) {  // one time is signed, another told
         offset(step, -60);
         set_header(step, "X-TC-Timestamp", "$timestamp");
       }},
      {kTc3, true, "auth.secret-id",
       codes({"AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId",
              "AuthFailure.InvalidAuthorization"}),
       [](Step& step) {  // another account's, that differs in case only
         replace_in_header(step, "Authorization", "AKID", "akid");
       }},
      {kJson, false, "choices.lawful", {}, [](Step& step) { multipart(step, ""); }, "form.multipart"},
      {kJson, false, "choices.lawful", {}, [](Step& step) { multipart(step, "false"); }, "form.multipart"},
      {kJson, false, "encoding.malformed", any_error(true),
       [](Step& step) {  // its last boundary never comes
         multipart(step, "");
         step.http.body->resize(step.http.body->size() - 7);
         step.http.headers[0].second.values[0] += "y";
       }},
      {kAny, true, "auth.signature", bad_signature(),
       [](Step& step) { step.sign.signature = "first-changed"; }},
      {kAny, true, "auth.signature", bad_signature(),
       [](Step& step) { step.sign.signature = "middle-changed"; }},
      {kAny, true, "auth.signature", bad_signature(),
       [](Step& step) { step.sign.signature = "last-changed"; }},
      {kAny, true, "auth.signature", bad_signature(), [](Step& step) { step.sign.signature = "truncated"; }},
      {kAny, true, "auth.signature", bad_signature(), [](Step& step) { step.sign.signature = "extended"; }},
      {kAny, true, "auth.signature", bad_signature(), [](Step& step) { step.sign.signature = "preceded"; }},
      {kAny, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) { step.sign.signature = ""; }},
      {kV1, true, "auth.signature", bad_signature(),
       [](Step& step) { step.sign.signature = "other-method"; }},
      {kTc3, true, "auth.signature", any_error(true),
       [](Step& step) { set_header(step, "Content-Type", "application/json; charset=utf-8"); }},
      {kTc3, true, "auth.signature", any_error(true),
       [](Step& step) { set_header(step, "Content-Type", "text/plain"); }},
      {kTc3, true, "auth.signature", any_error(true),
       [](Step& step) { remove_header(step, "Content-Type"); }},
      {kAny, true, "auth.signature", any_error(true),
       [](Step& step) { set_header(step, "Host", "cbs.tencentcloudapi.com"); }},
      {kTc3, true, "auth.signature", bad_signature(),
       [](Step& step) {
         step.sign.signed_headers = {"content-type", "host", "x-tc-region"};
         set_header(step, "X-TC-Region", "ap-shanghai");
       }},
      {kTc3, true, "auth.credentials", any_error(),
       [](Step& step) { remove_header(step, "Authorization"); }},
      {kTc3, true, "auth.signature", any_error(),
       [](Step& step) { step.sign.algorithm = "TC3-HMAC-SHA1"; }},
      {kJson, true, "auth.signature", bad_signature(),
       [](Step& step) {  // a blank is signed like any other byte: at the end
         without_flags(step);
         replace(step, "]}", "]} ");
       }},
      {kJson, true, "auth.signature", bad_signature(),
       [](Step& step) { replace(step, "\"ImageIds\":", "\"ImageIds\": "); }},
      {kJson, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) {
         without_flags(step);
         replace(step, "{", "{\"DeleteBindedSnap\":true,");
       }},
      {kText, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) {
         without_flags(step);
         replace(step, "ImageIds.0=", "DeleteBindedSnap=true&ImageIds.0=");
       }},
      {kText, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) { replace(step, "ImageIds.0=$a", "ImageIds.0=$a&ImageIds.1=$b"); }},
      {kV1, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) { replace(step, "Nonce=", "Nonce=1"); }},
      {kV1, true, "auth.signature", bad_signature_or_parameter(),
       [](Step& step) { replace(step, "ap-guangzhou", "ap-shanghai"); }},
      {kToken, true, "auth.token", codes({"AuthFailure.TokenFailure"}),
       [](Step& step) { step.common.token = "tokenOfTemporaryCredentials012345678"; }},
      {kToken, true, "auth.token", codes({"AuthFailure.TokenFailure"}),
       [](Step& step) { step.common.token = "tokenOfTemporaryCredentials01234567890"; }},
      {kToken, true, "auth.token", codes({"AuthFailure.TokenFailure"}),
       [](Step& step) { step.common.token = "TOKENOFTEMPORARYCREDENTIALS0123456789"; }},
      {kAny, true, "auth.secret-id", codes({"AuthFailure.SecretIdNotFound"}),
       [](Step& step) { step.common.secret_id = "${secretId}0"; }},
  }};
  static_assert(std::tuple_size_v<decltype(kOdd)> == kOddities.size());
  return kOdd;
}

const std::array<Rewriting, 4> rewritings = {{{"img-", "\\u0069mg-", "%69mg-"},
                                              {"img-", "img\\u002d", "img%2D"},
                                              {"img-", "im\\u0067-", "img%2d"},
                                              {"ImageIds\"", "ImageIds\" \n\t", ""}}};

}  // namespace diconform::probe::sites
