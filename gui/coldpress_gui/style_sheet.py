"""The style sheet, filled with the colours of a theme. Holds no colour itself."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from coldpress_gui.icons import icon_file

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from coldpress_gui.theme import Colours

_SHEET = Template("""
QMainWindow, QDialog, QWizard, QWizard > QWidget, QWizard QStackedWidget, QWizardPage, #page { background: $ground; }
QToolTip { background: $raised; color: $text; border: 1px solid $line_strong; padding: 4px 6px; }

#rail, #learn { background: $surface; }
#rail { border-right: 1px solid $line; }
#learn { border-left: 1px solid $line; }

QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[card="true"][kind="good"] { background: $good_soft; border-color: $good; }
QFrame[card="true"][kind="warning"] { background: $warning_soft; border-color: $warning; }
QFrame[card="true"][kind="bad"] { background: $bad_soft; border-color: $bad; }
QFrame[card="true"][kind="info"] { background: $accent_soft; border-color: $accent; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="figure"] { font-size: ${figure}pt; font-weight: 600; }
QLabel[role="verdict"] { font-size: ${verdict}pt; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${small}pt; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="accent"] { color: $accent; }
QLabel:focus { border: 1px solid $accent; border-radius: 4px; }

QPushButton {
  background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 6px;
  padding: 5px 14px; min-height: 20px;
}
QPushButton:hover { background: $raised; border-color: $accent; }
QPushButton:pressed { background: $accent_soft; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 13px; }
QPushButton:disabled { color: $disabled; background: $ground; border-color: $line; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $idle; color: $disabled; border-color: $idle; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; color: $accent; padding: 4px 6px; }
QPushButton[flat="true"]:hover { background: $accent_soft; }
QPushButton[flat="true"]:focus { border: 1px solid $accent; }
QPushButton[small="true"] { padding: 0 6px; min-height: 18px; }
QPushButton::menu-indicator { image: url("$chevron"); width: 12px; subcontrol-position: right center; right: 8px; }
QPushButton[menu="true"] { padding-right: 28px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: $text; }
QToolButton:hover { background: $accent_soft; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $accent_soft; border-color: $accent; }
QToolButton:disabled { color: $disabled; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextBrowser {
  background: $surface; color: $text; border: 1px solid $line_strong; border-radius: 6px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { padding: 4px 8px; min-height: 20px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus, QTextBrowser:focus {
  border: 1px solid $accent;
}
QTextBrowser[bare="true"], QPlainTextEdit[bare="true"] { border: 0; border-radius: 0; background: transparent; }
QLineEdit[invalid="true"] { border: 1px solid $bad; background: $bad_soft; }
QLineEdit[needed="true"] { border: 1px dashed $accent; background: $accent_soft; }
QLineEdit:disabled, QComboBox:disabled { color: $disabled; background: $ground; border-color: $line; }
QComboBox { padding-right: 26px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$chevron"); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
  background: $surface; border: 1px solid $line_strong; outline: 0;
  selection-background-color: $accent_soft; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }

QTreeView, QTableView, QListView {
  background: $surface; color: $text; border: 1px solid $line; border-radius: 8px; outline: 0;
  selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line;
}
QTreeView:focus, QTableView:focus, QListView:focus { border-color: $accent; }
QTreeView::item, QListView::item { min-height: 26px; padding: 0 4px; border: 0; }
QTreeView::item:selected, QTableView::item:selected, QListView::item:selected {
  background: $accent_soft; color: $text;
}
QTreeView::branch:selected { background: $accent_soft; }
QTreeView::branch:has-children:closed { image: url("$chevron_right"); }
QTreeView::branch:has-children:open { image: url("$chevron"); }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section {
  background: transparent; color: $muted; border: 0; border-bottom: 1px solid $line; padding: 6px 8px; font-weight: 600;
}
QTableCornerButton::section { background: $surface; border: 0; }

QTabWidget::pane { border: 0; border-top: 1px solid $line; top: -1px; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
  background: transparent; color: $muted; border: 0; border-bottom: 2px solid transparent;
  padding: 7px 12px; margin-right: 4px;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }

QScrollArea, QScrollArea > QWidget > QWidget[scrolled="true"] { background: transparent; border: 0; }
QFrame[card="true"] QScrollArea, QFrame[card="true"] QStackedWidget { background: $surface; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $idle; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $line_strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent_soft; }

QProgressBar { background: $idle; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid $line_strong; background: $surface;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus, QCheckBox::indicator:hover, QRadioButton::indicator:hover {
  border-color: $accent;
}
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; background: $surface; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $ground; border-color: $line; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }

QMenuBar { background: $surface; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 5px 10px; background: transparent; }
QMenuBar::item:selected { background: $accent_soft; }
QMenu { background: $surface; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 24px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
""")


def style_sheet(colours: Colours, base: QFont) -> str:
    """Return the style sheet of a theme; sizes of type follow the person's own font size."""
    size = base.pointSizeF()
    values = {name: getattr(colours, name) for name in colours.__dataclass_fields__}
    return _SHEET.substitute(
        values,
        title=round(size * 1.6, 1),
        verdict=round(size * 1.35, 1),
        figure=round(size * 1.3, 1),
        small=round(size * 0.9, 1),
        chevron=icon_file("chevron-down", colours.muted),
        check=icon_file("check", colours.on_accent),
        chevron_right=icon_file("chevron-right", colours.muted),
    )
