"""Our VoxEngine scenario against TypeScript: with our own declarations, and with Voximplant's where they are at hand.

Voximplant's package is in no registry that everybody reaches, so its file (`typings/voxengine.d.ts` of
github.com/voximplant/voxengine-ci) is named by OVERTITLE_VOXENGINE_TYPINGS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.voxengine import ROOT, SCENARIO

TYPESCRIPT = "typescript@7.0.2"
OWN = ROOT / "tests" / "voximplant" / "voxengine.d.ts"
SECRETS = ROOT / "tests" / "voximplant" / "secrets.d.ts"
OFFICIAL = os.environ.get("OVERTITLE_VOXENGINE_TYPINGS", "")  # read now: tests see none of these variables
# without a library of its own choice the compiler takes a browser's, whose WebSocket is another one
LIBRARY = ("--target", "es2020", "--lib", "es2020", "--skipLibCheck")
FLAGS = ("--noEmit", "--strict", "--checkJs", "--allowJs", "--noUnusedLocals", *LIBRARY)

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

DECLARATIONS = [
    pytest.param(OWN, id="own"),
    pytest.param(
        Path(OFFICIAL),
        id="official",
        marks=pytest.mark.skipif(not OFFICIAL, reason="recordings: OVERTITLE_VOXENGINE_TYPINGS names no file"),
    ),
]


@pytest.fixture(scope="module")
def compiler() -> Path:
    """TypeScript's own program, fetched once."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("platform: there is no Node on this computer")
    folder = Path(os.environ.get("OVERTITLE_PEERS") or ROOT / "build" / "peers") / "vox"
    program = folder / "node_modules" / ".bin" / ("tsc.cmd" if os.name == "nt" else "tsc")
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", TYPESCRIPT]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=280)
    return program


def complaints(compiler: Path, scenario: Path, declarations: Path) -> str:
    """What the compiler says; nothing when the scenario fits."""
    command = [str(compiler), *FLAGS, str(scenario), str(declarations), str(SECRETS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert bool(done.returncode) == bool(done.stdout.strip()), done.stderr
    return done.stdout


@pytest.mark.parametrize("declarations", DECLARATIONS)
def test_the_scenario_fits(compiler: Path, declarations: Path) -> None:
    assert not complaints(compiler, SCENARIO, declarations)


@pytest.mark.parametrize("declarations", DECLARATIONS)
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("event.destination", "event.destinaton", "TS2551"),
        ("Modules.ApplicationStorage", "Modules.WebSocket", "TS2339"),
        ("WebSocketAudioEncoding.PCM16", "WebSocketAudioEncoding.PCM24", "TS2339"),
        ("{ tag: tag, encoding: ENCODING,", "{ encoding: ENCODING,", "TS2741"),
        ("call.say(NOTICE)", "call.tell(NOTICE)", "TS2339"),
        ("name: 'Authorization', value:", "key: 'Authorization', value:", "TS2353"),
    ],
)
def test_a_mistake_is_found(
    compiler: Path, tmp_path: Path, declarations: Path, right: str, wrong: str, said: str
) -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    assert right in text
    altered = tmp_path / "scenario.js"
    altered.write_text(text.replace(right, wrong), encoding="utf-8")
    assert said in complaints(compiler, altered, declarations)
