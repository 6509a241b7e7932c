"""Brings the window's translations up to date: ``python resources/scripts/translations.py [--check]``.

``pyside6-lupdate`` takes the texts out of the code into ``translations/*.ts``; ``pyside6-lrelease`` makes the ``.qm``
files that the program loads. ``--check`` changes nothing and fails where a text is not translated. English needs a
file too: for the plurals.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "coldpress_resources" / "translations"
LANGUAGES = ("en", "zh_CN")


def unfinished(path: Path) -> list[str]:
    """Return the texts that lack a translation; in English only plurals need one."""
    missing = []
    for message in ET.parse(path).getroot().iter("message"):  # noqa: S314 - our own file
        translation = message.find("translation")
        plural = message.get("numerus") == "yes"
        if path.stem.endswith("_en") and not plural:
            continue
        texts = [form.text for form in translation] if plural and translation is not None else []
        done = all(texts) and bool(texts) if plural else translation is not None and bool(translation.text)
        if not done:
            missing.append(message.findtext("source") or "")
    return missing


def update() -> None:
    """Run both tools."""
    sources = sorted(str(path) for path in (ROOT / "gui" / "coldpress_gui").rglob("*.py"))
    for language in LANGUAGES:
        ts = FOLDER / f"coldpress_{language}.ts"
        plural_only = ["-pluralonly"] if language == "en" else []
        options = ["-locations", "none", "-no-obsolete", "-source-language", "en", "-target-language", language]
        subprocess.run(["pyside6-lupdate", *options, *plural_only, *sources, "-ts", str(ts)], check=True)
        subprocess.run(["pyside6-lrelease", "-silent", str(ts), "-qm", str(ts.with_suffix(".qm"))], check=True)


def main() -> int:
    """Do what was asked and report what is missing."""
    if "--check" not in sys.argv:
        update()
    status = 0
    for language in LANGUAGES:
        for text in unfinished(FOLDER / f"coldpress_{language}.ts"):
            print(f"{language}: not translated: {text}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
