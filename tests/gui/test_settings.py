"""Settings are declared once, and never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldpress_gui.settings import RECENT_MAX, Settings, SettingsStore

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert SettingsStore(tmp_path / "none.toml").value == Settings()


def test_what_was_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    SettingsStore(path).change(theme="dark", language="zh_CN", recent=("/a", "/模型"))
    again = SettingsStore(path).value
    assert (again.theme, again.language, again.recent) == ("dark", "zh_CN", ("/a", "/模型"))


@pytest.mark.parametrize("content", ["theme = [", "theme = 3", "learn_visible = 'yes'", "\x00\xff"])
def test_what_cannot_be_read_is_set_aside(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(content, encoding="latin-1")
    store = SettingsStore(path)
    assert store.value == Settings()
    assert store.set_aside is not None
    assert store.set_aside.read_text(encoding="latin-1") == content
    store.change(theme="dark")
    assert SettingsStore(path).value.theme == "dark"


def test_an_unknown_setting_of_a_newer_release_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("from_the_future = 1\ntheme = 'dark'\n")
    assert SettingsStore(path).value.theme == "dark"


def test_recent_models_come_newest_first_and_once(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.toml")
    for number in range(RECENT_MAX + 3):
        store.remember_recent(f"/m{number}")
    store.remember_recent("/m5")
    assert store.value.recent[0] == "/m5"
    assert len(store.value.recent) == len(set(store.value.recent)) == RECENT_MAX
