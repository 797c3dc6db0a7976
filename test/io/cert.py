#!/usr/bin/env python3
"""Make certificates, then run the program given with the folder that holds them."""
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import certs

with tempfile.TemporaryDirectory() as folder:
    certs.make(folder)
    sys.exit(subprocess.run(sys.argv[1:] + [folder], check=False).returncode)
