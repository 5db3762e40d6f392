// Writes the seed corpora: `fuzz_seeds FOLDER` fills FOLDER/TARGET/ from the catalogue and from captured
// requests and worked examples. Run by `./dev fuzz seeds`; what it writes is committed, so that every build
// replays it.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "api/world.h"
#include "base/file.h"
#include "base/json_place.h"
#include "input.h"
#include "own.h"
#include "result/known_failures.h"
#include "result/report.h"
#include "scenario/bind.h"
#include "target/compose.h"
#include "wire/encode.h"
#include "wire/http_reader.h"

using namespace diconform;
using namespace diconform::fuzz;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNow = 1'795'307'991;
constexpr std::size_t kMostFiles = 36, kMostBytes = 1500;

class Corpus {
 public:
  explicit Corpus(fs::path folder) : folder_(std::move(folder)) {}

  // One file for each shape: what differs in nothing but letters and digits is one seed.
  void add(const std::string& target, std::string name, const std::string& text) {
    if (text.size() > kMostBytes || written_[target] >= kMostFiles) return;
    if (!shapes_.insert(target + shape_of(text)).second) return;
    for (char& c : name)
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') c = '_';
    fs::create_directories(folder_ / target);
    fs::path path = folder_ / target / name.substr(0, 80);
    while (fs::exists(path)) path += "+";
    std::ofstream(path, std::ios::binary) << text;
    ++written_[target];
  }

 private:
  static std::string shape_of(std::string_view text) {
    std::string shape;
    if (text.size() < 30) return std::string(text);
    for (char c : text) {
      char kind = std::isdigit(static_cast<unsigned char>(c))   ? '0'
                  : std::islower(static_cast<unsigned char>(c)) ? 'a'
                                                                : c;
      if (shape.empty() || shape.back() != kind || !std::isalnum(static_cast<unsigned char>(kind)))
        shape += kind;
    }
    return shape;
  }

  fs::path folder_;
  std::set<std::string> shapes_;
  std::map<std::string, std::size_t> written_;
};

// The images that play a trial's roles, and its first step, bound.
struct Bound {
  api::World world;
  scenario::Step step;
};

Bound bound(const scenario::Trial& trial) {
  scenario::Bindings bindings(7);
  Bound out;
  for (const scenario::Role& role : trial.body->given) {
    api::Image image = bind(role, bindings);
    if (image.id.empty()) image.id = bindings.mint("img-");
    bindings.set(role.name, image.id);
    out.world.images.push_back(std::move(image));
  }
  out.step = bind(trial.body->steps[0], bindings);
  return out;
}

void add_trial(Corpus& corpus, const scenario::Trial& trial) {
  using Kind = scenario::Step::Kind;
  if (trial.body->steps.empty()) return;  // a probe
  Bound it = bound(trial);
  if (it.step.kind != Kind::kCall && it.step.kind != Kind::kRaw) return;
  std::string bytes = target::compose(it.step, {.encoding = trial.encoding,
                                                .scheme = trial.scheme,
                                                .credentials = {"AKIDEXAMPLE", "SECRETEXAMPLE", ""},
                                                .host = "cvm.tencentcloudapi.com",
                                                .region = "ap-guangzhou",
                                                .unix_seconds = kNow});
  if (it.step.kind == Kind::kRaw) return corpus.add("http_message", trial.case_name, bytes);
  wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
  if (reader.feed(bytes) != wire::ReadState::kDone) return;
  const wire::HttpRequest& request = reader.request();
  if (trial.encoding == wire::Encoding::kJson) corpus.add("body_json", trial.case_name, request.body);
  if (trial.encoding == wire::Encoding::kQuery && trial.scheme == wire::Scheme::kTc3)
    corpus.add("form_query", trial.case_name, std::string(request.query()));
  if (const std::string* type = find_header(request.headers, "Content-Type");
      type && type->find("multipart") == 0)
    corpus.add("multipart", trial.case_name, *type + "\n" + request.body);
  if (it.step.call && it.step.call->find("ImageIds") && it.step.call->find("ImageIds")->array())
    for (const Json& id : *it.step.call->find("ImageIds")->array())
      if (id.string() && id.string()->size() < 40) corpus.add("image_id", trial.case_name, *id.string());
  if (trial.body->covers[0].starts_with("errors") || trial.body->covers[0].starts_with("http")) {
    std::string text = bytes;
    for (const api::Image& image : it.world.images) {
      std::size_t at = text.find(image.id);
      if (at != text.npos) text.replace(at, image.id.size(), "img-1a2b3c4d");
    }
    corpus.add("guard", trial.case_name, text);
  }
  if (!it.world.images.empty()) corpus.add("world", trial.case_name, to_text(api::to_json(it.world)));
  corpus.add("sign", trial.case_name, bytes);
  for (const auto& [state, reply] :
       {std::pair("gone",
                  std::string(R"({"Response":{"RequestId":"71e69b56-32be-4412-ab45-49eded6a87be"}})")),
        std::pair("kept", std::string(R"({"Response":{"Error":{"Code":")") +
                              (it.step.expect.reply.codes.empty() ? "InvalidParameter"
                                                                  : it.step.expect.reply.codes[0]) +
                              R"(","Message":"m"},"RequestId":"71e69b56-32be-4412-ab45-49eded6a87be"}})")})
    corpus.add("judge", trial.case_name + "." + state,
               trial.id + "\n" + state + "\n" +
                   wire::to_bytes(wire::with_length(
                       wire::HttpReply{.headers = {{"Content-Type", "application/json"}}, .body = reply})));
}

void add_written(Corpus& corpus) {
  corpus.add(
      "known_failures", "two",
      R"({"knownFailures":[{"trial":"dry-run/*","clause":"dry-run.changes-nothing","reason":"issue 12","observed":"*gone*","until":"2027-01-31"},{"trial":"a/b[*]","clause":"http.status","reason":"r"}]})");
  corpus.add("known_failures", "none", R"({"knownFailures":[]})");
  corpus.add("known_failures", "no-reason",
             R"({"knownFailures":[{"trial":"*","clause":"http.status","reason":""}]})");
  for (const char* text : {"nncusipt\nab+\na?\nc\nd+e\nx\n", "123n\na+\nb?+\nc+\nd\n",
                           "nnnnnnnn\nabcdefgh\na\n", "n\nA\na\naa\n\na+?\n", "11\na+\nb+\n"})
    corpus.add("model_sequence", "sequence-" + std::to_string(hash_of(text) % 1000), text);
  for (const char* text :
       {"img-[0-9a-z]{8}\nimg-[0-9a-z]{8,9}\n", "(a|b)*c?\n[^a-c]+x{2,3}\n", "\\d\\x41[[:alpha:]]|.\n",
        "(ab|ac)+\na(b|c)\n", "[\\W_]{0,3}\n(?:x|)y*\n", "^a$\n\n"})
    corpus.add("automaton", "patterns-" + std::to_string(hash_of(text) % 1000), text);
  for (const char* text : {"ab\nDa!09\nDa-18\nDab-05\nLaA67\n", "abc\nDab!03\nDbc?12\nLc45\nRa-66\n",
                           "a\nDa!05\nDa!15\n", "ab\nRab!00\nDb~11\nLbB22\n"})
    corpus.add("history", "history-" + std::to_string(hash_of(text) % 1000), text);
  const std::string kinds[] = {"fixed-window", "anchored-window", "sliding-log", "sliding-counter",
                               "token-bucket", "leaky-queue",     "concurrency", "none"};
  for (std::size_t kind = 0; kind < 8; ++kind) {
    std::string head = {static_cast<char>('0' + kind), '4', 'a', 'd'};
    head[0] = static_cast<char>('h' + kind);  // 'h' is a multiple of 8
    corpus.add("limiter", kinds[kind] + "-burst", head + "ppppppppppmpppCpp");
    corpus.add("limiter", kinds[kind] + "-paced", head + "wewewewitkCtitkmn");
  }
}

// What a browser or a careless gateway would send.
void add_multipart(Corpus& corpus) {
  auto part = [](std::string_view name, std::string_view value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
           std::string(value) + "\r\n";
  };
  std::string id = part("ImageIds.0", "img-1a2b3c4d"), end = "--b--\r\n";
  corpus.add("multipart", "one-id", "multipart/form-data; boundary=b\n" + id + end);
  corpus.add("multipart", "all-parameters",
             "multipart/form-data; boundary=b\n" + part("Action", "DeleteImages") +
                 part("Version", "2017-03-12") + part("Nonce", "1") + id + part("DryRun", "true") + end);
  corpus.add("multipart", "not-ended", "multipart/form-data; boundary=\"b\"\n" + id);
  corpus.add("multipart", "json-in-a-part",
             "multipart/mixed; boundary=b\n--b\r\nContent-Type: application/json\r\n\r\n"
             "{\"ImageIds\":[\"img-1a2b3c4d\"]}\r\n" +
                 end);
  corpus.add("multipart", "no-boundary", "multipart/form-data\n" + id + end);
  corpus.add("multipart", "json-after-all",
             "application/json; boundary=b\n{\"ImageIds\":[\"img-1a2b3c4d\"]}");
  corpus.add("multipart", "form-after-all", "Application/X-WWW-Form-Urlencoded\nImageIds.0=img-1a2b3c4d");
}

// The worked examples of the signature's documentation, as the requests that they are about.
void add_vectors(Corpus& corpus, const Json& vectors) {
  auto text = [](const Json& vector, std::string_view name) {
    const Json* value = vector.find(name);
    return !value ? "" : value->string() ? *value->string() : to_text(*value);
  };
  // Those that repeat another's inputs with another key are the same shape.
  auto whole = [](const Json& vector) { return vector.find("method") != nullptr; };
  for (const Json& each : *vectors.find("tc3")->array()) {
    if (!whole(each)) continue;
    std::string query = text(each, "query"), action = text(each, "xTcActionCanonical");
    wire::HttpRequest request{.method = text(each, "method"),
                              .target = text(each, "uri") + (query.empty() ? "" : "?" + query),
                              .headers = {{"Host", text(each, "host")},
                                          {"Content-Type", text(each, "contentType")},
                                          {"X-TC-Timestamp", text(each, "timestamp")}},
                              .body = text(each, "payload")};
    if (!action.empty()) set_header(request.headers, "X-TC-Action", action);
    set_header(request.headers, "Authorization",
               "TC3-HMAC-SHA256 Credential=" + text(each, "secretId") + "/" + text(each, "date") + "/" +
                   text(each, "service") + "/tc3_request, SignedHeaders=" + text(each, "signedHeaders") +
                   ", Signature=" + text(each, "signature"));
    corpus.add("sign", text(each, "id"), to_bytes(with_length(request)));
  }
  for (const Json& each : *vectors.find("v1")->array()) {
    if (!whole(each)) continue;
    Json params = *each.find("params");
    params.set("SecretId", text(each, "secretId"));
    params.set("Signature", text(each, "signature"));
    bool form = text(each, "method") == "POST";
    std::string pairs = wire::encode_pairs(params);
    wire::HttpRequest request{.method = text(each, "method"),
                              .target = text(each, "path") + (form ? "" : "?" + pairs),
                              .headers = {{"Host", text(each, "host")}},
                              .body = form ? pairs : ""};
    if (form) set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    corpus.add("sign", text(each, "id"), to_bytes(with_length(request)));
  }
}

void add_report(Corpus& corpus) {
  result::Report report;
  report.plan = {.verb = "run",
                 .version = "0.1.0",
                 .target = Json(Json::Object{{"endpoint", "embedded"}}),
                 .edition = "2023-03-27",
                 .seed = 1,
                 .shard = "1/1",
                 .started = "2026-11-22T02:15:00Z",
                 .trials = {"a/b[json]", "a/c[json]"}};
  result::Outcome fail, pass;
  fail.trial = "a/b[json]";
  pass.trial = "a/c[json]";
  fail.case_name = "a/b";
  pass.case_name = "a/c";
  fail.verdict = result::Verdict::kFail;
  pass.verdict = result::Verdict::kPass;
  fail.reason = "reply";
  fail.findings = {
      {"errors.not-found", result::Severity::kFailure, "reply InvalidImageId.NotFound", "success", "step 1"}};
  wire::Exchange exchange;
  exchange.sent = "POST / HTTP/1.1\r\nHost: h\r\n\r\n";
  exchange.received = "HTTP/1.1 200 OK\r\n\r\n\xff";
  fail.exchanges = {exchange};
  report.outcomes = {fail, pass};
  for (result::Verdict verdict : result::kVerdicts) report.summary.counts[verdict] = 0;
  report.summary.counts[result::Verdict::kFail] = report.summary.counts[result::Verdict::kPass] = 1;
  report.summary.choices["batch.duplicates"] = {"accepted", {"a/b[json]"}};
  report.summary.complete = true;
  corpus.add("report", "two-trials", to_text(result::to_json(report), JsonStyle::kPretty));
  corpus.add("report", "two-trials-in-a-line", to_text(result::to_json(report)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "fuzz_seeds FOLDER CAPTURES\n"), 2;
  Corpus corpus(argv[1]);
  auto vectors = read_json_file((fs::path(argv[2]).parent_path() / "signing_vectors.json").string());
  if (!vectors) return std::fprintf(stderr, "%s\n", vectors.error().message().c_str()), 1;
  add_vectors(corpus, *vectors);
  for (const auto& entry : fs::directory_iterator(argv[2])) {
    std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".http") continue;
    bool few = name.find("multi12") != name.npos || name.find("special") != name.npos;
    if (!few || name.find("v1-sha1") != name.npos) continue;
    auto bytes = read_file(entry.path());
    for (const char* target : {"http_message", "sign", "guard"})
      if (bytes) corpus.add(target, name, *bytes);
  }
  std::size_t turn = 0;
  for (const scenario::CaseInfo& info : catalogue().cases) {
    // A suite of one case; every ninth, since there are hundreds.
    std::string suite = info.name.substr(0, info.name.find('/'));
    if (++turn % 9 == 0)
      corpus.add(
          "case_file", info.name,
          to_text(Json(Json::Object{
                      {"suite", suite}, {"purpose", info.purpose}, {"cases", Json::Array{info.source}}}),
                  JsonStyle::kPretty));
    for (const scenario::Trial& trial : info.trials) {
      if (trial.edition == "2023-03-27" && (turn % 3 == 0 || trial.case_name.find("index") == 0))
        add_trial(corpus, trial);
    }
  }
  add_written(corpus);
  add_multipart(corpus);
  add_report(corpus);
}
