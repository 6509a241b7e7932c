"""Nothing is left in the other language, and placeholders agree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo

from coldpress_gui.i18n import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldpress_gui.app import App

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "coldpress_resources" / "translations"
PLACEHOLDER = re.compile(r"\{\w*\}|%n")
SCRIPT = ROOT / "resources" / "scripts" / "translations.py"


def messages(language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every text with its translations: one, or one a plural form."""
    for message in ET.parse(FOLDER / f"coldpress_{language}.ts").getroot().iter("message"):  # noqa: S314 - ours
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation] or [translation.text or ""]
        yield message.findtext("source") or "", forms


@pytest.mark.parametrize("language", NAMES)
def test_nothing_is_left_untranslated(language: str) -> None:
    if language == "en":
        return
    assert [source for source, forms in messages(language) if not all(forms)] == []


@pytest.mark.parametrize("language", NAMES)
def test_placeholders_agree(language: str) -> None:
    for source, forms in messages(language):
        for form in filter(None, forms):
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source)), source


def test_the_files_are_up_to_date_with_the_code(tmp_path: Path) -> None:
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    if not tool.exists():
        pytest.skip("pyside6-lupdate is not installed here")
    copy = tmp_path / "coldpress_zh_CN.ts"
    shutil.copy(FOLDER / copy.name, copy)
    sources = [str(path) for path in (ROOT / "gui" / "coldpress_gui").rglob("*.py")]
    options = ["-locations", "none", "-no-obsolete", "-source-language", "en", "-target-language", "zh_CN"]
    subprocess.run([str(tool), *options, *sources, "-ts", str(copy)], check=True, capture_output=True)
    fresh = {m.findtext("source") for m in ET.parse(copy).getroot().iter("message")}  # noqa: S314 - ours
    assert fresh == {source for source, _forms in messages("zh_CN")}, f"run {SCRIPT.relative_to(ROOT)}"


def test_language_changes_while_the_program_runs(app: App) -> None:
    assert QCoreApplication.translate("Wizard", "Next") == "Next"
    app.languages.use("zh_CN")
    assert QCoreApplication.translate("Wizard", "Next") == "下一步"
    assert QCoreApplication.translate("Counts", "%n node(s)", "", 3) == "3 个节点"
    app.languages.use("en")
    assert QCoreApplication.translate("Counts", "%n node(s)", "", 1) == "1 node"
    assert QCoreApplication.translate("Counts", "%n node(s)", "", 3) == "3 nodes"


def test_qt_speaks_chinese_too(app: App) -> None:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert (folder / "qtbase_zh_CN.qm").is_file()
    app.languages.use("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
