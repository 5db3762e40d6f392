#include "wire/verify.h"

#include <algorithm>

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "wire/leniency.h"
#include "wire/pairs.h"

namespace diconform::wire {
namespace {

constexpr std::string_view kTerminator = "tc3_request";
// The last second of the year 9999: dates have four digits for the year.
constexpr std::uint64_t kLastTimestamp = 253'402'300'799;
constexpr std::int64_t kChinaSeconds = std::int64_t{8} * 3600;

// Notes faults in the order they are found. The first one counts; with an explanation wanted the rest is
// looked at, too, since a leniency must name all that would have to be forgiven.
class Report {
 public:
  Report(Verification& out, bool explain) : out_(out), explain_(explain) {}

  // Answers whether to stop here. An empty `forgive` means that nothing would help.
  bool fault(VerifyFault fault, std::string explanation, const std::string& forgive) {
    if (out_.fault == VerifyFault::kNone) {
      out_.fault = fault;
      out_.explanation = std::move(explanation);
    }
    hopeless_ |= forgive.empty();
    forgiven_ += (forgiven_.empty() ? "" : " + ") + forgive;
    return hopeless_ || !explain_;
  }

  void mismatch() {
    if (out_.fault != VerifyFault::kNone) return;
    out_.fault = VerifyFault::kMismatch;
    out_.explanation = "the signature does not match";
  }

  // `of_signature`: what would have to be forgiven of the signature itself; nothing where that would not
  // help.
  void conclude(const std::optional<std::string>& of_signature) {
    if (hopeless_ || !of_signature) return;
    bool both = !forgiven_.empty() && !of_signature->empty();
    out_.leniency = forgiven_ + (both ? " + " : "") + *of_signature;
  }

 private:
  Verification& out_;
  bool explain_, hopeless_ = false;
  std::string forgiven_;
};

// Answers whether to stop.
bool check_time(Report& report, const std::string* text, const VerifyOptions& options) {
  std::optional<std::uint64_t> seconds = text ? to_unsigned(*text) : std::nullopt;
  if (!seconds || *seconds > kLastTimestamp) {
    std::string found =
        text ? "the timestamp " + quoted(*text) + " is not a Unix time" : "there is no timestamp";
    return report.fault(VerifyFault::kBadTimestamp, found, "");
  }
  std::int64_t late = options.now_seconds - static_cast<std::int64_t>(*seconds);
  std::uint64_t distance = static_cast<std::uint64_t>(late < 0 ? -late : late);
  if (distance <= static_cast<std::uint64_t>(std::max<std::int64_t>(0, options.skew_seconds))) return false;
  std::string off = std::to_string(distance) + " s " + (late > 0 ? "behind" : "ahead of");
  return report.fault(VerifyFault::kExpired,
                      "the timestamp " + *text + " is " + off + " the clock; the limit is " +
                          std::to_string(options.skew_seconds) + " s",
                      "a clock " + off + " ours");
}

bool check_scope(Report& report, const Tc3Authorization& scope, std::string_view date,
                 std::string_view service, std::int64_t seconds) {
  struct Part {
    std::string_view name, found, right;
  };
  for (const auto& [name, found, expected] :
       {Part{"date", scope.date, date}, Part{"service", scope.service, service},
        Part{"terminator", scope.terminator, kTerminator}}) {
    if (found == expected) continue;
    std::string what = std::string(name) + " " + quoted(found) + " in place of " + quoted(expected);
    bool china = name == "date" && found == utc_date(seconds + kChinaSeconds);
    if (report.fault(VerifyFault::kWrongScope, "the scope has the " + what,
                     china ? "date of China (UTC+8) in place of UTC's" : what)) {
      return true;
    }
  }
  return false;
}

bool check_signed_headers(Report& report, const HttpRequest& request, const std::vector<std::string>& names) {
  for (std::string_view name : {"content-type", "host"}) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string what(name);
    if (report.fault(VerifyFault::kUnsignedHeader, what + " is not among the signed headers",
                     what + " not signed"))
      return true;
  }
  for (const std::string& name : names) {
    std::size_t count = count_headers(request.headers, name);
    if (count == 1) continue;
    std::string what = "signed header " + quoted(name) + (count == 0 ? " missing" : " sent twice");
    if (report.fault(VerifyFault::kMismatch, what, what)) return true;
  }
  return false;
}

// The texts and the signature under one reading of the request.
struct Tc3Reading {
  std::string canonical, string_to_sign, signature;
};

Tc3Reading tc3_reading(const HttpRequest& request, std::string_view secret_key, const Tc3Authorization& scope,
                       std::string_view host, std::string_view timestamp, bool lower_content_type) {
  Tc3Reading reading;
  reading.canonical = canonical_request(request, scope.signed_headers, host, lower_content_type);
  reading.string_to_sign = tc3_string_to_sign(reading.canonical, timestamp, scope);
  reading.signature = tc3_signature(secret_key, scope, reading.string_to_sign);
  return reading;
}

bool has_upper_case(const std::string* text) {
  return text && std::ranges::any_of(*text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// The reading that verifies, else the first: host as sent before host without its port, content type as sent
// before lower.
Tc3Reading best_reading(const HttpRequest& request, std::string_view secret_key,
                        const Tc3Authorization& scope, std::string_view timestamp, bool host_without_port) {
  const std::string* sent = find_header(request.headers, "Host");
  std::string_view host = sent ? trimmed(*sent) : std::string_view();
  std::optional<Tc3Reading> first;
  for (std::string_view as : {host, without_port(host)}) {
    if (first && (!host_without_port || as == host)) break;
    for (bool lower : {false, true}) {
      if (lower && !has_upper_case(find_header(request.headers, "Content-Type"))) break;
      Tc3Reading reading = tc3_reading(request, secret_key, scope, as, timestamp, lower);
      if (equal_in_constant_time(reading.signature, scope.signature)) return reading;
      if (!first) first = std::move(reading);
    }
  }
  return std::move(*first);
}

void verify_tc3(const HttpRequest& request, const std::string& authorization, std::string_view secret_key,
                const VerifyOptions& options, bool explain, Verification& out) {
  Report report(out, explain);
  std::optional<Tc3Authorization> claimed = parse_tc3_authorization(authorization);
  if (!claimed || count_headers(request.headers, "Authorization") > 1) {
    report.fault(VerifyFault::kBadAuthorization,
                 "not an Authorization of TC3-HMAC-SHA256: " + quoted(authorization), "");
    return;
  }
  out.received = claimed->signature;
  const std::string* timestamp = find_header(request.headers, "X-TC-Timestamp");
  if (check_time(report, timestamp, options)) return;
  std::int64_t seconds = static_cast<std::int64_t>(*to_unsigned(*timestamp));
  const std::string date = utc_date(seconds);
  if (check_scope(report, *claimed, date, options.service, seconds)) return;
  Tc3Authorization right = explain ? *claimed : std::move(*claimed);
  right.date = date;
  right.service = options.service;
  right.terminator = kTerminator;
  std::ranges::sort(right.signed_headers);
  if (check_signed_headers(report, request, right.signed_headers)) return;
  Tc3Reading reading = best_reading(request, secret_key, right, *timestamp, options.host_without_port);
  if (!equal_in_constant_time(reading.signature, right.signature)) report.mismatch();
  if (!explain) return;
  if (!out.ok()) report.conclude(tc3_leniency(request, secret_key, *claimed, *timestamp));
  out.canonical = std::move(reading.canonical);
  out.string_to_sign = std::move(reading.string_to_sign);
  out.expected = std::move(reading.signature);
}

void verify_v1(const HttpRequest& request, std::string_view secret_key, const VerifyOptions& options,
               bool explain, Verification& out) {
  Report report(out, explain);
  std::string_view pairs = raw_pairs_of(request);
  Scheme scheme = find_pair(pairs, "SignatureMethod") == "HmacSHA256" ? Scheme::kV1Sha256 : Scheme::kV1Sha1;
  out.received = find_pair(pairs, "Signature").value_or("");
  std::optional<std::string> timestamp = find_pair(pairs, "Timestamp");
  if (check_time(report, timestamp ? &*timestamp : nullptr, options)) return;
  const std::string* sent = find_header(request.headers, "Host");
  std::string_view host = sent ? trimmed(*sent) : std::string_view();
  std::string to_sign, expected;
  for (std::string_view as : {host, without_port(host)}) {
    if (!expected.empty() && (!options.host_without_port || as == host)) break;
    std::string text = v1_string_to_sign(request, as);
    std::string signature = v1_signature(secret_key, scheme, text);
    bool matches = equal_in_constant_time(signature, out.received);
    if (!matches && !expected.empty()) break;
    to_sign = std::move(text);
    expected = std::move(signature);
    if (matches) break;
  }
  if (!equal_in_constant_time(expected, out.received)) report.mismatch();
  if (!explain) return;
  if (!out.ok()) report.conclude(v1_leniency(request, secret_key, scheme, out.received));
  out.string_to_sign = std::move(to_sign);
  out.expected = std::move(expected);
}

std::string value_or_empty(const std::string* text) { return text ? *text : ""; }

}  // namespace

std::optional<Claim> claim_of(const HttpRequest& request) {
  if (speaks_tc3(request)) {
    const std::string* authorization = find_header(request.headers, "Authorization");
    if (!authorization) return std::nullopt;
    std::optional<Tc3Authorization> claimed = parse_tc3_authorization(*authorization);
    return Claim{.scheme = Scheme::kTc3,
                 .secret_id = claimed ? std::move(claimed->secret_id) : "",
                 .token = value_or_empty(find_header(request.headers, "X-TC-Token")),
                 .timestamp = value_or_empty(find_header(request.headers, "X-TC-Timestamp"))};
  }
  std::string_view pairs = raw_pairs_of(request);
  if (!find_pair(pairs, "Signature")) return std::nullopt;
  bool sha256 = find_pair(pairs, "SignatureMethod") == "HmacSHA256";
  return Claim{.scheme = sha256 ? Scheme::kV1Sha256 : Scheme::kV1Sha1,
               .secret_id = find_pair(pairs, "SecretId").value_or(""),
               .token = find_pair(pairs, "Token").value_or(""),
               .timestamp = find_pair(pairs, "Timestamp").value_or("")};
}

Verification verify(const HttpRequest& request, std::string_view secret_key, const VerifyOptions& options,
                    bool explain) {
  Verification out;
  if (speaks_tc3(request)) {
    if (const std::string* authorization = find_header(request.headers, "Authorization")) {
      verify_tc3(request, *authorization, secret_key, options, explain, out);
      return out;
    }
  } else if (find_pair(raw_pairs_of(request), "Signature")) {
    verify_v1(request, secret_key, options, explain, out);
    return out;
  }
  out.fault = VerifyFault::kNoCredentials;
  out.explanation = "there is neither an Authorization header nor a parameter Signature";
  return out;
}

}  // namespace diconform::wire
