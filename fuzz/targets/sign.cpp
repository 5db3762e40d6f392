// Signatures of both families: what is signed verifies; after any change to a signed byte it does not; what
// the rules call the same (the order of v1's pairs and how they are percent-encoded; the order and case of
// TC3's headers, the case of the host) verifies still; and requests of any bytes are judged without a crash.
// An input is a raw HTTP request.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "check.h"
#include "input.h"
#include "wire/encode.h"
#include "wire/http_reader.h"
#include "wire/pairs.h"
#include "wire/verify.h"

using namespace diconform::fuzz;
using namespace diconform::wire;
using diconform::equal_ignoring_case;

namespace {

constexpr std::int64_t kNow = 1'795'307'991;
const Credentials kCredentials = {"AKIDEXAMPLE", "SECRETEXAMPLE", ""};

bool verifies(const HttpRequest& request, std::string_view key = kCredentials.secret_key) {
  return verify(request, key, {.now_seconds = kNow}, false).ok();
}

// Another letter or digit in the place of one, so that no rule can call it the same. False: there is none.
bool change_a_letter(std::string& text, std::size_t from, Dice& dice) {
  for (std::size_t tries = 0; from < text.size() && tries < 8; ++tries) {
    char& c = text[from + dice.below(text.size() - from)];
    bool digit = c >= '0' && c <= '9', lower = c >= 'a' && c <= 'z';
    if (!digit && !lower) continue;
    c = digit ? (c == '7' ? '3' : '7') : c == 'q' ? 'z' : 'q';
    return true;
  }
  return false;
}

std::string* header(HttpRequest& request, std::string_view name) {
  return const_cast<std::string*>(find_header(request.headers, name));
}

void leave_it(HttpRequest& request, Dice&) {
  FUZZ_CHECK(verifies(request), "TC3: what was signed does not verify: " + shown(to_bytes(request)));
}

void tamper_with_what_is_signed(HttpRequest& request, Dice& dice) {
  std::string* const places[] = {&request.body,
                                 &request.target,
                                 header(request, "Host"),
                                 header(request, "Content-Type"),
                                 header(request, "X-TC-Timestamp"),
                                 &request.method};
  std::string& place = *places[dice.below(std::size(places))];
  if (!change_a_letter(place, 0, dice)) place += "z";
  FUZZ_CHECK(!verifies(request),
             "TC3: a signed byte was changed, and it verifies: " + shown(to_bytes(request)));
}

void take_another_key(HttpRequest& request, Dice&) {
  FUZZ_CHECK(!verifies(request, "SECRETEXAMPLF"), "TC3: it verifies with another key");
}

void tamper_with_the_signature(HttpRequest& request, Dice& dice) {
  std::string& authorization = *header(request, "Authorization");
  if (!change_a_letter(authorization, authorization.find("Credential=") + 11, dice)) return;
  // The SecretId is no part of what is signed: it says whose key to take.
  auto parsed = parse_tc3_authorization(authorization);
  bool only_whose = parsed && parsed->secret_id != kCredentials.secret_id;
  FUZZ_CHECK(only_whose || !verifies(request), "TC3: the Authorization was changed: " + shown(authorization));
}

// What the canonical form takes out: the order of the headers, the case of their names and of the host,
// headers that nobody signed.
void write_it_otherwise(HttpRequest& request, Dice& dice) {
  request.headers.push_back({"X-Other", "1"});
  std::ranges::reverse(request.headers);
  for (auto& each : request.headers) {
    bool whole = equal_ignoring_case(each.name, "Host");
    for (char& c : each.name)
      if (c >= 'a' && c <= 'z' && dice.one_in(2)) c = static_cast<char>(c - 32);
    for (char& c : each.value)
      if (whole && c >= 'a' && c <= 'z' && dice.one_in(2)) c = static_cast<char>(c - 32);
  }
  FUZZ_CHECK(verifies(request), "TC3: written otherwise it does not verify: " + shown(to_bytes(request)));
}

// One of them an input, chosen by its bytes: each costs another signature.
constexpr void (*kChecks[])(HttpRequest&, Dice&) = {
    leave_it,         tamper_with_what_is_signed, tamper_with_what_is_signed, tamper_with_the_signature,
    take_another_key, write_it_otherwise};

void check_tc3(HttpRequest request, Dice& dice) {
  for (const char* name : {"Authorization", "X-TC-Content-SHA256", "X-TC-Timestamp"})
    remove_header(request.headers, name);
  for (const char* name : {"Host", "Content-Type"}) {  // once each; an empty one is signed as empty
    const std::string* found = find_header(request.headers, name);
    std::string value = found ? *found : "x";
    remove_header(request.headers, name);
    set_header(request.headers, name, std::move(value));
  }
  set_header(request.headers, "X-TC-Timestamp", std::to_string(kNow));
  sign_tc3(request, kCredentials);
  kChecks[dice.below(std::size(kChecks))](request, dice);
}

// The same pairs, turned, each with one more byte percent-encoded.
std::string respelled(std::string_view pairs, Dice& dice) {
  std::size_t middle = pairs.find('&', dice.below(pairs.size()));
  std::string turned(pairs);
  if (middle != pairs.npos)
    turned = std::string(pairs.substr(middle + 1)) + "&" + std::string(pairs.substr(0, middle));
  std::size_t equals = turned.rfind('=');
  if (equals + 1 < turned.size() && turned[equals + 1] >= 'a' && turned[equals + 1] <= 'z') {
    char c = turned[equals + 1];
    turned.replace(equals + 1, 1, std::string("%") + "0123456789ABCDEF"[c >> 4] + "0123456789ABCDEF"[c & 15]);
  }
  return turned;
}

void check_v1(HttpRequest request, Dice& dice) {
  bool form = request.method == "POST";
  if (!form) request.method = "GET";
  remove_header(request.headers, "Authorization");
  remove_header(request.headers, "X-TC-Action");
  remove_header(request.headers, "Content-Type");
  if (form) set_header(request.headers, "Content-Type", std::string(kFormType));
  std::string pairs =
      "Action=DeleteImages&Version=2017-03-12&ImageIds.0=" + percent_encode(request.body.substr(0, 80));
  (form ? request.body : request.target) = form ? pairs : "/?" + pairs;
  sign_v1(request, kCredentials, dice.one_in(2) ? Scheme::kV1Sha1 : Scheme::kV1Sha256, kNow,
          dice.below(1000));
  std::size_t check = dice.below(3);
  if (check == 0) {
    FUZZ_CHECK(verifies(request), "v1: what was signed does not verify: " + shown(to_bytes(request)));
    return;
  }
  std::string& text = form ? request.body : request.target;
  if (check == 1) {
    std::string respelled_pairs = respelled(raw_pairs_of(request), dice);
    text = form ? respelled_pairs : "/?" + respelled_pairs;
    FUZZ_CHECK(verifies(request), "v1: spelled otherwise it does not verify: " + shown(to_bytes(request)));
    return;
  }
  std::size_t signature = text.rfind("Signature=");
  std::string before = text.substr(0, signature), after = text.substr(signature);
  std::size_t place = before.find("ImageIds.0=") + 11;
  // A digit behind a percent sign is part of a byte: changed, the byte is another as well.
  if (change_a_letter(before, place, dice)) {
    text = before + after;
    FUZZ_CHECK(!verifies(request),
               "v1: a signed byte was changed, and it verifies: " + shown(to_bytes(request)));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = text_of(data, size);
  HttpReader reader(HttpReader::Kind::kRequest);
  Dice dice(hash_of(bytes));
  HttpRequest request{
      .method = "POST", .target = "/", .headers = {{"Host", "h"}}, .body = std::string(bytes)};
  if (reader.feed(bytes) == ReadState::kDone) {
    request = reader.request();
    if (dice.one_in(4)) verifies(request);  // as it came
    // The detective's work costs some hundred signatures.
    if (dice.one_in(1024)) verify(request, kCredentials.secret_key, {.now_seconds = kNow});
  }
  if (dice.one_in(2))
    check_tc3(std::move(request), dice);
  else
    check_v1(std::move(request), dice);
  return 0;
}
