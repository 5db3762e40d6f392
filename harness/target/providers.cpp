#include "target/providers.h"

#include "base/text.h"
#include "target/exec_provider.h"
#include "target/hook_provider.h"
#include "target/static_provider.h"

namespace diconform::target {
namespace {

constexpr std::string_view kExec = "exec:", kStatic = "static:";

Result<MadeProvider> make_static(const std::string& spec, const ProviderContext& context) {
  if (!context.describe)
    return failure("--world " + quoted(spec), "images that exist can only be looked at through an endpoint",
                   "name one with --endpoint");
  TRY(std::unique_ptr<StaticProvider> made,
      StaticProvider::open(spec.substr(kStatic.size()), context.describe));
  std::vector<std::string> ids = made->ids();
  return MadeProvider{std::move(made), std::move(ids)};
}

}  // namespace

Result<MadeProvider> make_provider(const std::string& spec, const ProviderContext& context) {
  const std::string scheme = lower_case(spec.substr(0, spec.find(':') + 1));
  const bool says_more = spec.size() > scheme.size() && !trimmed(spec.substr(scheme.size())).empty();
  if (scheme == "http:" || scheme == "https:") {
    TRY(std::unique_ptr<HookProvider> hook, HookProvider::open(spec, context.ca_file));
    return MadeProvider{std::move(hook), {}};
  }
  if (spec.starts_with(kExec) && says_more)
    return MadeProvider{std::make_unique<ExecProvider>(spec.substr(kExec.size())), {}};
  if (spec.starts_with(kStatic) && says_more) return make_static(spec, context);
  return failure("--world " + quoted(spec), "is no world provider",
                 "one of http://HOST:PORT/PATH (a hook), exec:COMMAND, static:FILE");
}

}  // namespace diconform::target
