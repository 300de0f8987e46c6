"""What stands in the window: document, stage, canvas, transport, panels, and their keepers."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.experiment.experiment import Experiment, new_experiment
from engine.network import Network
from playground.canvas.view import CanvasView
from playground.dialogs.message_box import DialogAnswer, ask
from playground.model.document import Document
from playground.model.stage import Look, Stage
from playground.model.trainer import Trainer
from playground.panels.transport import Transport
from playground.plots import background_import
from playground.session.backups import Backups, Crashes, Starts, newest_of, state_folders
from playground.session.files import OpenDocument, OpenFileLock
from playground.session.lesson_guide import LessonGuide, LessonPlaces
from playground.theme.formula_pictures import FormulaPictures, library
from playground.widgets.fields import give_up_refused, speak_of_choices
from playground.widgets.focus import FocusRing
from playground.widgets.layout import lay_out
from playground.widgets.plain_text import plain_title
from playground.widgets.status_bar import StatusBar
from playground.window.action_states import ActionStates
from playground.window.divergence_bar import DivergenceBar
from playground.window.docks import RARE, Docks
from playground.window.facts import facts_of
from playground.window.file_desk import FileDesk
from playground.window.file_watch import FileWatch
from playground.window.filled_menus import FilledMenus
from playground.window.help_desk import HelpDesk
from playground.window.hint_card import HintCard
from playground.window.keys import Keys
from playground.window.lesson_desk import LessonDesk
from playground.window.lesson_docks import LessonDocks
from playground.window.main_window import NAME, MainWindow
from playground.window.notice_bar import NoticeBar
from playground.window.panel_docks import PanelDocks
from playground.window.panes import Panes
from playground.window.picture_export import PictureExport
from playground.window.recovery import Recovery
from playground.window.sample_desk import SampleDesk
from playground.window.train_desk import TrainDesk

HINTED = "hinted"
REDUCED = "reduced-motion"


class Workspace(QObject):
    """Made once, right after the first paint; the commands call its parts.

    Backups and the log go to `folders`, the learner's own unless others are given.
    """

    window: "MainWindow[Workspace]"
    files: FileDesk
    document: Document
    samples: SampleDesk
    stage: Stage
    canvas: CanvasView
    transport: Transport
    training: TrainDesk
    docks: Docks
    panes: Panes
    lessons: LessonDesk
    states: ActionStates
    help: HelpDesk

    def __init__(
        self, window: "MainWindow[Workspace]", folders: tuple[Path, ...] | None = None
    ) -> None:
        super().__init__(window)
        speak_of_choices()  # before the first of them is made
        self.window, self._preferences = window, window.preferences
        self.folders = state_folders() if folders is None else folders
        self.document = Document(new_experiment(Network()), self)
        self.stage = Stage(self)
        self.trainer = Trainer(self.document, self)
        self.docks = Docks(window)
        self.guide = LessonGuide(
            self.document, self.stage, LessonPlaces(self.folders, self),
            LessonDocks(self.docks, window), self,
        )  # fmt: skip
        self.pictures = FormulaPictures(self)
        self.strip = StatusBar(window)
        window.setStatusBar(self.strip)
        self._stand_in_the_middle()
        self._keep_files()
        self.panels = PanelDocks(
            self.docks, window, self.document, self.stage, self.pictures, self.guide,
            self.lessons.browse, self.lessons.open_next, self.trainer, self.files.folder,
            self.samples.make_panel,
        )  # fmt: skip
        for name, dock in self.docks.docks.items():
            self.strip.add_dock(dock, rare=name in RARE)
        self.ways_on.stand_behind(self.docks.docks["curves"])
        self.training = TrainDesk(
            self.document, self.trainer, self.transport, self.strip, window.menus, self
        )
        self.states = ActionStates(
            window.menus, self.document, self.stage, self.files.work, self.trainer, self
        )
        self.help = HelpDesk(window, window.menus.table.menus)
        self.panes = Panes(window, self._panes, self.canvas)
        self.focus_ring = FocusRing(window)
        self.panes.arrived.connect(self.focus_ring.show_at)
        self._listen()
        self.filled = FilledMenus(window.menus, self.files, self.docks, self._preferences, self)
        window.menus.set_icons()
        self.transport.buttons.offer(window.menus.menus["pace"])
        self.docks.restore(self._preferences.state("layout"))
        self.hint: HintCard | None = None
        self._kept: Experiment | None = None
        self._away = False
        self._refused = ""

    # making

    def _stand_in_the_middle(self) -> None:
        """Canvas and transport in one column, with room for a notice above."""
        column = QWidget(self.window)
        self.notice = NoticeBar(column)
        self.ways_on = DivergenceBar(self.document, self.trainer, column)
        self.canvas = CanvasView(
            self.document, self.stage, column, keys=self.window.menus.at_canvas()
        )
        self.canvas.follow(self.trainer)
        self.transport = Transport(self.document, self.stage, self.window.menus.actions, column)
        lay_out(QVBoxLayout(column), self.notice, self.ways_on, (self.canvas, 1), self.transport)
        column.setMinimumSize(480, 292)
        self.window.setCentralWidget(column)

    def _keep_files(self) -> None:
        """Files, backups, and what is done when something goes wrong."""
        self.in_use = OpenFileLock(self.folders)
        work = OpenDocument(self.document)
        self.picture = PictureExport(self.canvas.canvas, self.trainer, self.strip.note, self.window)
        self.files = FileDesk(
            work, self.document, self._preferences, self.in_use, self.window, self.strip,
            self.trainer, self.guide, self.picture.write, self._keep_sight,
            partial(newest_of, self.folders),
        )  # fmt: skip
        self.lessons = LessonDesk(self.guide, self.files, self.document, self.window)
        self.samples = SampleDesk(
            self.document, self.trainer, self.window, self.strip.note, self.files.folder
        )
        self.watch = FileWatch(self.files, self.document, self.in_use, self.notice, self.window)
        self.backups = Backups(
            self.document, self.folders, work.about, self.strip.refuse, self.trainer, self
        )
        self.starts = Starts(self.folders)
        self.recovery = Recovery(
            self.files, self.backups, self.starts, self.folders, self._preferences, self.window
        )
        self.crashes = Crashes(self.folders, self.backups.write, self._show_crash, self)

    def _listen(self) -> None:
        self.files.opened.connect(self._opened)
        self.files.work.changed.connect(self._show_file)
        self.files.backup_wanted.connect(self.recovery.restore)
        self.files.table_dropped.connect(self.samples.open_path)
        self.canvas.new_network_asked.connect(self.new_network)
        self.canvas.lessons_asked.connect(self.lessons.browse)
        self.canvas.commands.table_pasted.connect(self.samples.open_text)
        self.samples.fitted.connect(self.canvas.fit)
        self.training.run_seen.connect(self.guide.watch)
        self.docks.visibility_changed.connect(self.guide.look_again)
        self.window.came_back.connect(self.watch.look)
        self.window.files_dropped.connect(self.files.drop)
        self.canvas.menu_asked.connect(self.window.menus.pop_up)
        self.document.changed.connect(self._follow)
        self.document.refused.connect(self._refuse)
        self.stage.looked.connect(self._look)
        self.guide.page_turned.connect(lambda: give_up_refused(self.window))
        self.document.stack.cleanChanged.connect(self._show_title)
        self.document.stack.indexChanged.connect(self._show_title)
        Keys(self.window, self.docks.docks.values(), self._tell_why_off)

    # following

    def begin(self, name: str) -> None:
        """Open what is asked for or was open last; the first start of all has hints."""
        self.crashes.install()
        self.pictures.wait()
        self.window.menus.check("reduced-motion", self._preferences.flag(REDUCED))
        self.reduce_motion()
        self.canvas.setFocus()
        self.recovery.begin(name)
        note = self._preferences.note or self.guide.places.note
        if note:
            self.strip.note(note)

        def hinted() -> None:
            self.hint = None
            self._preferences.put(HINTED, True)

        if not self._preferences.flag(HINTED):
            self.hint = HintCard(self.canvas, hinted)

        def draw_formulas(value: object, over: bool) -> None:
            if over:
                self.pictures.go_on()
                background_import.begin()
                self.trainer.prepare()

        self.trainer.work("formula library", library(), draw_formulas)

    def new_network(self) -> None:
        """Ask for layers, and build them as a new document."""
        from playground.dialogs.new_network import NewNetwork

        dialog = NewNetwork(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.files.new(dialog.experiment))
        dialog.open()

    def paste(self) -> None:
        """What the clipboard holds, to where it belongs."""
        if not self.samples.paste():
            self.canvas.commands.paste()

    def reduce_motion(self) -> None:
        """Nothing glides or runs; without it the system decides."""
        reduced = self.window.menus.actions["reduced-motion"].isChecked()
        self.canvas.reduce_motion(reduced or None)
        self._preferences.put(REDUCED, reduced)

    def walk(self, forward: bool) -> bool:
        """Take the keyboard to the next control; False where Qt does it."""
        return self.panes.walk(forward)

    def may_close(self) -> bool:
        """Whether the window may close now; else it closes when the question is answered."""
        self.document.stop_run()
        if self._away or self._kept is self.document.value:  # no question may hold up logging out
            self.end()
            return True
        kept = self.files.keeps_lesson()
        if self.files.work.modified and not kept:

            def close_for_good() -> None:
                self.leave()
                self.window.close()

            self.files.unless_unsaved(close_for_good)
            return False
        self._put_away()
        return True

    def keep_everything(self) -> None:
        """What is unsaved goes into the backup, or to where its lesson is found again."""
        self.document.stop_run()
        if self.files.keeps_lesson() or not self.files.work.modified:
            self.backups.forget()
        else:
            self.backups.write()
        self._remember()
        self._kept = self.document.value

    def end(self) -> None:
        """Asked to end from outside: in order, without a question, and the backup stays."""
        if not self._away:
            self.keep_everything()
            self._put_away(backup_stays=True)

    def leave(self) -> None:
        """Ask nothing when the window closes, and remember nothing of it."""
        self.document.stack.setClean()

    def _remember(self) -> None:
        """How the window was left; and that this was no crash."""
        self._preferences.put("geometry", self.window.saveGeometry())
        self._preferences.put("layout", self.docks.state())
        self._preferences.keep()
        self.guide.places.keep()
        self.starts.reset()

    def _put_away(self, backup_stays: bool = False) -> None:
        """Leave nothing behind that the next start would find, but what it should."""
        self._away = True
        self.files.give_up_reading()
        self.picture.finish()
        self.trainer.close()
        self._remember()
        self.backups.close(backup_stays)
        self.in_use.release()
        self.crashes.remove()
        self.document.stack.blockSignals(True)  # it tells of its own end, to nobody

    def _opened(self) -> None:
        """Another document is shown."""
        give_up_refused(self.window)
        self.stage.show(type(self.stage.look)())
        if self.files.work.standing.lesson is not None:
            self.guide.apply_step()
        self.strip.show_facts(facts_of(self.document.value))

    def _show_file(self) -> None:
        self.guide.set_lesson(self.files.work.standing.lesson, self.document.value.lesson)
        self._show_title()
        self.states.refresh()
        self.watch.follow()
        if self.files.work.modified:
            self.backups.write_beside()
        else:
            self.backups.write()  # nothing is to be written, and nothing may be left to be found

    def _follow(self, before: Experiment, after: Experiment) -> None:
        self.strip.take_back(self._refused)
        self.strip.show_facts(facts_of(after))
        moved = (before.updates, before.cursor) != (after.updates, after.cursor)
        if moved and self.hint is not None:
            self.hint.count_step()

    def _look(self, before: Look, after: Look) -> None:
        """A mark or a selection may be what was missing; to point at something is nothing."""
        if replace(before, pointed=None) != replace(after, pointed=None):
            self.strip.take_back(self._refused)

    def _show_title(self) -> None:
        work = self.files.work
        dot = " •" if work.modified else ""
        self.window.setWindowTitle(plain_title(f"{work.title}{dot} – {NAME}"))
        self.panels.show_name(work.title)

    def _refuse(self, sentence: str) -> None:
        self._refused = sentence
        self.strip.refuse(sentence)

    def _panes(self) -> list[QWidget]:
        beside = list(self.docks.docks.values())
        middle = [self.canvas, self.transport]
        return [self.window.tool_bar, *beside[:1], *middle, *beside[1:], self.strip]

    def _keep_sight(self) -> Callable[[], None]:
        """What brings back the place and the zoom of now, after the file was read again."""
        canvas, zoom = self.canvas, self.canvas.zoom
        middle = QPointF(canvas.viewport().rect().center())
        before = canvas.scene_point(middle)

        def look_again() -> None:
            if canvas.zoom != zoom:
                canvas.zoom_to(zoom)
                canvas.pan((canvas.scene_point(middle) - before) * zoom)

        return look_again

    def _tell_why_off(self, key: QKeySequence) -> bool:
        """A key that does nothing says why, where there is something to say."""
        reason = self.window.menus.why_off(key)
        if reason:
            self.document.report(reason)
        return bool(reason)

    def _show_crash(self, report: str, safe: bool) -> None:
        """One dialog for one error; the program goes on."""
        copy = partial(QGuiApplication.clipboard().setText, report)
        unsafe = "Your work could not be backed up: save it now."
        ask(self.window, "Something went wrong.",
            "Your work has been backed up." if safe else unsafe,
            (DialogAnswer("Continue"), DialogAnswer("Copy report", copy, stays=True)),
            report)  # fmt: skip
