"""A Docker engine of the tests' own, and base images made from Debian under the names that the project asks for.

No registry is asked for images: `debootstrap` makes a Debian with its Python, which stands in for the image of
Python, and the two images beside it (images/) are built on that. Where all lies is `HOME`, outside the repository: what
one run has made is there for the next one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.support.composed import embedded_bin

HOME = Path(os.environ.get("MIRRORWIRE_TEST_CONTAINERS_HOME", "/var/tmp/mirrorwire-containers"))
WANTED = "MIRRORWIRE_TEST_CONTAINERS"
IMAGES = Path(__file__).parent / "images"
PYTHON, POSTGRES, REDIS = "python:3.11.14-slim-bookworm", "postgres:18.6-trixie", "redis:8.2.3-bookworm"
PROGRAMS = ("dockerd", "containerd", "docker", "debootstrap")
DEBIAN = "bookworm"
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt/archives", "var/lib/apt/lists")
"""What the slim image leaves out too."""
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
STARTS_WITHIN_S = 60
BRIDGE = "172.30.255.1"
"""This machine, as containers see it."""


def reason_to_skip() -> str | None:
    """Why no engine can be started here; `None` where one can."""
    if os.environ.get(WANTED) not in ("1", "all"):
        return f"starts a Docker engine and changes the machine's packet filter: set {WANTED}=1"
    if os.geteuid() != 0:
        return "an engine needs root"
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed: apt-get install docker.io debootstrap iptables"
    return None


class Engine:
    """A Docker engine with a socket and a folder of its own, from its making until `stop`.

    Raises AssertionError with the end of its log where it does not come up.
    """

    def __init__(self, home: Path = HOME) -> None:
        self.home = home
        self.config = home / "config"
        self.log = home / "dockerd.log"
        self._give_compose()
        words = ["dockerd", "--host", self.host, "--data-root", str(home / "data")]
        words += ["--exec-root", str(home / "exec"), "--pidfile", str(home / "dockerd.pid")]
        words += ["--bip", f"{BRIDGE}/24"]
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + STARTS_WITHIN_S
        while self.docker("info", check=False).returncode != 0:
            ended = self._server.poll() is not None
            assert not ended and time.monotonic() < deadline, self.log.read_text(errors="replace")[-3000:]
            time.sleep(0.5)

    @property
    def host(self) -> str:
        """The address of its socket, as DOCKER_HOST has it."""
        return f"unix://{self.home}/docker.sock"

    @property
    def environment(self) -> dict[str, str]:
        """What `docker` and `docker compose` need to ask this engine, and of the caller's variables nothing else."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "DOCKER_HOST": self.host,
            "DOCKER_CONFIG": str(self.config),
        }

    def docker(self, *words: str, check: bool = True, within_s: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command of Docker's; a failed one is an AssertionError with what it wrote, unless `check` is false."""
        done = subprocess.run(
            ["docker", *words], env=self.environment, capture_output=True, text=True, timeout=within_s, check=False
        )
        assert not check or done.returncode == 0, f"docker {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    def inspect(self, name: str, template: str) -> str:
        """One fact of a container, image or network, by a template of Docker's."""
        return self.docker("inspect", "--format", template, name).stdout.strip()

    def has_image(self, name: str) -> bool:
        return self.docker("image", "inspect", name, check=False).returncode == 0

    def stop(self) -> None:
        """End it, and with it every container."""
        self._server.terminate()
        try:
            self._server.wait(60)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _give_compose(self) -> None:
        """Make `docker compose` the program of the development lock."""
        plugins = self.config / "cli-plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        plugin = plugins / "docker-compose"
        plugin.unlink(missing_ok=True)
        plugin.symlink_to(Path(sys.executable).with_name("docker-compose"))


def make_base_images(engine: Engine) -> None:
    """Make what docker-compose.yml and the Dockerfile begin with; what has not changed is there already."""
    if not engine.has_image(PYTHON):
        import_python(engine)
    base = ["--build-arg", f"BASE={PYTHON}"]
    folder = engine.home / "postgres"
    wheel = embedded_bin().parents[1]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(IMAGES / "postgres", folder)
    shutil.copytree(wheel, folder / wheel.name)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), folder / f"{wheel.name}.libs")
    engine.docker("build", "--quiet", *base, "--tag", POSTGRES, str(folder))
    engine.docker("build", "--quiet", *base, "--tag", REDIS, str(IMAGES / "redis"))


def import_python(engine: Engine) -> None:
    """Make Debian with its Python, and this machine's certificates, by which pip knows the index that it asks."""
    folder = engine.home / "debian"
    shutil.rmtree(folder, ignore_errors=True)
    packages = "--include=python3,python3-venv,ca-certificates"
    words = ["debootstrap", "--variant=minbase", packages, DEBIAN, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for name in LEFT_OUT:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    shutil.copyfile(Path("/") / CERTIFICATES, folder / CERTIFICATES)
    archive = engine.home / "debian.tar"
    subprocess.run(["tar", "-C", str(folder), "-cf", str(archive), "."], check=True, timeout=120)
    engine.docker("import", str(archive), PYTHON)
    archive.unlink()
    shutil.rmtree(folder)


def checkout(folder: Path, *, ref: str | None = None) -> Path:
    """Lay out what the project's own files are, as `git clone` would: of this tree, or of a commit.

    Files that git does not know are left out, changes that are not committed are in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if ref is not None:
        archive = subprocess.run(["git", "archive", ref], cwd=ROOT, capture_output=True, timeout=60, check=True).stdout
        subprocess.run(["tar", "-C", str(folder), "-xf", "-"], input=archive, timeout=60, check=True)
        return folder
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    for name in names.split("\0"):
        if name and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return folder
