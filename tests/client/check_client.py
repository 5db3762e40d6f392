"""Proves the client catalogue by the toy: without a fault it passes everything (--strict), each of its faults is caught by name.

    check_client.py [FAULT…]     with names: those faults alone
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import toy_faults  # noqa: E402

TOY = [sys.executable, os.path.join(HERE, "toy.py")]


def judge(patterns, driver, *options, isolated="never"):
    """The report of one `diconform client`, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        done = subprocess.run([os.environ["DICONFORM"], "client", *patterns, "--isolated", isolated, "--seed", "1", "--strict",
                               "--report", "json=" + path, *options, "--", *driver],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if not os.path.exists(path):
            return {"outcomes": [], "stderr": done.stderr}, done.returncode
        with open(path) as report:
            return json.load(report), done.returncode


def clauses(report):
    return {finding["clause"] for outcome in report["outcomes"] if outcome["verdict"] == "fail"
            for finding in outcome["findings"] if finding["severity"] == "failure"}


def alone(report):
    """Whether this machine has no isolated place to look at it in."""
    return any("isolated place" in o["reason"] for o in report["outcomes"])


def faultless():
    report, code = judge([], TOY)
    more, more_code = judge(["client-hosts*", *toy_faults.ISOLATED], TOY, isolated="auto")
    if not alone(more):
        code, report["outcomes"] = code or more_code, report["outcomes"] + more["outcomes"]
    wrong = [f"{o['trial']}: {o['verdict']}: {o['reason']}" for o in report["outcomes"]
             if o["verdict"] not in ("pass", "skipped")]
    if code != 0 or wrong or len(report["outcomes"]) < 900:
        return [f"the faultless toy: exit code {code}", *wrong[:20], report.get("stderr", "")]
    return []


def caught(name):
    clause, pattern, _ = toy_faults.FAULTS[name]
    isolated = "auto" if pattern.startswith(tuple(p.rstrip("*") for p in toy_faults.ISOLATED)) else "never"
    report, code = judge([pattern], [*TOY, "--fault", name], "--jobs", "2", isolated=isolated)
    if isolated == "auto" and alone(report):
        print(f"NOT CHECKED: {name} needs an isolated place")
        return []
    found = clauses(report)
    if clause in found and code == 1:
        return []
    return [f"{name}: exit code {code}, expected a finding on {clause}, found {sorted(found)} in {pattern} "
            f"{report.get('stderr', '')}"]


def runner():
    """Drivers that are no good: what each costs, and whose fault that is."""
    problems = []
    for kind, code, verdict, clause in (("lying", 1, "fail", "client.send.arrives"),
                                        ("dying", 1, "fail", "client.process.survives"),
                                        ("talkative", 3, "error", None)):
        report, exited = judge(["client-send/one-image*"], [sys.executable, os.path.join(HERE, "bad_driver.py"), kind])
        performed = [o for o in report["outcomes"] if o["verdict"] != "skipped"]
        wrong = [o["trial"] for o in performed if o["verdict"] != verdict
                 or clause and clause not in [f["clause"] for f in o["findings"]]]
        if exited != code or wrong or not performed:
            problems.append(f"{kind}: exit code {exited}, {wrong} {report.get('stderr', '')}")
    if judge([], ["/nonexistent/driver"])[1] != 3:
        problems.append("a driver that is not there is not exit code 3")
    return problems


def main():
    start, names = time.monotonic(), sys.argv[1:] or list(toy_faults.FAULTS)
    problems = [] if sys.argv[1:] else faultless() + runner()
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for found in pool.map(caught, names):
            problems += found
    for problem in problems:
        print(problem)
    print(f"{len(names)} faults, {len(problems)} problems, {time.monotonic() - start:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
