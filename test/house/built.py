"""Nothing lies about that no build compiles: each source, unit test and fuzz target is in a list of meson's.

    built.py BUILD_ROOT
"""
import json
import os
import sys

import tree

with open(os.path.join(sys.argv[1], "compile_commands.json"), encoding="utf-8") as units:
    compiled = {os.path.relpath(os.path.join(unit["directory"], unit["file"]), tree.ROOT) for unit in json.load(units)}

tree.tell(("each source is compiled", [p for p in tree.files(".c", under="src/") if p not in compiled]),
          ("each test is compiled", [p for p in tree.files(".c", under="test/") if p not in compiled]))
