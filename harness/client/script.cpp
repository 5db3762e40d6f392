#include "client/script.h"

#include <zlib.h>

#include <algorithm>

#include "base/text.h"

namespace diconform::client {
namespace {

// A reply that never comes: longer than any call is waited for.
constexpr std::int64_t kNeverUs = 600'000'000;

std::string bound(std::string text, const ScriptValues& values) {
  if (text.find('$') == text.npos) return text;
  text = replaced(std::move(text), "$requestId", values.request_id);
  text = replaced(std::move(text), "$here", values.here);
  return replaced(std::move(text), "$elsewhere", values.elsewhere);
}

std::string repeated(std::string_view text, std::int64_t times) {
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(times));
  for (std::int64_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string generated(const Generated& what, const ScriptValues& values) {
  const std::string start = R"({"Response":{"RequestId":")" + values.request_id + '"';
  std::string end = "}}";
  if (!what.error.empty())
    end = R"(,"Error":{"Code":")" + what.error + R"(","Message":")" + kServiceMessage + R"("}}})";
  switch (what.kind) {
    case Generated::Kind::kNone:
      return "";
    case Generated::Kind::kNested:
      return start + ",\"Nested\":" + repeated("[", what.count) + repeated("]", what.count) + end;
    case Generated::Kind::kPadding:
      return start + ",\"Padding\":\"" + repeated("x", what.count) + '"' + end;
    case Generated::Kind::kMembers:
      break;
  }
  std::string body = start;
  for (std::int64_t i = 0; i < what.count; ++i) body += ",\"m" + std::to_string(i) + "\":0";
  return body + end;
}

std::string chunked(std::string_view body, std::int64_t size) {
  std::string out;
  while (!body.empty()) {
    std::string_view piece = body.substr(0, static_cast<std::size_t>(size));
    char length[32];
    std::snprintf(length, sizeof length, "%zx\r\n", piece.size());
    out += length;
    out += piece;
    out += "\r\n";
    body.remove_prefix(piece.size());
  }
  return out + "0\r\n\r\n";
}

// The coding of the reply, "" for none: one that was not accepted is used only where the plan insists.
std::string coding_of(const ReplyPlan& plan, const wire::HttpRequest& request) {
  const std::string* accepted = wire::find_header(request.headers, "Accept-Encoding");
  auto if_accepted = [&](const char* name) {
    return accepted && lower_case(*accepted).find(name) != std::string::npos ? name : "";
  };
  switch (plan.coding) {
    case ReplyPlan::Coding::kNone:
      return "";
    case ReplyPlan::Coding::kGzip:
      return if_accepted("gzip");
    case ReplyPlan::Coding::kDeflate:
      return if_accepted("deflate");
    case ReplyPlan::Coding::kGzipUnasked:
      break;
  }
  return "gzip";
}

constexpr int kZlibWindow = 15, kGzipWindow = 15 + 16;  // as zlib asks for the two formats

std::string deflated(std::string_view bytes, int window) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

wire::HttpReply http_reply(const ReplyPlan& plan, std::string& body, const wire::HttpRequest& request,
                           const ScriptValues& values) {
  wire::HttpReply reply{plan.status, plan.reason, {}, ""};
  reply.headers.push_back({"Content-Type", "application/json"});
  if (const std::string coding = coding_of(plan, request); !coding.empty()) {
    body = deflated(body, coding == "gzip" ? kGzipWindow : kZlibWindow);
    reply.headers.push_back({"Content-Encoding", coding});
  }
  if (plan.chunk > 0) {
    body = chunked(body, plan.chunk);
    reply.headers.push_back({"Transfer-Encoding", "chunked"});
  } else {
    reply.headers.push_back({"Content-Length", plan.length.value_or(std::to_string(body.size()))});
  }
  if (plan.after == wire::AfterReply::kClose) reply.headers.push_back({"Connection", "close"});
  for (const auto& [name, value] : plan.headers) {
    if (value)
      wire::set_header(reply.headers, name, bound(*value, values));
    else
      wire::remove_header(reply.headers, name);
  }
  return reply;
}

void add_body(wire::ServerReply& reply, const ReplyPlan& plan, std::string_view body) {
  if (plan.cut) {
    const auto size = static_cast<std::int64_t>(body.size());
    const std::int64_t kept = *plan.cut < 0 ? size + *plan.cut : *plan.cut;
    body = body.substr(0, static_cast<std::size_t>(std::clamp<std::int64_t>(kept, 0, size)));
  }
  if (plan.drip_bytes <= 0) {
    reply.parts.back().bytes += body;
    return;
  }
  while (!body.empty()) {
    std::string_view piece = body.substr(0, static_cast<std::size_t>(plan.drip_bytes));
    reply.parts.push_back({plan.drip_ms * 1000, std::string(piece)});
    body.remove_prefix(piece.size());
  }
}

}  // namespace

std::string gzipped(std::string_view bytes) { return deflated(bytes, kGzipWindow); }

wire::ServerReply to_server_reply(const ReplyPlan& plan, const wire::HttpRequest& request,
                                  const ScriptValues& values) {
  wire::ServerReply reply;
  reply.after = plan.after;
  if (plan.kind == ReplyPlan::Kind::kSilence) {
    reply.parts.push_back({kNeverUs, ""});
    return reply;
  }
  reply.parts.push_back({plan.delay_ms * 1000, ""});
  if (plan.kind == ReplyPlan::Kind::kRaw) {
    const std::string raw = bound(plan.raw, values);
    add_body(reply, plan, raw);
    return reply;
  }
  std::string body = plan.generated.kind == Generated::Kind::kNone ? bound(plan.body, values)
                                                                   : generated(plan.generated, values);
  reply.parts.back().bytes = wire::to_bytes(http_reply(plan, body, request, values));
  add_body(reply, plan, body);
  return reply;
}

}  // namespace diconform::client
