#!/bin/sh
# requirements.sh - every requirement id: where it is made true, where it is proven.
exec python3 -B "$(dirname "$0")/../test/house/requirements.py" list
