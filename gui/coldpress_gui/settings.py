"""What the program remembers about a person's taste: each setting declared once, with its type and default."""

from __future__ import annotations

import contextlib
import os
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import tomli_w
from platformdirs import user_config_path

if TYPE_CHECKING:
    from pathlib import Path

RECENT_MAX = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. An empty ``language`` means the system's."""

    language: str = ""
    theme: str = "system"
    learn_visible: bool = True
    geometry: str = ""
    """Base64 of ``QWidget.saveGeometry``."""
    last_folder: str = ""
    recent: tuple[str, ...] = ()
    tree_flat: bool = False
    search_mode: str = "plain"


def default_path() -> Path:
    """Return the file the settings are kept in."""
    return user_config_path("coldpress") / "settings.toml"


class SettingsStore:
    """The settings on disk. A file that cannot be read is set aside, never deleted (``set_aside`` names it)."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.set_aside: Path | None = None
        self.value = self._read()

    def change(self, **changes: Any) -> None:
        """Replace some settings and write all."""
        self.value = replace(self.value, **changes)
        self._write()

    def remember_recent(self, path: str) -> None:
        """Put a model at the head of the recent ones."""
        others = tuple(entry for entry in self.value.recent if entry != path)
        self.change(recent=(path, *others)[:RECENT_MAX])

    def _read(self) -> Settings:
        try:
            table = tomllib.loads(self.path.read_text(encoding="utf-8"))
            return _settings_from(table)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, TypeError):
            self._put_aside()
            return Settings()

    def _put_aside(self) -> None:
        for number in range(1, 100):
            target = self.path.with_suffix(f".unreadable-{number}.toml")
            if not target.exists():
                with contextlib.suppress(OSError):
                    self.path.rename(target)
                    self.set_aside = target
                return

    def _write(self) -> None:
        table = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self.value).items()}
        temporary = self.path.with_suffix(f".{os.getpid()}.tmp")
        # A folder that can't be written costs the memory of a window's size, not the work in it.
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(tomli_w.dumps(table), encoding="utf-8")
            temporary.replace(self.path)


def _settings_from(table: dict[str, Any]) -> Settings:
    """Return settings from a TOML table; raise ``TypeError`` where a value has another type than its default."""
    values: dict[str, Any] = {}
    for field in fields(Settings):
        if field.name not in table:
            continue
        value = table[field.name]
        wanted = list if isinstance(field.default, tuple) else type(field.default)
        if type(value) is not wanted:
            raise TypeError(field.name)
        values[field.name] = tuple(str(entry) for entry in value) if isinstance(value, list) else value
    return Settings(**values)
