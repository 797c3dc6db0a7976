"""The files of the tree, and how a house test says what it found (TAP)."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOORS = ("base", "wire", "core", "io", "app")
PURE = FLOORS[:3]

# Strangers' bytes: no rule of ours holds there.
FOREIGN = re.compile(r"test/fuzz/corpus/|test/cases/(?!\w+\.(c|h)$|meson\.build$)")


def files(*endings, under=""):
    """Paths below the root that git knows or would add; without git, all but what was built."""
    git = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False) if has("git") else None
    if git and git.returncode == 0:
        paths = git.stdout.splitlines()
    else:
        paths = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [f for f in folders if f != ".git" and not f.startswith("build")]
            paths += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(p for p in paths if p.startswith(under) and not FOREIGN.match(p)
                  and (not endings or p.endswith(endings)) and os.path.isfile(os.path.join(ROOT, p)))


def has(program):
    return any(os.access(os.path.join(d, program), os.X_OK) for d in os.environ["PATH"].split(":"))


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def code(path):
    """The C text without comments and what stands in quotes; lines keep their numbers."""
    def blank(match):
        if match[0][0] == "/":
            return " " + "\n" * match[0].count("\n")
        return match[0][0] * 2
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text(path), flags=re.S)


def hits(path, source, pattern):
    """["path:line: match"] for every match of the pattern's first group, or the whole."""
    return ["%s:%d: %s" % (path, source.count("\n", 0, m.start()) + 1, m[m.lastindex or 0])
            for m in re.finditer(pattern, source)]


def run(*command):
    """(exit code, output) of a program, in the root."""
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    return done.returncode, done.stdout


def skip(reason):
    print("1..0 # SKIP " + reason)
    print(reason)
    sys.exit(77)


def tell(*rules):
    """One TAP line per (sentence, list of what breaks it); ends the program."""
    print("1..%d" % len(rules))
    for n, (sentence, broken) in enumerate(rules, 1):
        print("%sok %d - %s" % ("not " if broken else "", n, sentence))
        for line in broken:
            print("#   " + line)
    sys.exit(any(broken for _, broken in rules))
