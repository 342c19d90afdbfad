#!/usr/bin/env python3
"""Builds the stages of the Dockerfile that run, without Docker, and tries what comes of them.

The stages are carried out line by line in a folder that debootstrap fills, so that what is tried is
what the Dockerfile says. What the stage `build` leaves in /out is taken from this machine. Then the
image runs as a hardened container would: another user, no capabilities, no new privileges, nothing
to be written but the volume and /tmp.

    check.py TARGET OUT     as root, on Debian or Ubuntu; OUT is what collect.sh made
"""

import atexit
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
WORK = HERE / "target/image"
SUITE = "trixie"
MIRROR = "http://deb.debian.org/debian"
# What the slim variant of Debian's image has not, and does not get with a package either.
SLIM = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info"]
CACHES = ["var/cache/apt", "var/lib/apt/lists"]


def stop(sentence):
    sys.exit(f"error: {sentence}")


def run(*command, **how):
    how.setdefault("check", True)
    return subprocess.run([str(part) for part in command], **how)


def instructions(text):
    """Returns (NAME, rest) of each instruction, with continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


class Stage:
    """A stage under way: its folder, and what it says of how it is run."""

    def __init__(self, name, root, before=None):
        self.name, self.root = name, root
        self.env = dict(before.env if before else {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})
        self.user = before.user if before else "root"
        self.folder = before.folder if before else "/"
        self.entry = before.entry if before else []
        self.command = before.command if before else []
        self.health = before.health if before else []
        self.volumes = list(before.volumes) if before else []

    def inside(self, path):
        return self.root / path.lstrip("/")

    def do(self, name, rest, out):
        if name == "RUN":
            if self.user not in ("root", "0"):
                stop(f"{self.name}: RUN as {self.user} is not carried out here")
            run("chroot", self.root, "/bin/sh", "-c", rest, env={**self.env, "DEBIAN_FRONTEND": "noninteractive"},
                stdout=subprocess.DEVNULL)
        elif name == "COPY":
            self.copy(shlex.split(rest), out)
        elif name == "ENV":
            self.env.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif name == "USER":
            self.user = rest.strip()
        elif name == "WORKDIR":
            self.folder = rest.strip()
            self.inside(self.folder).mkdir(parents=True, exist_ok=True)
        elif name == "VOLUME":
            self.volumes.append(rest.strip())
        elif name == "ENTRYPOINT":
            self.entry = json.loads(rest)
        elif name == "CMD":
            self.command = json.loads(rest)
        elif name == "HEALTHCHECK":
            self.health = json.loads(rest[rest.index("CMD") + 3:])
        elif name not in ("EXPOSE", "LABEL", "STOPSIGNAL"):
            stop(f"{self.name}: {name} is not known here; teach runtime/image/check.py")

    def copy(self, words, out):
        options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
        source, target = [word for word in words if not word.startswith("--")]
        match options.pop("from", None):
            case None:
                source = HERE / source
            case "build":
                source = out / Path(source).relative_to("/out")
            case other:
                stop(f"{self.name}: COPY from {other} is not known here")
        into = self.inside(target)
        into.parent.mkdir(parents=True, exist_ok=True)
        run("cp", "-a", "--no-preserve=ownership", "--no-target-directory", source, into)
        run("chown", "-R", options.pop("chown", "0:0"), into)
        if mode := options.pop("chmod", None):
            run("chmod", mode, into)
        if options:
            stop(f"{self.name}: COPY --{next(iter(options))} is not known here")


def debian():
    """Returns a tar of the base image; it is made once a day, as Docker's is pulled again."""
    base = WORK / f"{SUITE}.tar"
    if base.exists() and time.time() - base.stat().st_mtime < 86_400:
        return base
    if not shutil.which("debootstrap"):
        stop("debootstrap is missing\n  fix: apt-get install debootstrap")
    root = WORK / SUITE
    shutil.rmtree(root, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    run("debootstrap", "--variant=minbase", SUITE, root, MIRROR, stdout=subprocess.DEVNULL)
    for folder in SLIM + CACHES:
        shutil.rmtree(root / folder, ignore_errors=True)
    excluded = "".join(f"path-exclude /{folder}/*\n" for folder in SLIM)
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(excluded)
    # Debian's images keep no packages either.
    (root / "etc/apt/apt.conf.d/clean").write_text(
        'APT::Keep-Downloaded-Packages "false";\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\n'
    )
    # An older or a newer debootstrap may leave it out.
    (root / "etc/apt/sources.list").write_text(
        f"deb {MIRROR} {SUITE} main\ndeb {MIRROR} {SUITE}-updates main\n"
        f"deb {MIRROR}-security {SUITE}-security main\n"
    )
    run("tar", "-C", root, "-cf", base, ".")
    shutil.rmtree(root)
    return base


def build(target, out):
    """Carries out a target and the stages it stands on, and returns it."""
    found = {}
    for name, rest in instructions((HERE / "Dockerfile").read_text()):
        if name == "FROM":
            base, _, own = rest.split()
            found[own] = (base, [])
            steps = found[own][1]
        else:
            steps.append((name, rest))
    chain = [target]
    while found.get(chain[0], (f"debian:{SUITE}-slim",))[0] in found:
        chain.insert(0, found[chain[0]][0])
    if found.get(chain[0], ("",))[0] != f"debian:{SUITE}-slim":
        stop(f"{target} does not stand on debian:{SUITE}-slim")
    root = WORK / target
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    run("tar", "-C", root, "-xf", debian())
    # As Docker does it for the network while it builds.
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    run("mount", "--bind", "/dev", root / "dev")
    run("mount", "--bind", "/dev/pts", root / "dev/pts")
    stage = None
    try:
        for name in chain:
            stage = Stage(name, root, stage)
            for instruction, rest in found[name][1]:
                stage.do(instruction, rest, out)
    finally:
        run("umount", root / "dev/pts", root / "dev")
    return stage


class Container:
    """A stage that runs: what is started in it is as confined as compose.yaml has it."""

    def __init__(self, stage, volume):
        self.stage, self.volume = stage, volume

    def command(self, words):
        """Returns what starts a program in namespaces of its own but the network."""
        stage, root = self.stage, self.stage.root
        uid, gid = stage.user.split(":")
        mounts = [
            "mount --make-rprivate /",
            f"mount --bind {root} {root}",
            f"mount --bind {self.volume} {root}{stage.volumes[0]}",
            f"mount -t proc -o nosuid,nodev,noexec proc {root}/proc",
            f"mount -t tmpfs -o nosuid,nodev,noexec,size=64m,mode=1777 tmpfs {root}/tmp",
            f"mount --rbind /dev {root}/dev",
            f"mount -o remount,bind,ro {root}",
        ]
        drop = ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs",
                "--bounding-set=-all", "--inh-caps=-all", "--"]
        env = ["env", "-i"] + [f"{name}={value}" for name, value in stage.env.items()]
        inside = shlex.join([*drop, "sh", "-c", f'cd {stage.folder} && exec "$@"', "sh", *env, *words])
        script = " && ".join(mounts) + f" && exec chroot {root} {inside}"
        return ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "sh", "-c", script]

    def run(self, *words, **how):
        how.setdefault("text", True)
        how.setdefault("timeout", 600)
        return subprocess.run(self.command(words), capture_output=True, **how)

    def start(self, *words):
        process = subprocess.Popen(self.command(words), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Also when something fails; what is in there ends with it.
        atexit.register(process.kill)
        return process


def expect(what, done, part=""):
    said = (done.stdout or "") + (done.stderr or "")
    if done.returncode or part not in said:
        stop(f"{what}: exit code {done.returncode}\n{said}")
    return said


def wait_for(process, part, seconds):
    """Reads lines until one has the part, and returns it."""
    until, seen = time.monotonic() + seconds, []
    for line in process.stdout:
        seen.append(line)
        if part in line:
            return line
        if time.monotonic() > until:
            break
    stop(f"`{part}` was not said:\n" + "".join(seen[-20:]))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process):
    """Asks the container's first process to end, as Docker does."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGTERM)
    if process.wait(30):
        stop(f"it ended with exit code {process.returncode}")


def megabytes(path):
    return sum(f.lstat().st_size for f in path.rglob("*") if not f.is_dir() or f.is_symlink()) / 1e6


def main():
    if len(sys.argv) != 3:
        stop(__doc__)
    if os.geteuid() != 0:
        stop("this makes a file system, which takes root\n  fix: run it with sudo")
    target, out = sys.argv[1], Path(sys.argv[2]).resolve()
    began = time.monotonic()
    stage = build(target, out)
    print(f"{target}: built in {time.monotonic() - began:.0f} s")
    packed = WORK / f"{target}.tar.gz"
    # A registry's layers are packed like this.
    with packed.open("wb") as to:
        tar = subprocess.Popen(["tar", "-C", stage.root, "--exclude=./dev/*", "-c", "."], stdout=subprocess.PIPE)
        run("gzip", "-6", stdin=tar.stdout, stdout=to)
    print(f"{target}: {megabytes(stage.root):.0f} MB on disk, {packed.stat().st_size / 1e6:.0f} MB packed")

    volume = WORK / f"{target}-volume"
    shutil.rmtree(volume, ignore_errors=True)
    run("cp", "-a", stage.inside(stage.volumes[0]), volume)
    container = Container(stage, volume)

    said = expect("who", container.run("sh", "-c", "id -u; touch /etc/x /usr/x 2>&1; grep -E 'CapBnd|NoNewPrivs' /proc/self/status; true"))
    for part in ("65532", "Read-only file system", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
        if part not in said:
            stop(f"it is not confined as it should be: no `{part}` in\n{said}")
    print(f"{target}: not root, read-only, no capabilities, no new privileges")

    cogs = "/usr/share/cogbox/cogs"
    began = time.monotonic()
    said = expect("self-test", container.run("cogbox", "dev", "--self-test", "--web", "127.0.0.1:0",
                                             "--discord", "127.0.0.1:0", cogs), "self-test passed")
    print("".join(f"    {line}\n" for line in said.splitlines() if line.startswith(("ok", "FAIL"))), end="")
    print(f"{target}: self-test passed in {time.monotonic() - began:.0f} s")

    if target == "full":
        print(f"{target}: yt-dlp {expect('yt-dlp', container.run('env', '-i', 'PATH=/usr/local/bin:/usr/bin', 'yt-dlp', '--version')).strip()}, "
              f"{expect('quickjs', container.run('sh', '-c', 'qjs --help 2>&1; true'), 'QuickJS').splitlines()[0]}")

    # As an operator has it: a token, and nothing else.
    discord, web = free_port(), free_port()
    local = container.start("cogbox", "dev", "--discord-only", "--discord", f"127.0.0.1:{discord}")
    token = wait_for(local, "bot token", 60).split()[-1]
    stage.env["DISCORD_TOKEN"] = token
    # The network is this machine's, where the image's own port may be somebody's.
    stage.env["COGBOX_WEB_BIND"] = f"0.0.0.0:{web}"
    api = ["--api", f"http://127.0.0.1:{discord}/api/v10"]
    for start in ("first", "second"):
        began = time.monotonic()
        bot = container.start(*stage.entry, *stage.command, *api, "--gateway", f"ws://127.0.0.1:{discord}/gateway")
        try:
            while container.run(*stage.health).returncode:
                if bot.poll() is not None or time.monotonic() - began > 300:
                    bot.kill()
                    stop(f"the health check does not succeed:\n{bot.stdout.read()}")
                time.sleep(0.1)
            print(f"{target}: healthy {time.monotonic() - began:.1f} s after its {start} start")
            if start == "second":
                expect("login", container.run("cogbox", "login"), "/login?link=")
                said = expect("doctor", container.run("cogbox", "doctor", *api))
                print("".join(f"    {line}\n" for line in said.splitlines()), end="")
        finally:
            end(bot)
    end(local)
    print(f"{target}: all is well")


if __name__ == "__main__":
    main()
