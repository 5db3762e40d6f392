#include <gtest/gtest.h>

#include "samples.h"

namespace diconform::reports {
namespace {

TEST(Markdown, SaysOnOnePageWhatARunCameTo) {
  EXPECT_EQ(told(make_markdown, sample_report()), R"(## diconform `http://127.0.0.1:8080`

❌ **No judgement: 1 of 8 trials could not be carried out. Of the others 1 failed.**

| trials | | |
|---:|---|---|
| 2 | passed | as the manual says |
| 1 | failed | the target broke a clause of the manual |
| 1 | failed as known | listed among the known failures, each with a reason |
| 1 of 8 | not carried out | diconform, the world hook or the driver could not work: says nothing about the target |
| 1 | inconclusive | repeated and still too noisy to tell |
| 1 | not testable here | the world they need cannot be made or looked at |
| 1 | skipped | deselected, or the target lacks the feature |

### Failed

#### `dry-run/changes-nothing[2023-03-27,query,tc3]`

- reason: `a dry run deleted img-1a2b3c4d`
- clause `dry-run.changes-nothing`, at `step 1, image $victim`
  - expected: `the world as it was`
  - observed: `img-1a2b3c4d is gone`
- repeat: `diconform run 'dry-run/changes-nothing[2023-03-27,query,tc3]' --seed 7`
- curl: `curl -sS 'http://127.0.0.1:8080/?Action=DeleteImages'`

### Not carried out

#### `errors/creating[2023-03-27,json,tc3]`

- reason: `the hook answered 500`

### Inconclusive

#### `rate/ten-a-second[2023-03-27,json,tc3]`

- reason: `the schedule slipped`

### Warnings: clauses broken that do not gate

| times | clause | such as |
|---:|---|---|
| 1 | `envelope.content-type` | `envelope/has-a-uuid[2023-03-27,json,tc3]` |

### What the target does where the manual leaves it open

| choice | answer | seen in |
|---|---|---|
| `dry-run.passing-answer` | `success` | 3 trials |

### What was measured

- `maxImageIds`: `100`
- `rateTrials, in rate/ten-a-second[2023-03-27,json,tc3]`: `acceptedPerSecond 10.5, refused 105`

diconform `0.1.0`, edition `2023-03-27`, seed 7, shard `1/1`, 3.2 s
)");
}

TEST(Markdown, ClosesNoCodeSpanForATarget) {
  result::Report report = sample_report();
  report.outcomes[1].findings[0].observed = "`` ` <img src=x> [link](http://e)\n\n# heading";
  report.summary.choices = {{"a|b", {"x | `y`", {}}}};
  std::string text = told(make_markdown, report);
  EXPECT_NE(text.find("observed: ``` `` ` <img src=x> [link](http://e)\\n\\n# heading ```\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("| `a\\|b` | `` x \\| `y` `` | 0 trials |"), std::string::npos) << text;
}

TEST(Markdown, StaysSmallHoweverMuchFails) {
  result::Report report = sample_report();
  report.outcomes.assign(300, sample_failure());
  for (result::Outcome& outcome : report.outcomes) outcome.findings[0].observed = std::string(100'000, 'x');
  std::string text = told(make_markdown, report);
  EXPECT_LT(text.size(), 100'000u);
  EXPECT_NE(text.find("- and 100 more\n"), std::string::npos);
}

}  // namespace
}  // namespace diconform::reports
