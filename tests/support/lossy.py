"""A line that loses packets: a network namespace of its own in which nftables drops one TCP packet in twenty.

Run as a program inside the namespace it puts a session through it and prints the count as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.support.trials import Count

ROOT = Path(__file__).resolve().parents[2]
RULES = """
ip link set lo up &&
nft add table inet loss &&
nft add chain inet loss in '{ type filter hook input priority 0; }' &&
nft add rule inet loss in meta l4proto tcp numgen random mod 100 '<' "$LOSS" counter drop"""


def obstacle() -> str:
    """Why this computer can't lose packets on purpose; empty when it can."""
    if not all(map(shutil.which, ("unshare", "nft", "ip"))):
        return "unshare, nft or ip is missing"
    tried = _inside("true", 5)
    return "" if tried.returncode == 0 else "network namespaces or nftables are not permitted"


def _inside(command: str, percent: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOSS": str(percent)}
    whole = ["unshare", "-n", "sh", "-c", f"{RULES} && {command}"]
    return subprocess.run(whole, env=environment, capture_output=True, text=True, check=False, timeout=900)


def lossy(sessions: int, seconds: float, percent: int = 5) -> Count:
    """What became of the words of some sessions on a line that loses that share of its packets; each is a fault."""
    done = _inside(f"exec {sys.executable} -m tests.support.lossy {sessions} {seconds}", percent)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return Count(**json.loads(done.stdout))


async def main(sessions: int, seconds: float) -> None:
    """Inside the namespace."""
    from tests.support.beacon_server import amazon_beacon
    from tests.support.fault_proxy import Fault, Planned
    from tests.support.trials import words_trial

    counted = Count()
    quiet = [Planned(seconds, Fault.DELAY, 0.1)]  # the loss is the fault
    async with amazon_beacon() as server:
        for each in await asyncio.gather(*(words_trial(seed, quiet, server.port) for seed in range(sessions))):
            counted.add(each)
    shown = await asyncio.to_thread(subprocess.check_output, ["nft", "list", "chain", "inet", "loss", "in"], text=True)
    counted.faults = int(shown.split("packets")[1].split()[0])
    sys.stdout.write(json.dumps(asdict(counted)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
