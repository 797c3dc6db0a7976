"""check - every domain of the lab, as `postseal check` judges it.  TAP out.

    check.py POSTSEAL [quick]

expect.tbl says what must be found.  A domain is right when
  * every finding of its column `checks` is there,
  * nothing else of severity fatal, error or unknown is,
  * the verdict is fatal where a sender by the letter defers the mail.
Domains with something in the column `deep` are checked a second time with --deep and
--probe-reports; those findings must come then.  quick: 15 seconds a domain, without what
says "slow" there, and without the second look.
Without root or namespaces one test is skipped.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = [os.path.join(HERE, "lab.sh")]
CA = os.path.join(HERE, "..", "..", "build", "lab", "ca.pem")


def expected():
    """{domain: (literal, checks, deep)}"""
    rows = {}
    for line in open(os.path.join(HERE, "expect.tbl"), encoding="utf-8"):
        fields = line.split("#")[0].split()
        if fields:
            domain, _, literal, _, checks, deep = (fields + ["-"])[:6]
            rows[domain] = (literal, ids(checks), ids(deep))
    return rows


def ids(column):
    return set() if column == "-" else set(column.split(","))


def checked(postseal, domains, *options):
    """{domain: result}; all in one run, as hosters do it."""
    run = subprocess.run(LAB + ["exec", postseal, "check", "--ca-file", CA, "--from", "-", *options],
                         input="\n".join(domains), capture_output=True, text=True, timeout=300)
    return {r["domain"]: r for r in map(json.loads, run.stdout.splitlines())}


def wrong(result, literal, checks):
    found = {}
    for f in result["findings"]:
        found.setdefault(f["id"], set()).add(f["severity"])
    for identity in sorted(checks - found.keys()):
        if not identity.startswith("?"):
            yield "%s is missing" % identity
    for identity in sorted(found.keys() - {i.lstrip("?") for i in checks}):
        if found[identity] & {"fatal", "error", "unknown"}:
            yield "%s (%s) is too much" % (identity, ", ".join(sorted(found[identity])))
    if literal == "deferred" and result["verdict"] != "fatal":
        yield "the verdict is %s although mail is deferred" % result["verdict"]


def main():
    rows = expected()
    up = subprocess.run(LAB + ["up"], capture_output=True, text=True)
    if up.returncode == 77:
        print("1..0 # SKIP %s" % up.stderr.strip().splitlines()[-1])
        return 0
    if up.returncode:
        print("Bail out! %s" % up.stderr.strip())
        return 1
    try:
        number, bad = 0, 0
        quick = sys.argv[2:] == ["quick"]
        if quick:
            rows = {d: (l, c, set()) for d, (l, c, more) in rows.items() if "slow" not in more}
        rows = {d: (l, c, more - {"slow"}) for d, (l, c, more) in rows.items()}
        plain = checked(sys.argv[1], rows, *(["--timeout", "15"] if quick else []))
        again = [d for d in rows if rows[d][2]]
        deep = checked(sys.argv[1], again, "--deep", "--probe-reports") if again else {}
        for domain, (literal, checks, more) in rows.items():
            number += 1
            faults = ["there is no result"] if domain not in plain else list(wrong(plain[domain], literal, checks))
            if more:
                faults += ["with --deep: " + f for f in (["there is no result"] if domain not in deep
                           else wrong(deep[domain], literal, checks | more))]
            bad += bool(faults)
            print("%s %d - %s" % ("not ok" if faults else "ok", number, domain))
            for f in faults:
                print("#   %s" % f)
        print("1..%d" % number)
        return bad > 0
    finally:
        subprocess.run(LAB + ["down"], capture_output=True)


sys.exit(main())
