"""Word documents: the smallest package of ECMA-376 (Office Open XML) that word processors open, written by hand.

docs/decisions/0020-docx-and-pdf.md says why no library does it. The same transcript always gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape  # xml.sax.saxutils brings urllib, http and ssl along, 70 ms of every start

from desktop.core.direction import right_to_left

Run = tuple[str, str]
"""A style ("", "time", "name" or "note") and a text, in which a tab leads to the column of the words.

The last run of a paragraph says which way it runs.
"""

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NEVER = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file knows: the same bytes every time
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
</Types>"""
_RELATIONS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>\
</Relationships>"""
_DOCUMENT_RELATIONS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>"""
_SPACED = '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/>'
_STYLES = f"""{_HEAD}<w:styles xmlns:w="{_MAIN}">\
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/>\
<w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:rPrDefault>\
<w:pPrDefault><w:pPr>{_SPACED}</w:pPr></w:pPrDefault></w:docDefaults>\
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>\
<w:style w:type="paragraph" w:styleId="Entry"><w:name w:val="Entry"/><w:basedOn w:val="Normal"/>\
<w:pPr><w:tabs><w:tab w:val="left" w:pos="1077"/></w:tabs><w:ind w:left="1077" w:hanging="1077"/></w:pPr></w:style>\
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>\
<w:rPr><w:b/><w:sz w:val="36"/><w:szCs w:val="36"/></w:rPr></w:style>\
<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/>\
<w:rPr><w:color w:val="59626D"/></w:rPr></w:style>\
<w:style w:type="character" w:styleId="time"><w:name w:val="Time"/>\
<w:rPr><w:color w:val="59626D"/><w:sz w:val="18"/></w:rPr></w:style>\
<w:style w:type="character" w:styleId="name"><w:name w:val="Speaker"/><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type="character" w:styleId="note"><w:name w:val="Note"/><w:rPr><w:i/></w:rPr></w:style>\
</w:styles>"""


def document(title: str, subtitle: str, paragraphs: Iterable[Sequence[Run]], language: str = "") -> bytes:
    """A document of plain paragraphs; `language` is a BCP 47 tag for the spelling checker."""
    body = [_paragraph("Title", [("", title)]), _paragraph("Subtitle", [("", subtitle)])]
    body += [_paragraph("Entry", runs, language) for runs in paragraphs]
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"/></w:sectPr>'  # noqa: E501  # one element: A4, 2 cm
    main = f'{_HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{"".join(body)}{page}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": main,
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _STYLES,
        "docProps/core.xml": _core(title),
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, _NEVER), text.encode(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _core(title: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{_text(title)}</dc:title>'
        "<dc:creator>Overtitle</dc:creator></cp:coreProperties>"
    )


def _paragraph(style: str, runs: Sequence[Run], language: str = "") -> str:
    turned = "<w:bidi/>" if runs and right_to_left(runs[-1][1]) else ""
    form = f'<w:pPr><w:pStyle w:val="{escape(style)}"/>{turned}</w:pPr>'
    return f"<w:p>{form}{''.join(_runs(runs, language))}</w:p>"


def _runs(runs: Sequence[Run], language: str) -> Iterator[str]:
    for style, text in runs:
        form = f'<w:rStyle w:val="{escape(style)}"/>' if style else ""
        form += "<w:rtl/>" if right_to_left(text) else ""
        form += f'<w:lang w:val="{escape(_xml(language))}"/>' if language and not style else ""
        form = f"<w:rPr>{form}</w:rPr>" if form else ""
        inside = _text(text).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
        yield f'<w:r>{form}<w:t xml:space="preserve">{inside}</w:t></w:r>'


def _text(text: str) -> str:
    return escape(_xml(text), quote=False)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
