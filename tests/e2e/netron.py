"""What Netron drew, and whether anything got out: asked of its page by JavaScript."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.e2e.driver import Driver

    from coldpress_gui.netron.view import NetronView

_NODES = "Array.from(document.querySelectorAll('.node-item-type text')).map(text => text.textContent).join('\\n')"
_ASKED_FOR = "JSON.stringify(performance.getEntriesByType('resource').map(entry => entry.name))"


def assert_drawn(person: Driver, view: NetronView, *, needed: int) -> None:
    """Wait until at least ``needed`` operations are drawn; fail where a request was let out."""
    person.wait(lambda: view.web is not None, "the server of the picture")
    kinds: list[str] = []

    def drawn() -> bool:
        kinds[:] = [kind for kind in str(person.answer(view, _NODES)).splitlines() if kind]
        return len(kinds) >= needed

    person.wait(drawn, "Netron to draw the nodes")
    person.facts.setdefault("drawn", []).append(sorted(set(kinds)))
    assert view.web is not None
    home = urlsplit(view.web.view.url().toString()).netloc
    blocked = view.blocked_requests()
    for address in json.loads(str(person.answer(view, _ASKED_FOR))):
        parts = urlsplit(address)
        assert parts.netloc == home or parts.scheme in {"data", "blob"} or address in blocked, address
    assert all(urlsplit(address).netloc != home for address in blocked)
    assert not _foreign_connections(), "a connection leads out of this machine"
    person.facts.setdefault("blocked", []).append(len(blocked))


def _foreign_connections() -> list[str]:
    """Return the TCP connections of this process and its children to other machines (Linux)."""
    inodes = {link for pid in _family() for link in _sockets(pid)}
    found = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.is_file() else ():
            fields = line.split()
            remote = fields[2].rpartition(":")[0]
            local = remote.endswith("0100007F") or not remote.strip("0") or remote == "0" * 24 + "01000000"
            if fields[9] in inodes and not local:
                found.append(line)
    return found


def _family() -> list[str]:
    session = os.getsid(0)
    return [path.name for path in Path("/proc").glob("[0-9]*") if _session(path) == session]


def _session(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[3])
    except OSError:
        return -1


def _sockets(pid: str) -> list[str]:
    try:
        links = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []
    return [link[8:-1] for link in links if link.startswith("socket:[")]
