"""A server of a Postgres that is installed here, in the place where the tests' embedded one would lie.

`MIRRORWIRE_TEST_POSTGRES=/usr/lib/postgresql/15/bin` names its programs; `make oldest` sets it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

BIN = "MIRRORWIRE_TEST_POSTGRES"
USER = "postgres"  # Debian's package makes it; Postgres refuses to run as root


def start_installed(home: Path) -> None:
    """Start a server in `home`/postgres, where `mirrorwire.store.db` finds it running and starts no other one."""
    folder = home / "postgres"
    folder.mkdir()
    user = USER if os.geteuid() == 0 else None
    if user:
        home.chmod(0o755)
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    folder.chmod(0o700)
    words = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres"]
    _run(user, "initdb", *words, "-D", folder)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    _run(user, "pg_ctl", "-w", "-D", folder, "-l", folder / "log", "-o", options, "start")


def _run(user: str | None, program: str, *words: str | Path) -> None:
    command = [str(Path(os.environ[BIN]) / program), *map(str, words)]
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)
