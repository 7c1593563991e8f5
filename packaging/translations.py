"""Keeps the window's translations in step with the source.

`python packaging/translations.py` adds new sentences to `resources/translations/overtitle_*.ts` and takes out those
that are gone; `--check` changes nothing and says what is missing. Sentences are found by reading the source as Python
does: `self.tr("...")` in a class, `QCoreApplication.translate("Context", "...")` and `say("Context", "...")`.
"""

from __future__ import annotations

import argparse
import ast
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("fr", "es")
NEVER_SHOWN = {"CommandLine"}
"""Contexts that the window never shows: the command line speaks English."""

Sentence = tuple[str, str]
"""Context and English text."""


class _Finder(ast.NodeVisitor):
    def __init__(self, path: Path) -> None:
        self.path = path
        self.classes: list[str] = []
        self.found: list[Sentence] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "tr" and self.classes:
            self._take(node, self.classes[-1], node.args[:1])
        elif name in ("say", "translate") and len(node.args) >= 2:
            context = node.args[0]
            if isinstance(context, ast.Constant) and isinstance(context.value, str):
                self._take(node, context.value, node.args[1:2])
        self.generic_visit(node)

    def _take(self, node: ast.Call, context: str, args: list[ast.expr]) -> None:
        for text in args:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                self.found.append((context, text.value))
            elif not _is_variable_translation(node):
                raise SystemExit(f"{self.path}:{node.lineno}: the sentence has to be a literal")


def _is_variable_translation(node: ast.Call) -> bool:
    """`QCoreApplication.translate` also looks up what stands as a literal elsewhere."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "translate"


def sentences(root: Path = ROOT) -> list[Sentence]:
    """Every sentence of the source, by context and then in the order of the files; each once."""
    found: dict[Sentence, None] = {}
    for path in sorted((root / "desktop").rglob("*.py")):
        finder = _Finder(path)
        finder.visit(ast.parse(path.read_text(encoding="utf-8")))
        found.update(dict.fromkeys(finder.found))
    return sorted((each for each in found if each[1] and each[0] not in NEVER_SHOWN), key=lambda each: each[0])


def placeholders(text: str) -> set[str]:
    """Names of the values that `text` is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def read(path: Path) -> dict[Sentence, str]:
    """The finished translations of a `.ts` file."""
    if not path.exists():
        return {}
    return dict(_messages(path))


def _messages(path: Path) -> Iterator[tuple[Sentence, str]]:
    for context in ElementTree.parse(path).getroot().iter("context"):  # noqa: S314 - our own file
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.text and translation.get("type") is None:
                yield (context.findtext("name", ""), message.findtext("source", "")), translation.text


def write(path: Path, language: str, wanted: list[Sentence], known: dict[Sentence, str]) -> None:
    """Write `wanted` with the translations that are `known`, in the form that Qt Linguist edits."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ElementTree.Element] = {}
    for context, text in wanted:
        if context not in contexts:
            contexts[context] = ElementTree.SubElement(root, "context")
            ElementTree.SubElement(contexts[context], "name").text = context
        message = ElementTree.SubElement(contexts[context], "message")
        ElementTree.SubElement(message, "source").text = text
        translation = ElementTree.SubElement(message, "translation")
        if (context, text) in known:
            translation.text = known[context, text]
        else:
            translation.set("type", "unfinished")
    ElementTree.indent(root, "    ")
    body = ElementTree.tostring(root, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def faults(language: str, wanted: list[Sentence], known: dict[Sentence, str]) -> list[str]:
    """What keeps the translation from being complete, one line each."""
    lines = [f"{language}: missing: {context}: {text}" for context, text in wanted if (context, text) not in known]
    for (context, text), translated in known.items():
        if (context, text) not in set(wanted):
            lines.append(f"{language}: no longer used: {context}: {text}")
        elif placeholders(text) != placeholders(translated):
            lines.append(f"{language}: other values than in English: {context}: {text}")
    return lines


def main() -> int:
    """Update or check the translations; 1 when they are not complete."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    wanted = sentences()
    lines: list[str] = []
    for language in LANGUAGES:
        path = FOLDER / f"overtitle_{language}.ts"
        known = read(path)
        if not check:
            known = {each: known[each] for each in wanted if each in known}
            write(path, language, wanted, known)
        lines += faults(language, wanted, known)
    print("\n".join(lines) or f"{len(wanted)} sentences in {len(LANGUAGES)} translations: complete")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
