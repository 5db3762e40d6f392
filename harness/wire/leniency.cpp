#include "wire/leniency.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "base/digest.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

// What a signer may have done otherwise. Each mistake changes one copy, so that mistakes combine.
struct Attempt {
  HttpRequest request;
  std::string host;
  std::string signature;  // as received
  // TC3
  std::vector<std::string> signed_headers = {}, headers_in_order_sent = {};
  bool lower_content_type = false;
  bool values_as_sent = false;
  // v1
  Scheme scheme = Scheme::kTc3;
  bool order_as_sent = false;
  bool hexadecimal = false;
};

struct Mistake {
  std::string_view name;
  void (*make)(Attempt&);
};

std::string host_of(const HttpRequest& request) {
  const std::string* host = find_header(request.headers, "Host");
  return host ? *host : "";
}

void host_without_port(Attempt& attempt) { attempt.host = without_port(attempt.host); }

void root_path(Attempt& attempt) { attempt.request.target.replace(0, attempt.request.path().size(), 1, '/'); }

void set_query(HttpRequest& request, std::string_view query) {
  request.target = std::string(request.path()) + (query.empty() ? "" : "?") + std::string(query);
}

// Changes each raw pair of the request, and may reorder them.
void change_pairs(HttpRequest& request, const std::function<void(std::vector<std::string>&)>& change) {
  std::string_view raw = raw_pairs_of(request);
  bool in_body = !raw.empty() && raw.data() == request.body.data();
  std::vector<std::string> pairs;
  for (std::string_view part : split(raw, '&')) pairs.emplace_back(part);
  change(pairs);
  std::string changed;
  for (const std::string& pair : pairs) changed += (changed.empty() ? "" : "&") + pair;
  if (in_body)
    request.body = changed;
  else
    set_query(request, changed);
}

void sort_query(Attempt& attempt) {
  change_pairs(attempt.request, [](std::vector<std::string>& pairs) { std::ranges::sort(pairs); });
}

// What is encoded once more decodes to what was sent.
void encode_values(Attempt& attempt) {
  change_pairs(attempt.request, [](std::vector<std::string>& pairs) {
    for (std::string& pair : pairs) {
      std::size_t value = std::min(pair.find('='), pair.size() - 1) + 1;
      pair = pair.substr(0, value) + percent_encode(std::string_view(pair).substr(value));
    }
  });
}

void other_method(Attempt& attempt) {
  // The form stays where it is: raw_pairs_of goes by the method.
  std::string pairs(raw_pairs_of(attempt.request));
  bool post = attempt.request.method == "POST";
  attempt.request.method = post ? "GET" : "POST";
  if (post) {
    set_query(attempt.request, pairs);
  } else {
    set_header(attempt.request.headers, "Content-Type", std::string(kFormType));
    attempt.request.body = pairs;
  }
}

constexpr auto kTc3Mistakes = std::to_array<Mistake>({
    {"host without its port", host_without_port},
    {"canonical URI '/'", root_path},
    {"body hashed as empty", [](Attempt& attempt) { attempt.request.body.clear(); }},
    {"query left out", [](Attempt& attempt) { set_query(attempt.request, ""); }},
    {"query sorted", sort_query},
    {"payload left unsigned without X-TC-Content-SHA256",
     [](Attempt& attempt) { attempt.request.body = "UNSIGNED-PAYLOAD"; }},
    {"signature in upper case", [](Attempt& attempt) { attempt.signature = lower_case(attempt.signature); }},
    {"header values not in lower case", [](Attempt& attempt) { attempt.values_as_sent = true; }},
    {"signed headers not sorted",
     [](Attempt& attempt) { attempt.signed_headers = attempt.headers_in_order_sent; }},
});

constexpr auto kV1Mistakes = std::to_array<Mistake>({
    {"host without its port", host_without_port},
    {"canonical URI '/'", root_path},
    {"values signed percent-encoded", encode_values},
    {"parameters signed in the order sent", [](Attempt& attempt) { attempt.order_as_sent = true; }},
    {"HmacSHA1 in place of HmacSHA256, or the other way round",
     [](Attempt& attempt) {
       attempt.scheme = attempt.scheme == Scheme::kV1Sha1 ? Scheme::kV1Sha256 : Scheme::kV1Sha1;
     }},
    {"signature sent without percent-encoding",
     [](Attempt& attempt) { attempt.signature = replaced(attempt.signature, " ", "+"); }},
    {"signature percent-encoded twice",
     [](Attempt& attempt) { attempt.signature = percent_decode(attempt.signature).value_or(""); }},
    {"signature in hexadecimal", [](Attempt& attempt) { attempt.hexadecimal = true; }},
    {"signed for the other method", other_method},
});

// The smallest combination of mistakes with which `verifies` agrees.
class Search {
 public:
  Search(std::span<const Mistake> mistakes, std::function<bool(const Attempt&)> verifies)
      : mistakes_(mistakes), verifies_(std::move(verifies)) {}

  std::optional<std::string> from(const Attempt& honest) const {
    // Three mistakes are some hundred signatures over the whole request: of a large one, look for one
    // mistake.
    bool large = honest.request.body.size() + honest.request.target.size() > (64u << 10);
    for (int size = 0; size <= (large ? 1 : 3); ++size) {
      if (auto found = extend(honest, "", mistakes_, size)) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> extend(const Attempt& attempt, const std::string& names,
                                    std::span<const Mistake> left, int more) const {
    if (more == 0) return verifies_(attempt) ? std::optional(names) : std::nullopt;
    for (; !left.empty(); left = left.subspan(1)) {
      Attempt next = attempt;
      left[0].make(next);
      std::string longer = names + (names.empty() ? "" : " + ") + std::string(left[0].name);
      if (auto found = extend(next, longer, left.subspan(1), more - 1)) return found;
    }
    return std::nullopt;
  }

  std::span<const Mistake> mistakes_;
  std::function<bool(const Attempt&)> verifies_;
};

std::string canonical_of(const Attempt& attempt) {
  std::string canonical =
      canonical_request(attempt.request, attempt.signed_headers, attempt.host, attempt.lower_content_type);
  if (!attempt.values_as_sent) return canonical;
  for (const std::string& name : attempt.signed_headers) {
    const std::string* found = find_header(attempt.request.headers, name);
    std::string value = name == "host" ? attempt.host : found ? std::string(trimmed(*found)) : "";
    canonical =
        replaced(canonical, '\n' + name + ':' + lower_case(value) + '\n', '\n' + name + ':' + value + '\n');
  }
  return canonical;
}

std::string v1_string_in_order_sent(const Attempt& attempt) {
  std::string out = attempt.request.method + attempt.host + std::string(attempt.request.path()) + '?';
  auto pairs = parse_pairs(raw_pairs_of(attempt.request));
  if (!pairs) return out;
  bool first = true;
  for (const Pair& pair : *pairs) {
    if (pair.name == "Signature") continue;
    out += (first ? "" : "&") + pair.name + '=' + pair.value;
    first = false;
  }
  return out;
}

std::string v1_expected(const Attempt& attempt, std::string_view secret_key) {
  std::string to_sign = attempt.order_as_sent ? v1_string_in_order_sent(attempt)
                                              : v1_string_to_sign(attempt.request, attempt.host);
  std::string signature = v1_signature(secret_key, attempt.scheme, to_sign);
  return attempt.hexadecimal ? to_hex(from_base64(signature).value_or("")) : signature;
}

}  // namespace

std::string_view without_port(std::string_view host) {
  std::size_t colon = host.rfind(':');
  bool port = colon != host.npos && to_unsigned(host.substr(colon + 1)) && host.find(']', colon) == host.npos;
  return port ? host.substr(0, colon) : host;
}

std::optional<std::string> tc3_leniency(const HttpRequest& request, std::string_view secret_key,
                                        const Tc3Authorization& scope, std::string_view timestamp) {
  Attempt honest{.request = request,
                 .host = host_of(request),
                 .signature = scope.signature,
                 .signed_headers = scope.signed_headers,
                 .headers_in_order_sent = scope.signed_headers};
  std::ranges::sort(honest.signed_headers);
  auto verifies = [&](Attempt attempt) {
    for (bool lower : {false, true}) {
      attempt.lower_content_type = lower;
      std::string to_sign = tc3_string_to_sign(canonical_of(attempt), timestamp, scope);
      if (tc3_signature(secret_key, scope, to_sign) == attempt.signature) return true;
    }
    return false;
  };
  return Search(kTc3Mistakes, verifies).from(honest);
}

std::optional<std::string> v1_leniency(const HttpRequest& request, std::string_view secret_key, Scheme scheme,
                                       std::string_view received) {
  Attempt honest{
      .request = request, .host = host_of(request), .signature = std::string(received), .scheme = scheme};
  auto verifies = [&](const Attempt& attempt) {
    return v1_expected(attempt, secret_key) == attempt.signature;
  };
  return Search(kV1Mistakes, verifies).from(honest);
}

}  // namespace diconform::wire
