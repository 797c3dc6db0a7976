#!/bin/sh
# lab.sh - start the mail lab and say how to use it.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" != 0 ] || tools/deps.sh test
test/lab/lab.sh up
cat <<'END'

A world of its own: name servers, policy hosts and MX hosts of 301 domains, without internet.

  test/lab/lab.sh domains                 each domain and what is special about it
  test/lab/lab.sh exec CMD...             run CMD in there
  test/lab/lab.sh exec build/postseal check --ca-file build/lab/ca.pem webpki-name.test
  test/lab/lab.sh exec build/postseal resolve --ca-file build/lab/ca.pem dane-and-sts.test
  test/lab/lab.sh port25 blocked          and other weather: test/lab/lab.sh tells
  test/lab/lab.sh down                    end it; nothing is left
END
