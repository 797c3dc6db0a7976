"""Headers are the contract: each compiles alone, begins with its sentence, and is short."""
import re

import tree

FUNCTIONS_N = 9  # about seven is the aim


def alone(compiler):
    for path in tree.files(".h"):
        flags = ["-std=c17", "-Wall", "-Wextra", "-Werror", "-Isrc", "-I.", "-fsyntax-only", "-x", "c"]
        status, out = tree.run(compiler, *flags, path)
        if status:
            yield "%s: %s" % (path, out.splitlines()[0] if out else "?")


def functions(path):
    """Names of the functions that the header declares; inline ones are not counted."""
    source = re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*", "", tree.code(path), flags=re.M)
    while re.search(r"\{[^{}]*\}", source):
        source = re.sub(r"\{[^{}]*\}", " ", source)
    source = re.sub(r"\b(MUST_USE|PRINTF\s*\([^)]*\))", "", source)
    source = re.sub(r"\bstatic\s+inline\b[^()]*\([^()]*\)", "", source)
    return [m[1] for m in re.finditer(r"\b(\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*;", source)
            if "typedef" not in source[source.rfind(";", 0, m.start()) + 1:m.start()]]


def too_many():
    for path in tree.files(".h", under="src/"):
        names = functions(path)
        if len(names) > FUNCTIONS_N:
            yield "%s: %d functions: %s" % (path, len(names), ", ".join(names))


def unguarded():
    for path in tree.files(".h"):
        source = tree.text(path)
        room = path.split("/")
        stem = room[-1][:-2]
        guards = ["_".join((*head, stem, "H")).upper() for head in (room[-2:-1], room[:1], room[:-1])]
        if not re.match(r"/\*\s+(\* )?%s - " % re.escape(stem), source):
            yield '%s: does not begin with "%s - " and its sentence' % (path, stem)
        if not any("#ifndef %s\n#define %s\n" % (guard, guard) in source for guard in guards):
            yield "%s: no guard %s" % (path, guards[0])


cc = next((c for c in ("gcc", "cc", "clang") if tree.has(c)), None)
if not cc:
    tree.skip("no C compiler is here")
tree.tell(("each header compiles alone as C17", list(alone(cc))),
          ("each header begins with its name, its sentence and its guard", list(unguarded())),
          ("at most %d functions a header" % FUNCTIONS_N, list(too_many())))
