"""The words keep up with the tree: the tour names every room, security.md every fuzz target."""
import os
import re

import tree


def unnamed(document, names):
    said = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", tree.text(document)))))
    return ["%s is not in %s" % (name, document) for name in sorted(names) if name not in said]


def stems(ending, under):
    return {os.path.basename(path)[:-len(ending)] for path in tree.files(ending, under=under)}


targets = {path.split("/")[2][:-2] for path in tree.files(".c", under="test/fuzz/")} - {"replay"}
rooms = stems(".h", "src/")
tree.tell(("the tour names every room", unnamed("doc/tour.md", rooms)),
          ("security.md names every fuzz target", unnamed("doc/security.md", targets)),
          ("each fuzz target has a corpus", sorted(t for t in targets if not os.path.isdir(
              os.path.join(tree.ROOT, "test/fuzz/corpus", t)))))
