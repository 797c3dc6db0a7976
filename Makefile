# The doorbell.  Meson does the building; tools/ does the rest.
#
#   make              build/postseal
#   make run          build it and see what it can do; DOMAIN=example.com checks that domain
#   make demo         checks in a world of its own, without internet (root)
#   make lab          start that world, to try things in it (root); test/lab/lab.sh down ends it
#   make test         build and run every test that is quick
#   make check-all    everything: sanitizers, valgrind, fuzzers, clang-tidy, manual pages
#   make fuzz         each fuzz target for SECONDS (default 300), or one: TARGET=report
#   make bench        how fast, beside what is possible
#   make asan | valgrind | tidy | format
#   make install      DESTDIR= and PREFIX= as usual
#   make clean

PREFIX ?= /usr/local
DESTDIR ?=
DOMAIN ?=
TARGET ?=
SECONDS ?= 300

all: build/build.ninja
	@ninja -C build --quiet

build/build.ninja:
	@tools/deps.sh build
	@meson setup build

run: all
	@tools/run.sh "$(DOMAIN)"

demo: all
	@tools/demo.sh

lab: all
	@tools/lab.sh

test:
	@tools/test.sh

asan:
	@tools/test.sh asan

valgrind:
	@tools/test.sh valgrind

fuzz:
	@tools/fuzz.sh "$(SECONDS)" "$(TARGET)"

tidy:
	@tools/tidy.sh

format:
	@tools/deps.sh check
	@clang-format -i $$(find src test -name '*.[ch]')

check-all:
	@tools/check-all.sh

bench: all
	@tools/bench.sh

install: all
	@meson configure build --prefix "$(PREFIX)"
	@DESTDIR="$(DESTDIR)" meson install -C build

clean:
	@test/lab/lab.sh down
	rm -rf build build-*

help:
	@sed -n '3,/^$$/s/^# *//p' Makefile

.PHONY: all run demo lab test asan valgrind fuzz tidy format check-all bench install clean help
