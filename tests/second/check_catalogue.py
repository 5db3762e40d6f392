#!/usr/bin/env python3
"""The whole catalogue against the second endpoint: faultless, and with each of its faults, from outside.

A fault is caught only by exit code 1 and a finding on a clause that it breaks. DICONFORM names the binary; left out, it
is the release. CI runs a few faults, `--all` every one (about ten minutes)."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = str(pathlib.Path(os.environ.get("DICONFORM", ROOT / "build/release/diconform")).resolve())
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DICONFORM_")}

IDS, MALFORMED, ABSENT = "image-id.language", "errors.malformed", "errors.not-found"
STATE, SHARED, TASK, BATCH = "errors.incorrect-state", "errors.in-shared", "errors.task-running", "batch.all-or-nothing"
REMOVES, OTHERS, DRY, ANSWER = "delete.removes-the-images", "delete.leaves-the-others", "dry-run.changes-nothing", "dry-run.answer"
GONE, KEPT, APART = "snapshots.deleted-when-asked", "snapshots.kept-by-default", "snapshots.leaves-the-others"
# fault -> the clauses it breaks; a finding on one of them catches it.
BREAKS = {
    **{name: {IDS} for name in FAULTS if name.startswith("id-")},
    "code-not-found": {ABSENT}, "code-creating": {STATE}, "code-shared": {SHARED}, "code-task": {TASK},
    "code-missing": {"parameters.image-ids-required"}, "code-unknown-secret": {"auth.secret-id"},
    "limit-off-by-one": {"errors.limit-exceeded"}, "state-using-deletable": {STATE},
    "state-creating-deletable-by-get": {STATE}, "shared-twice-deletable": {SHARED}, "task-ignored": {TASK},
    "batch-stops-half-way": {BATCH}, "refusal-deletes-the-good": {BATCH}, "missing-skipped": {ABSENT, BATCH},
    "batch-first-only": {REMOVES}, "third-call-idle": {REMOVES}, "delete-by-prefix": {OTHERS},
    "dry-run-deletes": {DRY}, "dry-run-deletes-by-query": {DRY}, "dry-run-quoted-deletes": {DRY},
    "dry-run-deletes-snapshots": {DRY}, "dry-run-changes-state": {DRY}, "dry-run-always-passes": {ANSWER},
    "snapshots-always-deleted": {KEPT}, "snapshots-never-deleted": {GONE}, "snapshots-deleted-when-false": {KEPT},
    "snapshots-first-only": {GONE}, "snapshots-of-another": {APART},
    "rate-none": {"rate.ten-per-second"}, "rate-twenty": {"rate.ten-per-second"}, "rate-delays": {"rate.ten-per-second"},
    "rate-refused-executes": {"rate.no-effect"}, "rate-wrong-code": {"rate.code"}, "rate-http-429": {"envelope.http-status"},
    "rate-dry-run-free": {"rate.ten-per-second"}, "rate-shared-by-accounts": {"accounts.apart"},
    "status-500-on-errors": {"envelope.http-status"}, "content-type-html": {"envelope.content-type"},
    "request-id-missing": {"envelope.request-id"}, "request-id-constant": {"envelope.request-id-unique"},
    "request-id-not-uuid": {"envelope.request-id"}, "request-id-repeats": {"envelope.request-id-unique"},
    "error-without-code": {"envelope.shape"}, "code-in-wrong-place": {"envelope.shape"}, "unwrapped": {"envelope.shape"},
    "json-second-id-dropped": {"encoding.json", REMOVES}, "query-first-id-only": {"encoding.query", REMOVES},
    "ids-beyond-ten-dropped": {"encoding.json", REMOVES}, "plus-not-decoded": {"encoding.percent-and-plus"},
    "percent-not-decoded": {"encoding.percent-and-plus"}, "form-dry-run-ignored": {DRY},
    "one-string-for-a-list": {"parameters.types"},
    "signature-unchecked": {"auth.signature"}, "v1-unchecked": {"auth.signature"}, "body-unchecked": {"auth.signature"},
    "skew-unchecked": {"auth.expiry"}, "skew-future-unchecked": {"auth.expiry"}, "token-unchecked": {"auth.token"},
    "delete-in-every-account": {"accounts.apart"},
    "two-winners": {"concurrency.one-winner"}, "lost-update": {"concurrency.one-winner"}}
# No defect by the pages, which are silent: another answer to a choice, which is told where a target file pins it.
LAWFUL = {"unknown-parameter-ignored": ("parameter.unknown", "refused")}
# One of each group, the conditional ones first; none that takes a rate episode.
IN_CI = ["id-first-only", "limit-off-by-one", "third-call-idle", "dry-run-quoted-deletes", "one-string-for-a-list",
         "token-unchecked", "two-winners"]


def judged(fault, *arguments, constant=None):
    """The exit code and the report of a run against the endpoint with this fault; None = faultless."""
    command = [sys.executable, str(ROOT / "tests/second/endpoint.py"), "--port", "0", *(["--fault", fault] if fault else []),
               *(["--constant", constant] if constant else [])]
    with tempfile.TemporaryDirectory(prefix="diconform-") as folder, \
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as endpoint:
        try:
            words = endpoint.stdout.readline().split()
            rate = "auto" if fault and fault.startswith("rate-") else "skip"
            for name, content in [a for a in arguments if isinstance(a, tuple)]:
                (pathlib.Path(folder) / name).write_text(json.dumps(content))
            done = subprocess.run([BINARY, "run", *[a for a in arguments if isinstance(a, str)], "--endpoint", words[1], "--world",
                                   words[3], "--rate-trials", rate, "--report", "json=report.json"],
                                  cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=900)
            return done.returncode, json.loads((pathlib.Path(folder) / "report.json").read_text())
        finally:
            endpoint.kill()


def failures(report):
    return {finding["clause"] for outcome in report["outcomes"] for finding in outcome["findings"]
            if finding["severity"] == "failure"}


class TheCatalogue(unittest.TestCase):
    faults = IN_CI

    def test_raises_no_alarm_and_verifies_nearly_all(self):
        code, report = judged(None)
        self.assertEqual((code, failures(report)), (0, set()))
        self.assertGreaterEqual(report["counts"]["pass"], 0.99 * sum(report["counts"].values()))

    def test_knows_what_every_fault_breaks(self):
        self.assertEqual(set(BREAKS) | set(LAWFUL), set(FAULTS))

    def test_catches_each_fault_on_its_clause(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for fault, (code, report) in zip(self.faults, pool.map(judged, self.faults)):
                with self.subTest(fault):
                    self.assertEqual(code, 1)
                    self.assertTrue(failures(report) & BREAKS[fault], f"wanted {BREAKS[fault]}, found {failures(report)}")

    def test_lets_pass_nothing_that_says_nothing_of_the_request(self):
        for code in ("InternalError", "RequestLimitExceeded"):
            with self.subTest(code):
                exit_code, report = judged(None, constant=code)
                self.assertEqual(exit_code, 1)
                passed = [o["trial"] for o in report["outcomes"] if o["verdict"] == "pass" and not o["findings"]]
                self.assertEqual(passed, [])

    def test_lets_pass_nothing_that_is_untrue(self):
        for code, pattern in (("InvalidImageId.NotFound", "dry-run"), ("AuthFailure.SignatureFailure", "batch-*"),
                              ("MissingParameter", "batch-*"), ("InvalidParameterValue.LimitExceeded", "booleans")):
            with self.subTest(code):
                exit_code, report = judged(None, pattern, constant=code)
                self.assertEqual(exit_code, 1)
                self.assertEqual([o["trial"] for o in report["outcomes"] if o["verdict"] == "pass"], [])

    def test_tells_another_lawful_answer_where_it_is_pinned(self):
        for fault, (choice, answer) in LAWFUL.items():
            with self.subTest(fault):
                self.assertEqual(judged(fault, "parameter-*")[0], 0)
                code, report = judged(fault, ("target.json", {"choices": {choice: answer}}), "--target", "target.json",
                                      "parameter-*")
                self.assertEqual((code, failures(report)), (1, {"choices.pinned"}))


if __name__ == "__main__":
    if "--all" in sys.argv:
        sys.argv.remove("--all")
        TheCatalogue.faults = list(BREAKS)
    unittest.main()
