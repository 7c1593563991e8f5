"""A transcript as PDF, laid out by Qt; every text goes in as plain text. May run in a worker thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from desktop.core.captions import CaptionEvent
from desktop.core.direction import right_to_left
from desktop.core.message import ENGLISH, Tongue
from desktop.transcripts.beside import pdf_mark
from desktop.transcripts.export import clock, told, when
from desktop.transcripts.layout import single_spaced
from desktop.transcripts.transcript import Transcript
from desktop.ui.text import plain
from desktop.ui.theme import LIGHT, caption_font

_RESOLUTION = 300
_COLUMN = 66
"""Width of the times, in pixels of 1/96 inch."""
_XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{mark}</dc:identifier>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


def pdf(transcript: Transcript, tongue: Tongue = ENGLISH) -> bytes:
    """The transcript on A4 pages: a title, and a paragraph for each entry with its time and speaker."""
    document = document_of(transcript, tongue)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(), QPageLayout.Unit.Millimeter)  # printing keeps 2 cm free and numbers the pages
    writer.setTitle(plain(transcript.header.title, 200))
    writer.setCreator("Overtitle")
    writer.setDocumentXmpMetadata(_XMP.format(mark=pdf_mark(transcript.header.id)).encode())
    document.print_(writer)
    buffer.close()
    return bytes(data.data())


def document_of(transcript: Transcript, tongue: Tongue = ENGLISH) -> QTextDocument:
    """What is printed."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(caption_font("", 11))
    cursor = QTextCursor(document)
    title = plain(transcript.header.title, 200)
    cursor.setBlockFormat(_block(title, after=4))
    cursor.insertText(title, _form(size=18, bold=True))
    cursor.insertBlock(_block("", after=14))
    cursor.insertText(plain(when(transcript), 400), _form(LIGHT.dim))
    for entry, who, what in told(transcript, tongue):
        cursor.insertBlock(_entry(what))
        gap = "  " if right_to_left(what) else "\t"  # Qt has no tabs from the right
        cursor.insertText(f"{clock(entry.start)}{gap}", _form(LIGHT.dim, size=9))
        if who:
            cursor.insertText(plain(who, 200), _form(bold=True))
        cursor.insertText(single_spaced(plain(what, 40_000)), _form(italic=not isinstance(entry, CaptionEvent)))
    return document


def _form(colour: str = "#000000", *, size: float = 11, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    form.setFontPointSize(size)
    form.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    form.setFontItalic(italic)
    return form


def _block(text: str, after: float) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setBottomMargin(after)
    if right_to_left(text):
        form.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    return form


def _entry(what: str) -> QTextBlockFormat:
    """The time in a column of its own."""
    form = _block(what, after=6)
    wide = _COLUMN * _RESOLUTION / 96  # printing scales tabs, and neither margins at the sides nor indents
    if right_to_left(what):
        form.setRightMargin(wide)
    else:
        form.setLeftMargin(wide)
    form.setTextIndent(-wide)
    form.setTabPositions([QTextOption.Tab(_COLUMN, QTextOption.TabType.LeftTab)])
    return form
