// Faults about image IDs and about the errors they meet.
#include <algorithm>

#include "base/text.h"
#include "reference/faults.h"

namespace diconform::reference {
namespace {

using enum ProblemKind;

constexpr std::string_view kUsual = "0123456789abcdefghijklmnopqrstuvwxyz",
                           kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The usual language, varied in one part. The texts are literals.
struct Language {
  std::string_view prefix = "img-";
  std::size_t least = 8, most = 8;
  std::string_view more = "", less = "";  // characters beside the usual ones, and those of them that are none

  bool has(std::string_view id) const {
    if (!id.starts_with(prefix)) return false;
    std::string_view rest = id.substr(prefix.size());
    return rest.size() >= least && rest.size() <= most && std::ranges::all_of(rest, [&](char byte) {
             return (kUsual.contains(byte) && !less.contains(byte)) || more.contains(byte);
           });
  }
};
Language with_prefix(std::string_view prefix) { return {.prefix = prefix}; }
Language with_length(std::size_t least, std::size_t most) { return {.least = least, .most = most}; }
Language usual_and(std::string_view more) { return {.more = more}; }
Language usual_without(std::string_view less) { return {.less = less}; }

// Accepts what the language has beside the lawful IDs.
Bend also_accepts(const Language& language) {
  return {.accepts_id = [language](const Context& context, bool& accepted) {
    accepted = accepted || language.has(context.image_id);
  }};
}

// Refuses what the language has not.
Bend accepts_only(const Language& language) {
  return {.accepts_id = [language](const Context& context, bool& accepted) {
    accepted = accepted && language.has(context.image_id);
  }};
}

// Changes the ID first, and then looks whether it is one.
Bend accepts_after(std::string (*changed)(std::string_view)) {
  return {.accepts_id = [changed](const Context& context, bool& accepted) {
    accepted = accepted || Language().has(changed(context.image_id));
  }};
}

std::string without_space(std::string_view id) { return std::string(trimmed(id)); }
std::string up_to_nul(std::string_view id) { return std::string(id.substr(0, id.find('\0'))); }
std::string last_twelve(std::string_view id) {
  return std::string(id.substr(id.size() < 12 ? 0 : id.size() - 12));
}
std::string first_twelve(std::string_view id) { return std::string(id.substr(0, 12)); }
std::string lower(std::string_view id) { return lower_case(id); }
std::string without_last_line_end(std::string_view id) {
  if (id.ends_with('\n')) id.remove_suffix(1);
  return std::string(id);
}
std::string up_to_comma(std::string_view id) { return std::string(id.substr(0, id.find(','))); }

void begins_with_a_letter(const Context& context, bool& accepted) {
  if (context.image_id.size() > 4 && context.image_id[4] >= '0' && context.image_id[4] <= '9')
    accepted = false;
}

void accepts_behind_the_first(const Context& context, bool& accepted) {
  accepted = accepted || context.place > 0;
}

template <std::size_t kLeast, std::size_t kMost>
void forgets_sharing(const Context&, api::World& world) {
  for (api::Image& image : world.images)
    if (image.shared_to.size() >= kLeast && image.shared_to.size() <= kMost) image.shared_to.clear();
}

void cuts_the_list(const Context&, api::DeleteImages& request) {
  if (request.image_ids.size() > 100) request.image_ids.resize(100);
}

// The answer is that of an unknown image where the ID is not even well formed: nobody looks at its form.
void looks_at_no_form(const Context&, std::vector<Problem>& problems) {
  for (Problem& problem : problems)
    if (problem.kind == kMalformed) problem.kind = kNotFound;
}

}  // namespace

std::vector<Fault> image_id_faults() {
  using F = FaultRow;
  std::vector<F> rows = {
      F{"id-of-seven", "seven characters are enough", also_accepts(with_length(7, 7)), {in_second_place}},
      F{"id-of-ten", "ten characters will do", also_accepts(with_length(10, 10))},
      F{"id-of-any-length", "any length will do", also_accepts(with_length(1, 64)), {over_form}},
      F{"id-of-nothing", "img- alone is an ID", also_accepts(with_length(0, 0))},
      F{"id-with-capitals", "capitals are letters", also_accepts(usual_and(kUpper)), {in_second_place}},
      F{"id-with-capital-z", "Z is a lower-case letter", also_accepts(usual_and("Z"))},
      F{"id-with-hyphens", "a hyphen is a letter", also_accepts(usual_and("-"))},
      F{"id-with-underscores", "an underscore is a letter", also_accepts(usual_and("_"))},
      F{"id-with-brace", "letters end one too late, at {", also_accepts(usual_and("{"))},
      F{"id-with-backquote", "letters begin one too early, at `", also_accepts(usual_and("`"))},
      F{"id-with-colon", "digits end one too late, at :", also_accepts(usual_and(":"))},
      F{"id-with-slash", "digits begin one too early, at /", also_accepts(usual_and("/"))},
      F{"id-without-z", "letters end at y", accepts_only(usual_without("z"))},
      F{"id-without-9", "digits end at 8", accepts_only(usual_without("9"))},
      F{"id-hexadecimal", "only hexadecimal digits", accepts_only(usual_without("ghijklmnopqrstuvwxyz"))},
      F{"id-without-look-alikes", "l, o, 0 and 1 will not do", accepts_only(usual_without("lo01"))},
      F{"id-begins-with-a-letter", "a digit may not come first", {.accepts_id = begins_with_a_letter}},
      F{"id-unanchored-in-front", "what stands before it does not matter", accepts_after(last_twelve)},
      F{"id-unanchored-behind", "what stands behind it does not matter", accepts_after(first_twelve)},
      F{"id-before-a-line-end", "a line feed may follow", accepts_after(without_last_line_end)},
      F{"id-trimmed", "white space around it is cut off", accepts_after(without_space), {over_query}},
      F{"id-cut-at-nul", "it ends at a NUL", accepts_after(up_to_nul)},
      F{"id-cut-at-comma", "it ends at a comma", accepts_after(up_to_comma)},
      F{"id-folded", "case does not matter, of the prefix neither", accepts_after(lower)},
      F{"id-of-an-instance", "the prefix ins- will do", also_accepts(with_prefix("ins-"))},
      F{"id-of-a-snapshot", "the prefix snap- will do", also_accepts(with_prefix("snap-"))},
      F{"id-of-another-cloud", "the prefix ami- will do", also_accepts(with_prefix("ami-"))},
      F{"id-without-hyphen", "the hyphen may be missing", also_accepts(with_prefix("img"))},
      F{"id-with-two-hyphens", "the hyphen may be doubled", also_accepts(with_prefix("img--"))},
      F{"id-not-looked-at", "none is malformed", {.problems = looks_at_no_form}, {in_dry_runs, over_query}},
      F{"id-looked-at-in-front-only", "the first is looked at", {.accepts_id = accepts_behind_the_first}},
  };
  return group("image-id", {{"image-id.language", std::move(rows)}});
}

std::vector<Fault> error_faults() {
  using F = FaultRow;
  auto skip = [](ProblemKind kind) { return Bend{.problems = skips(kind)}; };
  auto skip_second = [](ProblemKind kind) { return Bend{.problems = skips_second(kind)}; };
  std::vector<F> missing = {
      F{"missing-is-ignored", "a missing image is no error", skip(kNotFound), {over_form, with_snapshots}},
      F{"missing-is-ignored-behind", "the second may be missing", skip_second(kNotFound)}};
  std::vector<F> malformed = {
      F{"malformed-is-ignored", "a malformed ID is no error", skip(kMalformed), {over_query}},
      F{"malformed-is-ignored-behind", "the second may be malformed", skip_second(kMalformed)}};
  std::vector<F> state = {
      F{"state-is-ignored", "states do not matter", skip(kIncorrectState), {over_query, after_a_dry_run}},
      F{"state-is-ignored-behind", "the second's state does not matter", skip_second(kIncorrectState)}};
  std::vector<F> shared = {
      F{"shared-is-ignored", "sharing does not matter", skip(kSharedOut), {over_form, in_batches}},
      F{"shared-is-ignored-behind", "the second may be shared", skip_second(kSharedOut)},
      F{"shared-with-one-is-ignored", "one account does not count", {.seen = forgets_sharing<1, 1>}},
      F{"shared-with-two-is-ignored", "several do not count", {.seen = forgets_sharing<2, 999>}},
      F{"shared-in-is-ignored", "what others share is deleted", skip(kSharedIn)}};
  std::vector<F> not_mine = {
      F{"public-is-ignored", "a public image is deleted", skip(kUnsupported), {over_query}},
      F{"public-is-ignored-behind", "the second may be public", skip_second(kUnsupported)}};
  std::vector<F> job = {
      F{"job-is-ignored", "a running job does not matter", skip(kTaskRunning), {with_snapshots}},
      F{"job-is-ignored-behind", "the second's job does not matter", skip_second(kTaskRunning)}};
  std::vector<F> limit = {
      F{"list-is-cut", "of a long list the first hundred count", {.request = cuts_the_list}, {over_json}},
      F{"list-is-forgotten",
        "a list too long is answered as a success",
        {.answer = says_for("InvalidParameterValue.LimitExceeded", "")},
        {over_query}}};
  return group("errors",
               {{"errors.not-found", std::move(missing)},
                {"errors.malformed", std::move(malformed)},
                {"errors.incorrect-state", std::move(state)},
                {"errors.in-shared", std::move(shared)},
                {"errors.unsupported-image", std::move(not_mine), "InvalidParameterValue.InvalidImageId"},
                {"errors.task-running", std::move(job), "MutexOperation.TaskRunning"},
                {"errors.limit-exceeded", std::move(limit), "InvalidParameterValue.LimitExceeded"}});
}

}  // namespace diconform::reference
