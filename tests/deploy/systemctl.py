"""A stand-in for systemctl where systemd does not run: starts what the units say, and starts it again when it dies.

As `systemctl`, with ROOT in the environment. Of a unit's settings it knows those that say what runs, where, and how it
ends, and what of its hardening a process can ask of Linux for itself.
"""

import configparser
import contextlib
import ctypes
import getpass
import os
import pwd
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["ROOT"])
UNITS = ROOT / "etc/systemd/system"
RUNNING = ROOT / "run/units"
PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, REFUSE_EXEC_GAIN = 38, 65, 1


def main(verb: str, *names: str) -> None:
    units = [name for name in names if name.endswith(".service")]
    if verb in ("stop", "restart"):
        for unit in units:
            stop(unit)
    if verb in ("start", "restart") or (verb == "enable" and "--now" in names):
        for unit in units:
            start(unit)
    if verb == "reload":
        for unit in units:
            command = service(unit)["ExecReload"].replace("$MAINPID", pid_of(unit, "main").read_text())
            subprocess.run(shlex.split(command), check=True)
    if verb == "supervise":
        supervise(units[0])


def service(unit: str) -> configparser.SectionProxy:
    name, _, instance = unit.removesuffix(".service").partition("@")
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    parser.optionxform = str
    text = (UNITS / (f"{name}@.service" if instance else unit)).read_text()
    parser.read_string(text.replace("%i", instance).replace("$$", "$"))
    return parser["Service"]


def pid_of(unit: str, which: str) -> Path:
    return RUNNING / f"{unit}.{which}"


def start(unit: str) -> None:
    """Oneshots run to their end; of others a supervisor of their own takes care."""
    if service(unit).get("Type") == "oneshot":
        sys.exit(launch(service(unit)).wait())
    if alive(unit):
        return
    RUNNING.mkdir(parents=True, exist_ok=True)
    pid_of(unit, "main").unlink(missing_ok=True)  # of the run before: what is waited for below is this one's
    with (RUNNING / f"{unit}.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, __file__, "supervise", unit],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
        )
    while not pid_of(unit, "main").exists():
        time.sleep(0.01)


def stop(unit: str) -> None:
    if supervisor := alive(unit):
        with contextlib.suppress(ProcessLookupError):
            os.kill(supervisor, signal.SIGTERM)
        while alive(unit):
            time.sleep(0.02)


def alive(unit: str) -> int | None:
    try:
        pid = int(pid_of(unit, "supervisor").read_text())
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return None if state == "Z" else pid


def supervise(unit: str) -> None:
    stopping = False

    def end(*_: object) -> None:
        nonlocal stopping
        stopping = True
        child.terminate()

    settings = service(unit)
    pid_of(unit, "supervisor").write_text(str(os.getpid()))
    child = launch(settings)
    signal.signal(signal.SIGTERM, end)
    while True:
        pid_of(unit, "main").write_text(str(child.pid))
        while child.poll() is None and not stopping:
            time.sleep(0.05)
        if stopping:
            try:
                child.wait(int(settings.get("TimeoutStopSec", "90")))
            except subprocess.TimeoutExpired:
                sys.stderr.write(f"{unit} did not stop in time.\n")
                child.kill()
            break
        if settings.get("Restart") != "always":
            break
        time.sleep(float(settings.get("RestartSec", "0.1")))
        child = launch(settings)
    pid_of(unit, "supervisor").unlink(missing_ok=True)


def launch(settings: configparser.SectionProxy) -> subprocess.Popen:
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "ROOT") if name in os.environ}
    environment |= dict(shlex.split(word)[0].split("=", 1) for word in settings.get("Environment", "").split())
    other = settings.get("User") if settings.get("User") != getpass.getuser() else None
    groups = os.getgrouplist(other, pwd.getpwnam(other).pw_gid) if other else None
    return subprocess.Popen(
        shlex.split(settings["ExecStart"]),
        user=other,
        group=groups and groups[0],
        extra_groups=groups,
        cwd=settings.get("WorkingDirectory", "/"),
        env=environment,
        preexec_fn=lambda: harden(settings),
    )


def harden(settings: configparser.SectionProxy) -> None:
    """What a process can ask of Linux for itself. Old kernels refuse no writable code; that is not an error."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    libc = ctypes.CDLL(None)
    if settings.get("NoNewPrivileges") == "yes":
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if settings.get("MemoryDenyWriteExecute") == "yes":
        libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)
    if settings.get("UMask"):
        os.umask(int(settings["UMask"], 8))


if __name__ == "__main__":
    main(*sys.argv[1:])
