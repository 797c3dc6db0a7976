#!/usr/bin/env python3
"""Count what a `meson test` run did and close with `N passed, N failed, N skipped`.

    tools/tally.py BUILD_DIR

Every TAP line counts, and every test without TAP.  A program that dies counts
as one failed test more.  Failed and skipped ones are named, with their reason.
Exits 1 when a test failed or none ran.
"""
import glob
import json
import re
import sys

LINE = re.compile(r"^(not ok|ok)\b\s*\d*\s*-?\s*(.*)$")
SKIP = re.compile(r"#\s*skip\b[:\s]*(.*)", re.IGNORECASE)
GOOD = ("OK", "EXPECTEDFAIL")
BAD = ("FAIL", "ERROR", "TIMEOUT", "UNEXPECTEDPASS", "INTERRUPT")


def subtests(test):
    """(passed, failed names, skipped names) by the test's TAP lines."""
    passed, failed, skipped = 0, [], []
    for line in test.get("stdout", "").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        skip = SKIP.search(match[2])
        if skip:
            skipped.append(match[2])
        elif match[1] == "ok":
            passed += 1
        else:
            failed.append(match[2])
    return passed, failed, skipped


def last_line(test):
    lines = (test.get("stdout", "") + "\n" + test.get("stderr", "")).strip().splitlines()
    return lines[-1] if lines else "no reason given"


def told(test):
    """What a failed test printed, without what went well."""
    lines = (test.get("stdout", "") + test.get("stderr", "")).splitlines()
    good = [line.startswith("ok ") for line in lines] + [False]
    kept = [line for n, line in enumerate(lines) if not good[n] and not (good[n + 1] and re.match(r"# \S", line))]
    return "\n".join("    " + line for line in kept[-100:])


def main():
    passed = failed = skipped = 0
    tests = []
    for path in glob.glob(sys.argv[1] + "/meson-logs/testlog*.json"):
        with open(path, encoding="utf-8", errors="replace") as log:
            tests += [json.loads(line) for line in log]
    for test in tests:
        name, result = test["name"], test["result"]
        ok, not_ok, skip = subtests(test)
        if not (ok or not_ok or skip):
            ok = int(result in GOOD)
            skip = [last_line(test)] if result == "SKIP" else []
        if result in BAD and not not_ok:
            not_ok = ["%s, exit %s: %s" % (result.lower(), test.get("returncode"), last_line(test))]
        for reason in skip:
            print("skipped  %s: %s" % (name, reason))
        for reason in not_ok:
            print("FAILED   %s: %s" % (name, reason))
        if not_ok:
            print(told(test))
        passed, failed, skipped = passed + ok, failed + len(not_ok), skipped + len(skip)
    if passed + failed == 0:
        print("FAILED   no test ran")
        failed = 1
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
