"""A floor includes itself and those below."""
import re

import tree


def upward():
    for path in tree.files(".c", ".h", under="src/"):
        mine = tree.FLOORS.index(path.split("/")[1])
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', tree.text(path), flags=re.M):
            top = included.split("/")[0]
            if top not in tree.FLOORS:
                yield '%s includes "%s": write it from src/ on' % (path, included)
            elif tree.FLOORS.index(top) > mine:
                yield "%s includes %s, a floor above" % (path, included)


def outside():
    for path in tree.files(".c", ".h", under="src/"):
        if not path.startswith(tuple("src/%s/" % floor for floor in tree.FLOORS)):
            yield path


rooms_outside = list(outside())
tree.tell(("every source is on a floor", rooms_outside),
          ("no floor includes one above", [] if rooms_outside else list(upward())))
