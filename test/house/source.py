"""What no source of ours holds: functions that cannot be used well, endless files, places of one machine."""
import re

import tree

BANNED = """strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets scanf sscanf fscanf strtok atoi atol atoll
    atof alloca system popen rand srand random srandom drand48 localtime gmtime ctime asctime tmpnam tempnam
    mktemp setjmp longjmp""".split()
MALLOC = "malloc calloc realloc reallocarray aligned_alloc free strdup strndup asprintf vasprintf".split()
LINES_N = 600
COLUMNS_N = 130  # 110 is the aim; a sentence for humans may end later
UNFINISHED = "TO" "DO|FIX" "ME|XX" "X"


def calls(names, paths):
    pattern = r"(?<![\w.>])(%s)\s*\(" % "|".join(names)
    return [hit for path in paths for hit in tree.hits(path, tree.code(path), pattern)]


def columns(line):
    return len(line.expandtabs(8))


ours = tree.files(".c", ".h", under="src/")
pure = [path for path in ours if path.split("/")[1] in tree.PURE]
written = tree.files(".c", ".h", ".sh", ".py", ".build")
texts = tree.files(".c", ".h", ".sh", ".py", ".build", ".md", ".txt", ".1", ".5", ".7", ".8", "Makefile", "run",
                   ".jsonl", ".conf", ".play", ".cli")
machine = r"(?<![\w.*/])(/(?:wo" r"rk|ro" r"ot|ho" r"me|Us" r"ers)(?:/\S*)?)(?![\w-])"

tree.tell(
    ("no function that cannot be used well", calls(BANNED, ours)),
    ("no malloc on the pure floors", calls(MALLOC, pure)),
    ("no file over %d lines" % LINES_N,
     ["%s: %d lines" % (p, n) for p in written for n in [tree.text(p).count("\n")] if n > LINES_N]),
    ("no line of C over %d columns" % COLUMNS_N,
     ["%s:%d: %d columns" % (p, n, columns(line)) for p in written if p.endswith((".c", ".h"))
      for n, line in enumerate(tree.text(p).splitlines(), 1) if columns(line) > COLUMNS_N]),
    ("no blank at the end of a line",
     [hit for p in written for hit in tree.hits(p, tree.text(p), r"[ \t]+(?=\n)")]),
    ("nothing unfinished", [hit for p in written for hit in tree.hits(p, tree.text(p), r"\b(%s)\b" % UNFINISHED)]),
    ("no place of one machine", [hit for p in texts for hit in tree.hits(p, tree.text(p), machine)]),
)
