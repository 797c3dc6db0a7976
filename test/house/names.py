"""A file exports what its header is called after: report_read.c, with report.h beside it, only report_*.

    names.py OBJECT_FOLDER...    (where the build put the objects of src/)
"""
import os
import re
import sys

import tree

# Not good names: they say nothing of the field.
EMPTY = set("manager handler helper util utils common misc data info ctx process wrapper engine".split())
# The RFC's own words, those of the samples' warnings and of the libraries below us.
GIVEN = re.compile(r"contact_info|trailing_data|^(ares|asn1|curl|curlopt|evp|idn2|libdeflate|nid|ssl|x509|yyjson)_.*"
                   r"|^authority_info_access.*|^sock_state_cb_data$")
SEVERITY = {"INFO", "FINDING_INFO"}  # the catalogue's word
# The one header with two words: err and its why.
SISTERS = {"err": ("why_",)}


def prefix(folder, stem):
    """The longest header name beside the file that the stem begins with; else the stem."""
    words = stem.split("_")
    for n in range(len(words), 0, -1):
        head = "_".join(words[:n])
        if os.path.exists(os.path.join(tree.ROOT, folder, head + ".h")):
            return head
    return stem


def exports(path):
    status, out = tree.run("nm", "--defined-only", "--extern-only", path)
    if status:
        sys.exit(out)
    return [line.split()[2] for line in out.splitlines() if len(line.split()) == 3]


def foreign_exports(folders):
    for top in folders:
        for folder, _, names in os.walk(top):
            for name in sorted(n for n in names if n.endswith(".c.o")):
                stem = name[:-len(".c.o")].split("_.._")[-1]
                room = re.sub(r"/[^/]+\.p$", "", os.path.relpath(folder, os.path.dirname(top)))
                mine = prefix(os.path.join("src", room), stem)
                for symbol in exports(os.path.join(folder, name)):
                    heads = (mine + "_", *SISTERS.get(mine, ()))
                    if symbol != mine and not symbol.startswith(heads) and (stem, symbol) != ("main", "main"):
                        yield "src/%s/%s.c exports %s, not %s_*" % (room, stem, symbol, mine)


def empty_words():
    # What is reached by "." or "->" is judged where it is declared, which may be in a library.
    for path in tree.files(".c", ".h", under="src/"):
        if EMPTY & set(re.split(r"\W|_", os.path.basename(path))):
            yield path
        for line in tree.hits(path, tree.code(path), r"(?<!\.)(?<!->)\b([A-Za-z_][A-Za-z0-9_]*)\b"):
            word = line.rsplit(" ", 1)[1]
            if EMPTY & set(GIVEN.sub("", word.lower()).split("_")) and word not in SEVERITY:
                yield line


if not tree.has("nm"):
    tree.skip("nm is not here")
tree.tell(("a file exports only names that begin with its own", list(foreign_exports(sys.argv[1:]))),
          ("no name says nothing (%s)" % ", ".join(sorted(EMPTY)), list(empty_words())))
