"""Ports of the local stack: nobody is given one that another holds, and whose a port is can be told."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.conftest import ROOT
from tests.demo.processes import Service, free_port, held_ports, listens

HOLDER = (
    "import sys; from tests.demo.processes import held_ports\n"
    "with held_ports(int(sys.argv[1])) as (port,): print(port, flush=True); sys.stdin.read()"
)
LISTENER = (
    "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen();"
    " print(s.getsockname()[1], flush=True); sys.stdin.read()"
)


def child(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.fixture
def listener() -> Iterator[tuple[Service, int]]:
    """A service that listens, and its port."""
    process = child(LISTENER)
    port = int(first_line(process))
    yield Service(name="listener", pid=process.pid, started=psutil.Process(process.pid).create_time()), port
    process.communicate()


def test_a_port_that_another_process_chose_is_not_given_again_before_it_listens() -> None:
    port = free_port(0)
    holder = child(HOLDER, str(port))
    assert first_line(holder) == str(port)
    assert not listens(port)
    with held_ports(port) as (other,):
        assert other != port
    holder.communicate("")
    with held_ports(port) as (again,):
        assert again == port


def test_a_holder_that_is_killed_holds_nothing() -> None:
    port = free_port(0)
    holder = child(HOLDER, str(port))
    first_line(holder)
    holder.kill()
    holder.communicate()
    with held_ports(port) as (again,):
        assert again == port


def test_many_that_choose_at_once_get_different_ports() -> None:
    port = free_port(0)
    holders = [child(HOLDER, str(port)) for _ in range(6)]
    given = [first_line(holder) for holder in holders]
    for holder in holders:
        holder.communicate("")
    assert len(set(given)) == len(given) and str(port) in given


def test_ports_chosen_together_differ_and_one_on_which_somebody_listens_is_not_among_them() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with held_ports(taken, taken, 0, 0) as ports:
            assert len({*ports, taken}) == 5


def test_whose_a_port_is_can_be_told(listener: tuple[Service, int]) -> None:
    service, port = listener
    assert service.listens(port) and listens(port)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        theirs = other.getsockname()[1]
        assert listens(theirs) and not service.listens(theirs)


def test_a_service_that_is_suspended_lives_and_does_not_work(listener: tuple[Service, int]) -> None:
    service, _ = listener
    process = psutil.Process(service.pid)
    process.suspend()
    deadline = time.monotonic() + 5
    while service.works() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert service.alive() and not service.works()
    process.resume()
