"""A card with one large figure and a line below it."""

from __future__ import annotations

from coldpress_gui.widgets.basics import Card, Label


class FigureCard(Card):
    """``7.7 KB`` / ``24 % of the frozen graph``."""

    def __init__(self) -> None:
        super().__init__(heading=False)
        self.figure, self.detail = Label("figure"), Label("muted")
        self.body.setSpacing(2)
        self.body.addWidget(self.figure)
        self.body.addWidget(self.detail)
        self.body.addStretch(1)

    def say(self, figure: str, detail: str) -> None:
        """Show a figure."""
        self.figure.setText(figure)
        self.detail.setText(detail)
        self.setAccessibleName(f"{figure}, {detail}")
