#!/usr/bin/env python3
"""A campaign from outside: from a faulty endpoint to a case in a catalogue, after a kill, with known failures."""
import json
import re
import shutil
import signal
import subprocess
import unittest

from end_to_end import BINARY, ENVIRONMENT, ROOT, EndToEnd

FAULT = "missing-is-ignored"


class Campaign(EndToEnd):
    def fuzz(self, where, *arguments, code, seconds="3s"):
        # One job: two could tell the same defect by two clauses at the same moment.
        return self.exits(code, "fuzz", *where, "--seed", "5", "--jobs", "1", "--time", seconds, *arguments)

    def found(self):
        return sorted((self.folder / "findings").glob("*.json"))

    def test_a_right_endpoint_gets_zero(self):
        self.fuzz(self.served(BINARY, "serve"), code=0)
        self.assertEqual(self.found(), [])

    def test_a_finding_becomes_a_case_that_fails_there_and_passes_on_a_right_endpoint(self):
        faulty = self.served(BINARY, "serve", "--fault", FAULT)
        said = self.fuzz(faulty, code=1).stderr
        finding = self.found()[0]
        self.assertIn(f"diconform run findings/{finding.name}", said)
        self.exits(1, "run", finding, *faulty)
        self.exits(0, "run", finding, *self.served(BINARY, "serve"))
        shutil.copytree(ROOT / "cases", self.folder / "cases")
        self.exits(0, "promote", finding)
        self.assertFalse(finding.exists())
        self.assertIn("errors.not-found", self.exits(1, "run", "found", "--cases", "cases", *faulty).stderr)
        self.exits(0, "run", "found", "--cases", "cases", *self.served(BINARY, "serve"))

    def test_what_was_promoted_twice_has_two_names(self):
        faulty = self.served(BINARY, "serve", "--fault", FAULT)
        self.fuzz(faulty, code=1)
        finding, text = self.found()[0], self.found()[0].read_text()
        shutil.copytree(ROOT / "cases", self.folder / "cases")
        self.exits(0, "promote", finding)
        finding.write_text(text)
        self.exits(0, "promote", finding)
        suite = json.loads((self.folder / "cases/endpoint/found/found.json").read_text())
        names = [case["name"] for case in suite["cases"]]
        self.assertEqual(names, [finding.stem, finding.stem + "-2"])

    def test_after_a_kill_it_goes_on_with_what_was_found(self):
        faulty = self.served(BINARY, "serve", "--fault", FAULT)
        command = [BINARY, "fuzz", *faulty, "--seed", "5", "--time", "60s", "--journal", "journal"]
        process = subprocess.Popen(command, cwd=self.folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        seen_requests, found = 0, []
        for line in process.stderr:
            found += re.findall(r"diconform run findings/(\S+)", line)
            progress = re.match(r" *[0-9.]+ s  (\d+) requests", line)
            seen_requests = int(progress[1]) if progress else seen_requests
            if found and progress:
                break
        process.send_signal(signal.SIGKILL)
        process.stderr.close()
        process.wait(10)
        self.assertTrue(found)
        shutil.rmtree(self.folder / "findings")
        done = self.exits(1, "fuzz", *faulty, "--seed", "5", "--time", "4s", "--journal", "journal", "--report", "json=r.json")
        went_on = re.search(r"goes on after ([0-9.]+) s, (\d+) requests, (\d+) findings", done.stderr)
        self.assertTrue(went_on, done.stderr)
        self.assertGreaterEqual(int(went_on[2]), seen_requests)
        self.assertGreaterEqual(int(went_on[3]), 1)
        again = [finding.name for finding in self.found()]
        for name in set(found):
            self.assertIn(name.rsplit("-", 1)[0], [other.rsplit("-", 1)[0] for other in again])

    def test_a_listed_finding_is_no_red(self):
        faulty = self.served(BINARY, "serve", "--fault", FAULT)
        entry = {"trial": "findings/*", "clause": "errors.not-found", "reason": "issue 12"}
        listed = self.write("known.json", {"knownFailures": [entry]})
        self.fuzz(faulty, "--known-failures", listed, "--report", "json=r.json", code=0)
        report = json.loads((self.folder / "r.json").read_text())
        self.assertGreaterEqual(report["counts"]["knownFailure"], 1)
        self.assertTrue(report["complete"])
        other = self.write("other.json", {"knownFailures": [entry | {"clause": "errors.malformed"}]})
        self.fuzz(faulty, "--known-failures", other, code=1)
        self.exits(2, "fuzz", *faulty, "--known-failures", "not-there.json")

    def test_so_many_scenarios_must_have_been_judged(self):
        where = self.served(BINARY, "serve")
        self.fuzz(where, "--min-verified", "1000000000", code=4, seconds="1s")
        self.fuzz(where, "--min-verified", "2", code=0, seconds="1s")
        self.fuzz(where, "--rate-trials", "only", code=2)

    def test_the_report_has_the_members_that_reports_have(self):
        where = self.served(BINARY, "serve")
        self.fuzz(where, "--report", "json=r.json", code=0, seconds="1s")
        report = json.loads((self.folder / "r.json").read_text())
        self.assertNotIn("characteristics", report)
        [rest] = [outcome for outcome in report["outcomes"] if outcome["case"] == "campaign/all-else"]
        self.assertRegex(rest["reason"], r"\d+ requests .* model coverage: \d+ options, \d+ pairs, \d+ decisions")


if __name__ == "__main__":
    unittest.main()
