"""What stands in the window: document, stage, canvas, transport, panels, and their keepers."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from engine.errors import Refused
from engine.experiment import Experiment, new_experiment
from engine.lessons import lessons
from engine.network import Network
from playground.action_states import ActionStates
from playground.backups import Backups
from playground.canvas.view import CanvasView
from playground.crash import Crashes
from playground.docks import Docks
from playground.document import Document
from playground.facts import facts_of
from playground.file_desk import FileDesk
from playground.file_watch import FileWatch
from playground.file_work import FileWork
from playground.help_desk import HelpDesk
from playground.hint_card import HintCard
from playground.in_use import InUse
from playground.keys import Keys
from playground.main_window import NAME, MainWindow
from playground.mathematics import FormulaPictures
from playground.notice_bar import NoticeBar
from playground.panels.inspector import Inspector
from playground.panels.settings import SettingsPanel
from playground.panels.table import NetworkTable
from playground.panels.transport import Transport
from playground.panes import Panes
from playground.question import Answer, ask
from playground.recovery import Recovery
from playground.stage import Stage
from playground.starts import Starts
from playground.state_folder import state_folders
from playground.widgets.focus_ring import FocusRing
from playground.widgets.strip import Strip

HINTED = "hinted"


class Furniture(QObject):
    """Made once, right after the first paint; `parts` are what the commands name."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self._preferences = window, window.preferences
        self.folders = state_folders() if window.folders is None else window.folders
        self.document = Document(new_experiment(Network()), self)
        self.stage = Stage(self)
        self.pictures = FormulaPictures(self)
        self.strip = Strip(window)
        window.setStatusBar(self.strip)
        self._stand_in_the_middle()
        self.docks = Docks(window, self.strip)
        self._add_panels()
        self._keep_files()
        self.states = ActionStates(window.menus, self.document, self.stage, self.files.work, self)
        self.panes = Panes(window, self._panes)
        self.focus_ring = FocusRing(window)
        self.parts = self._parts()
        self._listen()
        self._finish_menus()
        self.docks.restore(self._preferences.state("layout"))
        self.hint: HintCard | None = None

    # making

    def _stand_in_the_middle(self) -> None:
        """Canvas and transport in one column, with room for a notice above."""
        column = QWidget(self.window)
        self.notice = NoticeBar(column)
        self.canvas = self._make_canvas(column)
        self.transport = Transport(self.document, self.stage, column)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.notice)
        rows.addWidget(self.canvas, 1)
        rows.addWidget(self.transport)
        column.setMinimumSize(480, 360)
        self.window.setCentralWidget(column)

    def _make_canvas(self, parent: QWidget) -> CanvasView:
        return CanvasView(
            self.document, self.stage, parent,
            on_new_network=lambda: self.files.new(),
            on_open_lesson=self.window.tool_bar.row.lessons.showMenu,
        )  # fmt: skip

    def _add_panels(self) -> None:
        document, stage, window = self.document, self.stage, self.window
        self.inspector = Inspector(document, stage, window)
        self.docks.add("inspector", "Inspector", self.inspector)
        self.docks.add("settings", "Settings", SettingsPanel(document, stage, window))
        self.docks.add("table", "Table", NetworkTable(document, stage, window))

    def _keep_files(self) -> None:
        """Files, backups, and what is done when something goes wrong."""
        self.in_use = InUse(self.folders)
        work = FileWork(self.document)
        self.files = FileDesk(
            work, self.document, self._preferences, self.in_use, self.window, self.strip.note,
            self._opened,
        )  # fmt: skip
        self.files.write_picture = self._write_picture
        self.watch = FileWatch(self.files, self.document, self.in_use, self.notice, self.window)
        work.told = self._show_file
        self.backups = Backups(self.document, self.folders, work.about, self.strip.refuse, self)
        self.starts = Starts(self.folders)
        self.recovery = Recovery(
            self.files, self.backups, self.starts, self.folders, self._preferences, self.window
        )
        self.crashes = Crashes(self.folders, self.backups.write, self._show_crash, self)

    def _parts(self) -> dict[str, object]:
        return {
            "window": self.window,
            "files": self.files,
            "document": self.document,
            "stack": self.document.stack,
            "stage": self.stage,
            "canvas": self.canvas,
            "transport": self.transport,
            "docks": self.docks,
            "panes": self.panes,
            "views": self.states,
            "help": HelpDesk(self.window),
        }

    def _listen(self) -> None:
        self.document.changed.connect(self._follow)
        self.document.refused.connect(self._refuse)
        self.document.stack.cleanChanged.connect(self._show_title)
        self.document.stack.indexChanged.connect(self._show_title)
        keys = Keys(self.window)
        for dock in self.docks.docks.values():
            keys.watch(dock)

    def _finish_menus(self) -> None:
        menus = self.window.menus
        menus.wear_icons()
        for dock in self.docks.docks.values():
            menus.menus["docks"].addAction(dock.toggleViewAction())
        menus.menus["recent"].aboutToShow.connect(lambda: self._fill_recent(menus.menus["recent"]))
        self._fill_lessons(menus.menus["lessons"])

    # menus that are filled while the window runs

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._preferences.recent():
            action = menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _on, p=path: self.files.open_path(p))
        if menu.isEmpty():
            menu.addAction("No file was opened yet").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Clear the list").triggered.connect(self._preferences.clear_recent)

    def _fill_lessons(self, menu: QMenu) -> None:
        group = ""
        try:
            known = lessons()
        except Refused as refused:
            menu.addAction(refused.sentence).setEnabled(False)
            return
        for lesson in known:
            if lesson.group != group:
                group = lesson.group
                menu.addSection(group.replace("&", "&&"))
            action = QAction(lesson.title.replace("&", "&&"), menu)
            action.setToolTip(lesson.line)
            action.triggered.connect(lambda _on, i=lesson.id: self.files.open_lesson(i))
            menu.addAction(action)

    # following

    def begin(self, name: str) -> None:
        """Open what is asked for or was open last; the first start of all has hints."""
        self.crashes.install()
        self.recovery.begin(name)
        note = self._preferences.note
        if note:
            self.strip.note(note)
        if not self._preferences.flag(HINTED):
            self.hint = HintCard(self.canvas, self._hinted)

    def come_back(self) -> None:
        """The window has the keyboard again: has anything happened meanwhile?"""
        self.watch.look()

    def may_close(self) -> bool:
        """Whether the window may close now; else it closes when the question is answered."""
        if self.files.work.modified:
            self.files.unless_unsaved(self._close_for_good)
            return False
        self._put_away()
        return True

    def _close_for_good(self) -> None:
        self.document.stack.setClean()
        self.window.close()

    def leave(self) -> None:
        """Ask nothing when the window closes, and remember nothing of it."""
        self.document.stack.setClean()

    def _put_away(self) -> None:
        """Remember the window, and leave nothing behind that the next start would find."""
        self._preferences.put("geometry", self.window.saveGeometry())
        self._preferences.put("layout", self.docks.state())
        self._preferences.keep()
        self.backups.close()
        self.in_use.release()
        self.starts.went_well()
        self.crashes.remove()
        self.document.stack.blockSignals(True)  # it tells of its own end, to nobody

    def _opened(self) -> None:
        """Another document is shown."""
        self.stage.show(type(self.stage.look)())
        self._show_facts(self.document.value)

    def _show_file(self) -> None:
        self._show_title()
        self.states.refresh()
        self.watch.follow()
        self.backups.write()

    def _follow(self, before: Experiment, after: Experiment) -> None:
        self._show_facts(after)
        moved = (before.updates, before.cursor) != (after.updates, after.cursor)
        if moved and self.hint is not None:
            self.hint.count_step()

    def _show_facts(self, experiment: Experiment) -> None:
        self.strip.show_facts(facts_of(experiment))

    def _show_title(self) -> None:
        work = self.files.work
        dot = " •" if work.modified else ""
        self.window.setWindowTitle(f"{work.title}{dot} – {NAME}")
        self.inspector.show_name(work.title)

    def _refuse(self, sentence: str) -> None:
        self.strip.refuse(sentence)

    def _hinted(self) -> None:
        self.hint = None
        self._preferences.put(HINTED, True)

    def _panes(self) -> list[QWidget]:
        docks = self.docks.docks
        names = ("lesson", "explain", "inspector", "settings", "history", "samples", "table")
        beside = [docks[name] for name in names if name in docks]
        middle = [self.canvas, self.transport]
        return [self.window.tool_bar, *beside[:1], *middle, *beside[1:], self.strip]

    def _write_picture(self, path: Path) -> None:
        raise Refused("There is no canvas.")

    def _show_crash(self, report: str, safe: bool) -> None:
        """One dialog for one error; the program goes on."""

        def copy() -> None:
            QGuiApplication.clipboard().setText(report)

        unsafe = "Your work could not be backed up: save it now."
        ask(self.window, "Something went wrong.",
            "Your work has been backed up." if safe else unsafe,
            (Answer("Continue"), Answer("Copy report", copy, stays=True)), report)  # fmt: skip
