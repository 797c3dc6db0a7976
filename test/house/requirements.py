"""Requirements: each id that a line of src/ makes true is proven by a test that names it.

    requirements.py         the test
    requirements.py list    id, where it is made true, where it is proven
"""
import re
import sys

import tree

ID = r"\[((?:STS|RPT|D|K|M|H)-[0-9][0-9A-Za-z.-]*)\]"


def cited(under):
    """{id: ["path:line"]}"""
    found = {}
    for path in tree.files(".c", ".h", ".py", ".sh", ".build", "SOURCES", ".jsonl", ".play", ".cli", under=under):
        for hit in tree.hits(path, tree.text(path), ID):
            place, identity = hit.rsplit(": ", 1)
            found.setdefault(identity, []).append(place)
    return found


def key(identity):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", identity)]


made, proven = cited("src/"), cited("test/")
if sys.argv[1:] == ["list"]:
    for identity in sorted(made.keys() | proven.keys(), key=key):
        print("%-12s %-50s %s" % (identity, ", ".join(made.get(identity, ["-"])),
                                  ", ".join(proven.get(identity, ["-"]))))
    print("%d made true, %d of them proven" % (len(made), len(made.keys() & proven.keys())))
else:
    tree.tell(("each requirement that is made true is proven",
               ["%s (%s) is named by no test" % (i, made[i][0]) for i in sorted(made.keys() - proven.keys(), key=key)]))
