#!/bin/sh
# bench.sh - how fast, beside what is possible: builds what is in test/bench with the flags of `make` and runs it.
set -eu
cd "$(dirname "$0")/.."
ninja -C build postseal test/bench/bench test/bench/bench_probe >build/bench.log 2>&1 || { cat build/bench.log; exit 1; }
# A gigabyte of zeros in a megabyte; made once.
if [ ! -f build/bomb.gz ]; then
	head -c 1073741824 /dev/zero | gzip -9 >build/bomb.tmp
	mv build/bomb.tmp build/bomb.gz
fi
grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //' || true
build/test/bench/bench \
	'test/cases/reports/files/cry-inc+dmarc-report-viewer/testdata__smtp-tls-reports__google.json' \
	test/cases/datagrams/lab-good.test-1.json build/bomb.gz
python3 test/io/cert.py build/test/bench/bench_probe
python3 test/bench/check.py build/postseal
