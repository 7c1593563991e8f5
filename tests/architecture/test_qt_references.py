"""The Qt in use does not lose references to None and True (docs/decisions/0004-qt-pin.md)."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROBE = """
import sys
from PySide6 import QtCore, QtWidgets

keep = [None] * 200_000, [True] * 200_000  # so that the probe outlives a bad build and can say so
app = QtWidgets.QApplication([])

class Sender(QtCore.QObject):
    said = QtCore.Signal(int)

sender, label, timer = Sender(), QtWidgets.QLabel(), QtCore.QTimer()
sender.said.connect(label.setNum)

def emit():
    sender.said.emit(1)

def text():
    label.setText("a")

def clock():
    timer.start(1000)
    timer.stop()

worst = 0
for call in (emit, text, clock):
    call()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(10_000):
        call()
    change = [after - then for after, then in zip((sys.getrefcount(None), sys.getrefcount(True)), before)]
    worst = max(worst, *map(abs, change))
    print(call.__name__, "None %+d True %+d" % tuple(change))
sys.exit(worst > 100)
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="platform: None and True are immortal from Python 3.12 on")
def test_qt_calls_keep_the_references_to_none_and_true() -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("None") == 3
