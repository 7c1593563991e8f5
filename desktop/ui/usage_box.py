"""Minutes and estimated cost of a service this month, with the limit and the price that a person can set."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from desktop.ui.form_parts import heading, wrapped
from desktop.ui.setting_controls import calm
from desktop.ui.theme import GRID
from desktop.ui.usage_text import money, usage_sentence
from desktop.ui.values import UsageView

_MOST_MINUTES = 100_000
"""More than two months of one side."""


class UsageBox(QWidget):
    """A sentence and two numbers."""

    limit_changed = Signal(int)
    """Minutes a month; 0 for no limit."""
    price_changed = Signal(float)
    """US dollars a minute; 0 for that of the list."""

    def __init__(self, view: UsageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = wrapped("")
        self.limit = QSpinBox()
        self.limit.setRange(0, _MOST_MINUTES)
        self.limit.setSingleStep(60)
        self.limit.setGroupSeparatorShown(True)
        self.limit.setSpecialValueText(self.tr("No limit"))
        self.price = QDoubleSpinBox()
        self.price.setRange(0, 1000)
        self.price.setDecimals(4)
        self.price.setSingleStep(0.001)
        for box, name in ((self.limit, self.tr("Minutes a month at most")), (self.price, self.tr("Price a minute, $"))):
            box.setAccessibleName(name)
            box.setKeyboardTracking(False)
            calm(box)
        self._arrange()
        self.show_usage(view)
        self.limit.valueChanged.connect(self.limit_changed)
        self.price.valueChanged.connect(self.price_changed)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(4)
        for column, box in enumerate((self.limit, self.price)):
            grid.addWidget(wrapped(box.accessibleName(), buddy=box), 0, column)
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        self.remark = wrapped(
            self.tr(
                "Nothing is sent beyond the limit; this computer goes on if it can. The cost is an estimate: your "
                "bill may differ."
            ),
            dim=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for part in (heading(self.tr("Use and cost")), self.sentence):
            layout.addWidget(part)
        layout.addLayout(grid)
        layout.addWidget(self.remark)

    def show_usage(self, view: UsageView) -> None:
        """Show other numbers without telling anybody; what is being typed stays."""
        text = usage_sentence(view)
        if text != self.sentence.text():
            self.sentence.setText(text)
            self.sentence.setAccessibleName(text)
        listed = self.tr("Unknown")
        if view.list_price is not None:
            listed = self.tr("List: {price}").format(price=money(view.list_price, 4))
        self.price.setSpecialValueText(listed)
        for box in (self.limit, self.price):
            box.blockSignals(True)
        if not self.limit.hasFocus():
            self.limit.setValue(view.limit)
        if not self.price.hasFocus():
            self.price.setValue(view.own_price)
        for box in (self.limit, self.price):
            box.blockSignals(False)
