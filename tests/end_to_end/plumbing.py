#!/usr/bin/env python3
"""What surrounds the verdict, from outside: the terminal, shards of the environment, truncated reports, every capture,
the guard, and the catalogue as GoogleTests."""
import json
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import time
import unittest
import xml.etree.ElementTree

from end_to_end import BINARY, CAPTURES, ENVIRONMENT, FAULT, EndToEnd

GTEST = os.environ.get("DICONFORM_GTEST", str(pathlib.Path(BINARY).parent / "diconform-gtest"))
SILENT = {name: value for name, value in ENVIRONMENT.items() if not name.startswith(("TEST_", "GTEST_"))}


class Terminal(EndToEnd):
    def on_a_terminal(self, *arguments):
        """What a person would see, escape sequences and all."""
        ours, theirs = pty.openpty()
        environment = ENVIRONMENT | {"TERM": "xterm", "COLUMNS": "70"}
        environment.pop("NO_COLOR", None)
        process = subprocess.Popen([BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
                                   cwd=self.folder, env=environment)
        os.close(theirs)
        seen = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                some = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            seen += some
        os.close(ours)
        return process.wait(10), seen.decode()

    def test_a_progress_line_with_rate_and_time_left_that_is_gone_at_the_end(self):
        where = self.served(BINARY, "serve")
        code, seen = self.on_a_terminal("run", "dry-run", *where, "--pace", "40/s")
        self.assertEqual(code, 0)
        self.assertRegex(seen, r"\r\x1b\[2K\d+/\d+ done  0 failed  \d+/s  about .* left")
        self.assertNotIn("done", seen.rpartition("\x1b[2K")[2], "the progress line is still there")
        for line in seen.split("\r"):
            shown = line.replace("\x1b[2K", "")
            if " done " in shown:
                self.assertLess(len(shown), 70, "a line that wraps cannot be cleared")

    def test_a_failure_is_told_at_once_in_colour(self):
        where = self.served(BINARY, "serve", "--fault", FAULT)
        code, seen = self.on_a_terminal("run", "dry-run", *where)
        self.assertEqual(code, 1)
        self.assertRegex(seen, r"\x1b\[[0-9;]*mFAIL")

    def test_elsewhere_no_line_is_redrawn_and_nothing_is_painted(self):
        said = self.exits(1, "run", "dry-run", *self.served(BINARY, "serve", "--fault", FAULT)).stderr
        self.assertNotRegex(said, r"[\r\x1b]")


class Shards(EndToEnd):
    def planned(self, name, **environment):
        self.exits(0, "run", "dry-run", "--seed", "7", "--report", f"json={name}", **environment)
        report = json.loads((self.folder / name).read_text())
        return report["shard"], report["planned"]

    def test_of_bazel_and_of_googletest_part_the_trials(self):
        whole = self.planned("whole.json")[1]
        for total, index in (("TEST_TOTAL_SHARDS", "TEST_SHARD_INDEX"), ("GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX")):
            parts = [self.planned(f"{n}.json", **{total: "2", index: str(n)}) for n in (0, 1)]
            self.assertEqual([shard for shard, _ in parts], ["1/2", "2/2"])
            self.assertEqual(sorted(parts[0][1] + parts[1][1]), sorted(whole))
            self.exits(0, "report", "merge", "0.json", "1.json", "-o", "merged.json")

    def test_bazel_is_told_that_shards_are_known(self):
        self.planned("0.json", TEST_TOTAL_SHARDS="2", TEST_SHARD_INDEX="0", TEST_SHARD_STATUS_FILE=str(self.folder / "status"))
        self.assertTrue((self.folder / "status").exists())

    def test_one_that_was_dealt_nothing_is_zero_and_says_so(self):
        said = self.exits(0, "run", "dry-run/of-a-deletable-image", "--shard", "900/900").stderr
        self.assertIn("dealt no trial", said)

    def test_half_a_shard_is_a_usage_error(self):
        self.exits(2, "run", "dry-run", GTEST_TOTAL_SHARDS="2")
        self.exits(2, "run", "dry-run", "--shard", "3/2")


class TruncatedReports(EndToEnd):
    def refused(self, report):
        (self.folder / "edited.json").write_text(report if isinstance(report, str) else json.dumps(report))
        for verb in (["report", "merge", "edited.json"], ["report", "convert", "--to", "junit", "edited.json"],
                     ["report", "diff", "edited.json", "report.json"],
                     ["known-failures", "update", "none.json", "edited.json", "-o", "new.json"]):
            self.exits(2, *verb)

    def test_every_reader_refuses_one_that_is_cut_or_lacks_a_trial_or_miscounts(self):
        good = self.report("dry-run")
        self.write("none.json", {"knownFailures": []})
        text = (self.folder / "report.json").read_text()
        self.refused(text[:len(text) // 2])
        self.refused(good | {"complete": False})
        self.refused({name: value for name, value in good.items() if name != "complete"})
        self.refused(good | {"outcomes": good["outcomes"][:-1]})
        self.refused(good | {"counts": good["counts"] | {"pass": 1}})

    def test_a_report_that_cannot_be_written_is_no_success(self):
        self.assertNotEqual(self.run_it("run", "dry-run", "--report", "json=no/such/folder/report.json").returncode, 0)


class Interrupts(EndToEnd):
    def test_every_format_on_disk_is_valid_after_a_signal(self):
        where = self.served(BINARY, "serve")
        reports = [w for f in ("json", "junit", "html", "ndjson") for w in ("--report", f"{f}={f}")]
        process = subprocess.Popen([BINARY, "run", "dry-run", *where, "--pace", "20/s", *reports], cwd=self.folder,
                                   env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (self.folder / "ndjson").exists() or (self.folder / "ndjson").read_text().count("\n") < 4:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 130)
        report = json.loads((self.folder / "json").read_text())
        self.assertEqual((report["complete"], sum(report["counts"].values())), (False, len(report["outcomes"])))
        self.assertIs(json.loads((self.folder / "ndjson").read_text().splitlines()[-1])["complete"], False)
        xml.etree.ElementTree.parse(self.folder / "junit")
        self.assertIn("Interrupted", (self.folder / "html").read_text())


class Characteristics(EndToEnd):
    def test_what_the_rate_trials_measured_is_told(self):
        report = self.report("rate/*")
        measured = report["characteristics"]["rateTrials"]
        self.assertEqual(set(measured), set(report["planned"]))
        self.assertEqual({member["acceptedPerSecond"] for member in measured.values()}, {10})
        self.assertIn("acceptedPerSecond", self.exits(0, "run", "rate/dry*").stderr)
        self.assertNotIn("characteristics", self.report("dry-run"))


class Captures(EndToEnd):
    def test_inspect_says_of_each_what_an_independent_verifier_said(self):
        captures = json.loads((CAPTURES / "index.json").read_text())["captures"]
        self.assertEqual(len(captures), 330)
        for capture in captures:
            with self.subTest(capture["file"]):
                said = self.exits(0 if capture["verifies"] else 1, "inspect", CAPTURES / capture["file"],
                                  "--now", capture["timestamp"], DICONFORM_SECRET_KEY=capture["secret_key"]).stdout
                self.assertEqual("would verify if forgiven: " in said, not capture["verifies"], said)

    def test_inspect_refuses_a_wrong_key_a_late_clock_and_what_is_no_request(self):
        capture = json.loads((CAPTURES / "index.json").read_text())["captures"][0]
        file, now = CAPTURES / capture["file"], capture["timestamp"]
        self.exits(1, "inspect", file, "--now", now, DICONFORM_SECRET_KEY="another")
        self.exits(1, "inspect", file, "--now", now + 301, DICONFORM_SECRET_KEY=capture["secret_key"])
        self.exits(2, "inspect", file, "--now", now)
        (self.folder / "garbage").write_bytes(bytes(range(256)))
        self.exits(2, "inspect", "garbage", DICONFORM_SECRET_KEY="k")


class GoogleTest(EndToEnd):
    def tested(self, *arguments, code=0, where=(), **more):
        names = {"--endpoint": "DICONFORM_ENDPOINT", "--world": "DICONFORM_WORLD"}
        environment = SILENT | more | {names[flag]: value for flag, value in zip(where[::2], where[1::2])}
        done = subprocess.run([GTEST, *arguments], env=environment, cwd=self.folder, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout[-1500:] + done.stderr[-1500:])
        return done.stdout

    def test_lists_every_case_of_the_catalogue(self):
        listing = json.loads(self.exits(0, "list", "--format", "json").stdout)
        cases = {case["case"].replace("-", "_").replace(".", "_") for case in listing}
        suite, listed = "", set()
        for line in self.tested("--gtest_list_tests").splitlines():
            if line.startswith("  "):
                listed.add(suite + line.split()[0])
            elif line.endswith("."):
                suite = line[:-1] + "/"
        self.assertGreater(len(listed), 100)
        self.assertLessEqual(listed, cases)
        self.assertEqual({case for case in cases if case.startswith("dry_run/")},
                         {case for case in listed if case.startswith("dry_run/")})

    def test_a_filter_chooses_and_one_that_leaves_nothing_is_no_success(self):
        said = self.tested("--gtest_filter=dry_run.of_a_deletable_image")
        self.assertIn("1 test ran", said.replace("1 test from 1 test suite ran", "1 test ran"))
        self.tested("--gtest_filter=no_such_case", code=4)

    def test_shards_part_the_cases(self):
        ran = []
        for index in ("0", "1"):
            said = self.tested("--gtest_filter=dry_run.*", GTEST_TOTAL_SHARDS="2", GTEST_SHARD_INDEX=index)
            ran += [line.split()[3] for line in said.splitlines() if line.startswith("[       OK ] ")]
        whole = self.tested("--gtest_filter=dry_run.*")
        self.assertEqual(sorted(ran), sorted(line.split()[3] for line in whole.splitlines() if line.startswith("[       OK ] ")))
        self.assertGreater(len(ran), 1)

    def test_a_fault_shows_its_clause(self):
        where = self.served(BINARY, "serve", "--fault", FAULT)
        said = self.tested("--gtest_filter=dry_run.*", where=where, code=1)
        self.assertIn("dry-run.changes-nothing", said)
        self.assertIn("[  FAILED  ] dry_run.of_a_deletable_image", said)

    def test_what_cannot_be_tested_is_skipped_with_the_reason(self):
        where = self.served(BINARY, "serve")[:2]
        said = self.tested("--gtest_filter=dry_run.of_a_deletable_image", where=where)
        self.assertIn("[  SKIPPED ]", said)
        self.assertIn("no --world: images cannot be made", said)

    def test_an_endpoint_that_is_not_there_is_no_success(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            self.tested(where=["--endpoint", f"http://127.0.0.1:{held.getsockname()[1]}"], code=3)


if __name__ == "__main__":
    unittest.main()
