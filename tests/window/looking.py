"""What a person can see, reach and hear named in a window: shared by the tests of access."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from desktop.ui import theme
from desktop.ui.cut_button import CutButton

SHARP = 3
"""Times larger than on the screen: a thin stroke is then as dark inside as its colour is."""


def shown(root: QWidget) -> list[QWidget]:
    """Everything of this window that is visible, without what Qt puts into its own controls."""
    made = []
    for each in [root, *root.findChildren(QWidget)]:
        inside = each.parent()
        own = isinstance(inside, QAbstractSpinBox | QComboBox) or each.objectName().startswith("qt_")
        if each.isVisible() and each.window() is root.window() and not own:
            made.append(each)
    return made


def focusable(root: QWidget) -> list[QWidget]:
    """What Tab can stop at now."""
    return [
        each
        for each in shown(root)
        if each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and not _inner(each)
    ]


def _inner(each: QWidget) -> bool:
    return isinstance(each.parent(), QLineEdit)


def controls(root: QWidget) -> list[QWidget]:
    """What a person presses, types into or chooses from."""
    kinds = QAbstractButton | QLineEdit | QAbstractSpinBox | QComboBox
    return [each for each in shown(root) if isinstance(each, kinds) and not _inner(each)]


def reachable(root: QWidget) -> list[QWidget]:
    """Where Tab stops, in its order, beginning at the window."""
    stops, able = [], set(focusable(root))
    each = root.nextInFocusChain()
    while each is not None and each is not root:
        if each in able:
            stops.append(each)
        each = each.nextInFocusChain()
    return stops + [root] * (root in able)


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """The interface and all below it, as a screen reader walks them."""
    yield interface
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None:
            yield from tree(child)


def spoken(widget: QWidget) -> str:
    """The name a screen reader says."""
    return str(QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)).strip()


# ---- room


def outside(root: QWidget) -> list[str]:
    """What stands partly outside of what holds it, where nobody can scroll to it."""
    found = []
    for each in shown(root):
        parent = each.parentWidget()
        if each is root or parent is None or _scrolled(each):
            continue
        if not parent.rect().contains(each.geometry()) and not each.geometry().isEmpty():
            found.append(f"{_say(each)} at {each.geometry().getRect()} in {_say(parent)} {parent.size().toTuple()}")
    return found


def _scrolled(each: QWidget) -> bool:
    """Whether a scroll area can bring it into view."""
    parent = each.parentWidget()
    area = parent.parentWidget() if parent is not None else None
    if not isinstance(area, QAbstractScrollArea):
        return False
    if isinstance(area, QScrollArea) and area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
        return each.width() <= area.viewport().width()
    return True


def cut(root: QWidget) -> list[str]:
    """Words that have less room than they need."""
    found = []
    for each in shown(root):
        need = _need(each)
        if need.width() > each.contentsRect().width() + 1 or need.height() > each.contentsRect().height() + 1:
            found.append(f"{_say(each)} needs {need.toTuple()} and has {each.contentsRect().size().toTuple()}")
    return found


def _need(each: QWidget) -> QSize:
    size = QSize()
    if isinstance(each, QLabel) and each.text():
        policy = each.sizePolicy().horizontalPolicy()
        if each.wordWrap():
            size = QSize(0, each.heightForWidth(each.width()))
        elif policy is not policy.Ignored:
            size = each.fontMetrics().boundingRect(QRect(0, 0, 9999, 999), 0, each.text()).size()
    elif isinstance(each, QCheckBox):
        size = QSize(each.minimumSizeHint().width(), each.fontMetrics().height())
    elif isinstance(each, QAbstractButton) and each.text() and not isinstance(each, CutButton):
        size = QSize(each.fontMetrics().horizontalAdvance(each.text().replace("&&", "&")) + 4, 0)
        size.setHeight(each.fontMetrics().height())
    elif isinstance(each, QLineEdit) and each.placeholderText() and not each.text():
        size = QSize(each.fontMetrics().horizontalAdvance(each.placeholderText()) + 8, each.fontMetrics().height())
    elif isinstance(each, QComboBox):
        begins = each.currentText()[:16]  # its list shows the rest
        size = QSize(each.fontMetrics().horizontalAdvance(begins) + 24, each.fontMetrics().height())
    return size


def crossing(root: QWidget) -> list[str]:
    """Controls and words that lie on each other."""
    leaves = [each for each in shown(root) if isinstance(each, QLabel | QAbstractButton | QLineEdit | QComboBox)]
    leaves = [each for each in leaves if not _inner(each) and not isinstance(each.parent(), QAbstractButton)]
    found = []
    for at, one in enumerate(leaves):
        for other in leaves[at + 1 :]:
            if one.parentWidget() is other.parentWidget() and one.geometry().intersects(other.geometry()):
                found += [f"{_say(one)} and {_say(other)}"]
    return found


def _say(each: QWidget) -> str:
    text = each.text() if isinstance(each, QLabel | QAbstractButton) else each.accessibleName()
    return f"{type(each).__name__}({each.objectName() or text[:50]!r})"


# ---- colours


def sharp(root: QWidget) -> QImage:
    """The window, three times as large."""
    image = QImage(root.size() * SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARP)
    image.fill(QColor("#ff00ff"))
    root.render(image)
    return image


def pixels(image: QImage) -> memoryview:
    """Every pixel's colour, as `QColor.fromRgb` takes it."""
    return memoryview(bytes(image.convertToFormat(QImage.Format.Format_RGB32).constBits())).cast("I")


def area_of_text(each: QWidget) -> QRect:
    """Where the words of a label or a button stand, in its own pixels; empty when it has none."""
    if isinstance(each, QLabel) and each.text():
        return each.contentsRect()
    if isinstance(each, QAbstractButton) and each.text():
        option = QStyleOptionButton()
        option.initFrom(each)
        inner = each.rect().adjusted(5, 5, -5, -5)
        if isinstance(each, QCheckBox):
            inner = each.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, each)
        return inner
    if isinstance(each, QLineEdit | QComboBox):
        return each.rect().adjusted(7, 7, -24 if isinstance(each, QComboBox) else -7, -7)
    return QRect()


def contrast_of(image: QImage, root: QWidget, each: QWidget) -> float:
    """Of the words of `each` on their ground; 21 where there are none in view, or only their end."""
    area = area_of_text(each)
    if area.isEmpty():
        return 21.0
    seen = each.visibleRegion().boundingRect().intersected(area)
    at = each.mapTo(root, QPoint(0, 0)) if each is not root else QPoint(0, 0)
    place = seen.translated(at)
    if seen.height() < 10 or seen.width() < 10 or 2 * seen.width() < area.width():
        return 21.0  # as good as out of view
    part = image.copy(QRect(place.topLeft() * SHARP, place.size() * SHARP))
    colours = Counter(pixels(part))
    ground, *others = (QColor.fromRgb(colour).name() for colour, _ in colours.most_common())
    return max((theme.contrast(colour, ground) for colour in others), default=21.0)  # a field may be empty
