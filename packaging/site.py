"""What MkDocs is told about docs/: the order of its pages, found by folder, and the pages that lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A new page in a folder needs no entry in a list."""
    config.nav = [
        {"Overtitle": "index.md"},
        {"Tutorial": "tutorial.md"},
        {"How to": _pages("how-to")},
        {"Providers": _pages("providers")},
        {"Reference": _pages("reference")},
        {"Explanation": ["architecture.md", "privacy.md", {"Decisions": _decisions()}, *_pages("explanation")]},
        {"Project": list(BESIDE)},
    ]
    return config


def _pages(folder: str) -> list[Any]:
    return sorted(f"{folder}/{path.name}" for path in (ROOT / "docs" / folder).glob("*.md"))


def _decisions() -> list[Any]:
    template, *pages = _pages("decisions")
    return [pages.pop(), *pages, template]  # README.md, which sorts last, is the list of them


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Pages and the icon from outside docs/."""
    from mkdocs.structure.files import File

    for name in BESIDE:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    icon = ROOT / "resources" / "icons" / "overtitle.svg"
    files.append(File.generated(config, "overtitle.svg", abs_src_path=str(icon)))
    return files


def on_page_markdown(markdown: str, page: Page, **_rest: object) -> str:
    """Links across the border of docs/, which are right in the repository, become right on the site."""
    up = "../" * page.file.src_uri.count("/")
    for name in BESIDE:
        markdown = markdown.replace(f"]({up}../{name}", f"]({up}{name}")
    if page.file.src_uri in BESIDE:
        markdown = markdown.replace("](docs/", "](")
    return markdown
