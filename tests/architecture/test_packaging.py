"""What packages are made of: as far as it can be seen without building one."""

from __future__ import annotations

import importlib
import plistlib
import re
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from desktop import __version__
from desktop.cli.main import COMMANDS
from desktop.core.release import Release, read_release

Load = Callable[[str], ModuleType]
PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture
def load() -> Iterator[Load]:
    """Scripts of packaging/, which are no package; forgotten afterwards."""
    before, path = set(sys.modules), list(sys.path)
    sys.path[:0] = [str(PACKAGING), str(PACKAGING / "freeze")]
    yield importlib.import_module
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PACKAGING)):
            del sys.modules[name]


def test_the_man_page_has_every_command_and_its_options(load: Load) -> None:
    page = load("manual").man_page()
    for command in COMMANDS:
        assert f'.SS "{command.name}"' in page
    assert "\\-\\-realtime" in page
    assert "130 interrupted" in page
    assert f"Overtitle {__version__}" in page
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".B", ".BR", ".I", ".PP", ".nf", ".fi"}


def test_reference_pages_name_every_provider_and_setting(load: Load) -> None:
    from desktop.settings.values import FIELDS

    reference = load("reference")
    assert all(f"`{key}`" in reference.settings() for key in FIELDS)
    for provider in reference._offered():
        assert f"--provider {provider.id}" in reference.providers()
        assert str(provider.capabilities.privacy) in reference.privacy()


@pytest.mark.parametrize(
    ("target", "source", "stays"),
    [
        ("libasound.so.2", "/usr/lib/x86_64-linux-gnu/libasound.so.2", False),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", True),
        ("libQt6Core.so.6", "venv/PySide6/Qt/lib/libQt6Core.so.6", True),
        ("botocore/data/sts/2011-06-15/service-2.json.gz", "venv/x", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", "venv/x", False),
        ("botocore/data/endpoints.json", "venv/x", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "venv/x", True),
        ("PySide6/plugins/platforms/qwindows.dll", "venv/x", True),
        ("PySide6/Qt/plugins/platforms/libqlinuxfb.so", "venv/x", False),
        ("PySide6/Qt/plugins/qmltooling/libany.so", "venv/x", False),
        ("PySide6/Qt/translations/qtbase_fr.qm", "venv/x", True),
        ("PySide6/Qt/translations/qtbase_de.qm", "venv/x", False),
        ("desktop/resources/translations/overtitle_fr.ts", "resources/translations/overtitle_fr.ts", True),
    ],
)
def test_what_the_frozen_program_keeps(load: Load, target: str, source: str, stays: bool) -> None:
    if source.startswith("/usr") and not sys.platform.startswith("linux"):
        pytest.skip("platform: libraries of a Linux distribution")
    assert load("trim").keeps(target, source) is stays


def test_an_icon_for_windows_lists_its_pictures(load: Load, tmp_path: Path, qapp: object) -> None:
    del qapp  # Qt draws
    icons = load("icons")
    icons.ico(tmp_path / "one.ico")
    content = (tmp_path / "one.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind, count) == (0, 1, len(icons.WINDOWS_SIZES))
    for entry in range(count):
        length, offset = struct.unpack_from("<II", content, 6 + 16 * entry + 8)
        assert content[offset : offset + 4] == b"\x89PNG"
        assert offset + length <= len(content)


def test_release_notes_are_the_section_of_the_version(load: Load) -> None:
    notes = load("release_notes").notes
    changelog = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - today\n\n- new\n\n## [0.1.0] - 2026-11-01\n\n- old\n"
    assert notes(changelog, "0.2.0") == "- new"
    with pytest.raises(SystemExit, match=re.escape("no section [0.3.0]")):
        notes(changelog, "0.3.0")


def test_the_document_of_a_release_is_what_running_programs_read(load: Load) -> None:
    page = "https://github.com/overtitle/overtitle/releases/tag/v1"
    made = load("release_notes").latest(page).encode()
    assert read_release(made, "github.com") == Release(__version__, page)


def test_release_notes_read_the_version_of_the_program(load: Load) -> None:
    assert load("release_notes").version() == __version__


def test_the_list_of_parts_names_the_version_and_what_is_asked_for(load: Load) -> None:
    parts = [{"bom-ref": "1", "name": "PySide6-Essentials"}, {"bom-ref": "2", "name": "shiboken6"}]
    made = {"metadata": {"component": {"bom-ref": "root"}}, "components": parts, "dependencies": [{"ref": "2"}]}
    done = load("parts").completed(made, ["PySide6-Essentials>=6.10,<6.12", "numpy; sys_platform == 'x'"], "1.2.3")
    assert done["metadata"]["component"]["version"] == "1.2.3"
    assert done["dependencies"] == [{"ref": "root", "dependsOn": ["1"]}, {"ref": "2"}]


def test_desktop_entry_metadata_and_bundle_say_the_same() -> None:
    about = ElementTree.parse(PACKAGING / "linux" / "overtitle.metainfo.xml").getroot()  # noqa: S314 - our own file
    assert about.findtext("launchable") == "overtitle.desktop"
    assert (PACKAGING / "linux" / "overtitle.desktop").exists()
    identity = about.findtext("id") or ""
    assert (PACKAGING / "flatpak" / f"{identity}.yml").exists()
    assert f'BUNDLE_ID = "{identity}"' in (PACKAGING / "freeze" / "trim.py").read_text(encoding="utf-8")
    entitlements = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert entitlements["com.apple.security.device.audio-input"] is True
    spec = (PACKAGING / "freeze" / "overtitle.spec").read_text(encoding="utf-8")
    assert "NSMicrophoneUsageDescription" in spec
    assert "NSAudioCaptureUsageDescription" in spec


def test_actions_of_the_workflows_are_pinned_by_commit() -> None:
    uses = [
        line.split("uses:")[1].strip()
        for path in (PACKAGING.parent / ".github" / "workflows").glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "uses:" in line and "./.github/" not in line
    ]
    assert uses
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)
