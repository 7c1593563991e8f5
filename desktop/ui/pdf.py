"""A transcript as PDF, laid out by Qt; every text goes in as plain text. May run in a worker thread."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
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
)

from desktop.core.captions import CaptionEvent
from desktop.transcripts.beside import pdf_mark
from desktop.transcripts.export import clock, told, when
from desktop.transcripts.transcript import Transcript
from desktop.ui.text import plain
from desktop.ui.theme import LIGHT, caption_font

_RESOLUTION = 300
_XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{mark}</dc:identifier>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


def pdf(transcript: Transcript) -> bytes:
    """The transcript on A4 pages: a title, and a paragraph for each entry with its time and speaker."""
    document = document_of(transcript)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 18, 20, 18), QPageLayout.Unit.Millimeter)
    writer.setTitle(plain(transcript.header.title, 200))
    writer.setCreator("Overtitle")
    writer.setDocumentXmpMetadata(_XMP.format(mark=pdf_mark(transcript.header.id)).encode())
    document.print_(writer)
    buffer.close()
    return bytes(data.data())


def document_of(transcript: Transcript) -> QTextDocument:
    """What is printed."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(caption_font("", 11))
    cursor = QTextCursor(document)
    cursor.insertText(plain(transcript.header.title, 200), _form(size=18, bold=True))
    cursor.insertBlock(_block(after=14))
    cursor.insertText(plain(when(transcript), 400), _form(LIGHT.dim))
    for entry, who, what in told(transcript):
        cursor.insertBlock(_block(after=6))
        cursor.insertText(f"{clock(entry.start)}  ", _form(LIGHT.dim, size=9))
        if who:
            cursor.insertText(plain(who, 200), _form(bold=True))
        cursor.insertText(plain(what, 40_000), _form(italic=not isinstance(entry, CaptionEvent)))
    return document


def _form(colour: str = "#000000", *, size: float = 11, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    form.setFontPointSize(size)
    form.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    form.setFontItalic(italic)
    return form


def _block(after: float) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setBottomMargin(after)
    return form
