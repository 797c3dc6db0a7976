"""check - bulk checks in the mail lab: names without MTA-STS, and whole checks by the thousand.

    check.py POSTSEAL

As root; elsewhere one line says so.  Wall clock and CPU of the one process; its peer for STARTTLS is
posttls-finger of the lab's Postfix, one process a host, two at a time.
"""
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(HERE, "..", "lab")
BUILT = os.path.join(HERE, "..", "..", "build", "lab")
ROOT = os.environ.get("LAB_ROOT", os.path.join(BUILT, "root"))
QUICK, WHOLE, PEER = 100000, 10000, 60


def timed(*command):
    """(wall seconds, CPU seconds, peak memory in MB) of a command in the client's network"""
    began = time.monotonic()
    pid = os.posix_spawnp(os.path.join(LAB, "lab.sh"), [os.path.join(LAB, "lab.sh"), "exec", *command], os.environ,
                          file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                                        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
    _, _, used = os.wait4(pid, 0)
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def listed(names):
    path = tempfile.NamedTemporaryFile("w", delete=False)
    path.write("\n".join(names) + "\n")
    path.close()
    return path.name


def good():
    """Domains whose hosts are real servers: nginx and Postfix."""
    for line in open(os.path.join(LAB, "expect.tbl"), encoding="utf-8"):
        f = line.split()
        if len(f) > 4 and f[1:3] == ["enforce", "sent"] and f[3].startswith("sent,Verified"):
            yield f[0]


def main():
    postseal = os.path.abspath(sys.argv[1])
    up = subprocess.run([os.path.join(LAB, "lab.sh"), "up"], capture_output=True, text=True)
    if up.returncode:
        print("bulk checks need the mail lab: %s" % (up.stderr.strip().splitlines() or ["?"])[-1])
        return
    check = [postseal, "check", "--quiet", "--ca-file", os.path.join(BUILT, "ca.pem"), "--from"]
    try:
        names = listed("d%06d.test" % n for n in range(QUICK))
        wall, cpu, memory = timed(*check, names, "--quick", "--resolver", "192.0.2.53")
        print("--quick, without MTA-STS     %6d domains: %7.0f /s, %7.0f /s of CPU, %3.0f MB (wanted 20000 /s)"
              % (QUICK, QUICK / wall, QUICK / cpu, memory))
        os.unlink(names)
        few = list(good())
        names = listed((few * WHOLE)[:WHOLE])
        wall, cpu, memory = timed(*check, names)
        print("whole, nginx and Postfix     %6d domains: %7.0f /s, %7.0f /s of CPU, %3.0f MB (wanted 128 MB)"
              % (WHOLE, WHOLE / wall, WHOLE / cpu, memory))
        os.unlink(names)
        finger = ("mkdir -p /tmp/finger && printf 'compatibility_level = 3.9\\nmyhostname = client.lab.test\\n' >/tmp/finger/main.cf; "
                  "seq %d | MAIL_CONFIG=/tmp/finger xargs -P 2 -I '{}' posttls-finger -c -l encrypt '[198.51.100.16]'" % PEER)
        wall, _, _ = timed("chroot", ROOT, "sh", "-c", finger)
        print("posttls-finger               %6d probes:  %7.0f /s on all cores" % (PEER, PEER / wall))
    finally:
        subprocess.run([os.path.join(LAB, "lab.sh"), "down"], capture_output=True)


main()
