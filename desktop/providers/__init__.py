"""One folder or file per provider and nothing else; `discover` finds them, nobody names them.

A provider module exposes `PROVIDER`. Packages from outside register theirs under the entry-point group
`overtitle.providers`.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from functools import cache

from desktop.core.provider import Provider

log = logging.getLogger(__name__)

GROUP = "overtitle.providers"


@cache
def discover() -> dict[str, Provider]:
    """Every provider that could be loaded, by id; one that breaks while loading is logged and left out."""
    from importlib.metadata import entry_points  # 30 ms and 4 MB that the engine's child process can do without

    found: dict[str, Provider] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        provider: Provider = importlib.import_module(f"{__name__}.{name}").PROVIDER
        found[provider.id] = provider
    for entry in entry_points(group=GROUP):
        try:
            outside: Provider = entry.load()
            found.setdefault(outside.id, outside)
        except Exception:  # foreign code: whatever it raises must not take the other providers along
            log.exception("The provider %s could not be loaded", entry.name)
    return found
