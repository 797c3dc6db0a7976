"""Floors 0 to 2 only think: the linker says what they call and whether they keep anything.

    purity.py LIBRARY...    (libbase.a libwire.a libcore.a)
"""
import os
import re
import sys

import tree

# What computes and touches nothing else; "__NAME_chk" is the fortified spelling.
CALM = set("""
    memchr memcmp memcpy memmove memset memrchr memmem strchr strcmp strlen strncmp strnlen strspn strcspn
    snprintf vsnprintf qsort bsearch abs
    __stack_chk_fail _GLOBAL_OFFSET_TABLE_ abort __assert_fail
""".split())
# A library that only computes stands behind one file.
LIBRARIES = {"yyjson_": ("json",), "libdeflate_": ("gzip",), "idn2_": ("domain",)}
LIBRARY_CALLS = {"domain": {"idn2_free"}}


def symbols(library):
    """(object, name, class, section) of every symbol."""
    status, out = tree.run("nm", "-f", "sysv", library)
    if status:
        sys.exit(out)
    room = "?"
    for line in out.splitlines():
        head = re.match(r"(?:Undefined s|S)ymbols from .*?([^/\[\]]+?)\.c\.o\]?:", line)
        if head:
            room = head[1]
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7 and cells[2] not in ("Class", ""):
            yield room, cells[0], cells[2], cells[6]


def judge(libraries):
    everything = [s for library in libraries for s in symbols(library)]
    ours = {name for _, name, kind, _ in everything if kind.isupper() and kind not in "UC"}
    calls, keeps = [], []
    for room, name, kind, section in everything:
        plain = re.sub(r"^__(?:isoc99_)?(\w+)_chk$", r"\1", name)
        if kind in "Uwv" and name not in ours and plain not in CALM:
            if not any(plain.startswith(prefix) and room in rooms for prefix, rooms in LIBRARIES.items()):
                calls.append("%s.c calls %s" % (room, name))
        if re.match(r"(\.data|\.bss|\.tdata|\.tbss|\*COM\*|COMMON)(?!\.rel\.ro)", section):
            keeps.append("%s.c keeps %s in %s" % (room, name, section))
    return calls, keeps


if not tree.has("nm"):
    tree.skip("nm is not here")
paths = [path for path in sys.argv[1:] if os.path.exists(path)]
if any("__asan_" in name or "__ubsan_" in name for path in paths for _, name, _, _ in symbols(path)):
    tree.skip("built with a sanitizer, whose calls stand everywhere")
called, kept = judge(paths)
tree.tell(("the pure floors call nothing that acts", called),
          ("the pure floors keep nothing that changes", kept))
