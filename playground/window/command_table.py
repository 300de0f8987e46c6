"""The table of every command: id, text, what it does, a sentence, key, icon and need.

Menus, tool bar, transport, shortcuts, keys of the canvas and the list of shortcuts are all made
from it: a command is its row here and the method that the row calls.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from playground.window.menus import LINE, CommandTable, Submenu
from playground.window.menus import Command as AnyCommand

if TYPE_CHECKING:
    from playground.model.stage import Tool
    from playground.theme.theme import Choice
    from playground.window.workspace import Workspace

Act: TypeAlias = Callable[["Workspace"], object]
Command = AnyCommand["Workspace"]


def _after_typing(act: Act) -> Act:
    """What is being typed counts first; where that is refused, nothing else happens."""

    def do(window: "Workspace") -> None:
        from playground.widgets.fields import finish_entry  # no first paint waits for it

        if finish_entry():
            act(window)

    return do


FILE = Submenu("file", "&File", (
    Command("new", "&New", lambda w: w.files.new(), "Start with an empty canvas.", ("Ctrl+N",),
            "new"),
    Command("new-network", "New net&work…", lambda w: w.new_network(),
            "Build layers of neurons in one go.", ("Ctrl+Shift+N",), "neuron"),
    Command("open", "&Open…", lambda w: w.files.open(), "Open a document or a trained model.",
            ("Ctrl+O",), "open"),
    Submenu("recent", "Open &recent"),
    LINE,
    Command("save", "&Save", _after_typing(lambda w: w.files.save()),
            "Write the document to its file.", ("Ctrl+S",), "save",
            needs="writable"),
    Command("save-as", "Save &as…", _after_typing(lambda w: w.files.save_as()),
            "Write the document to another file.", ("Ctrl+Shift+S",)),
    Command("revert", "Re&vert", lambda w: w.files.revert(), "Back to what the file holds.",
            needs="file"),
    LINE,
    Submenu("export", "&Export", (
        Command("export-model", "Trained &model (JSON)…", lambda w: w.files.export_model(),
                "Write the network and its numbers alone, for other programs.", (), "export"),
        Command("export-png", "Picture of the canvas (&PNG)…",
                lambda w: w.files.export_picture(".png"), "Write what the canvas shows as dots."),
        Command("export-svg", "Picture of the canvas (S&VG)…",
                lambda w: w.files.export_picture(".svg"),
                "Write what the canvas shows as lines, sharp at any size."),
    )),
    Submenu("samples", "Sa&mples", (
        Command("open-table", "&Open a table…", lambda w: w.samples.open(),
                "Take the samples from a table (CSV).", ("Ctrl+Shift+O",), "samples"),
        Command("generate-set", "&Generate a set…", lambda w: w.samples.generate(),
                "Make points in the plane from a seed.", (), "shuffle"),
        Command("save-table", "&Save as a table…", lambda w: w.samples.save(),
                "Write the samples to a table (CSV)."),
        Command("name-classes", "&Names of classes…", lambda w: w.samples.name_classes(),
                "Say what the outputs stand for."),
    )),
    LINE,
    Command("close", "&Close", lambda w: w.window.close(),
            "Close the window; unsaved work is asked about.", ("Ctrl+W",)),
    Command("quit", "&Quit", lambda w: w.window.close(),
            "End the program; unsaved work is asked about.", ("Ctrl+Q",)),
))  # fmt: skip

EDIT = Submenu("edit", "&Edit", (
    Command("undo", "&Undo", lambda w: w.document.undo(), "Take the last change back.",
            ("Ctrl+Z",), "undo", needs="undo"),
    Command("redo", "&Redo", lambda w: w.document.redo(),
            "Make the change again that was taken back.", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
            needs="redo"),
    LINE,
    Command("cut", "Cu&t", lambda w: w.canvas.commands.cut(),
            "Move the selection to the clipboard.", ("Ctrl+X",), "cut", needs="nodes"),
    Command("copy", "&Copy", lambda w: w.canvas.commands.copy(),
            "Copy the selection to the clipboard.", ("Ctrl+C",), "copy", needs="nodes"),
    Command("paste", "&Paste", lambda w: w.paste(),
            "Put in what the clipboard holds: a part of a network, a table, or cells of samples.",
            ("Ctrl+V",), "paste"),
    Command("duplicate", "&Duplicate", lambda w: w.canvas.commands.duplicate(),
            "The selection once more, beside it.", ("Ctrl+D",), needs="nodes"),
    Command("delete", "De&lete", lambda w: w.canvas.commands.delete(),
            "Remove the selected neurons and edges.", ("Del",), "delete", needs="selection"),
    Command("select-all", "Select &all", lambda w: w.canvas.commands.select_all(),
            "Select every neuron and edge.", ("Ctrl+A",), needs="network"),
    LINE,
    Command("edit", "&Edit name or number…", lambda w: w.canvas.commands.edit(True),
            "Type the name of the selected neuron, or the number of the input or edge.", ("F2",),
            needs="selection"),
))  # fmt: skip


def _tool(name: "Tool", text: str, key: str, sentence: str, icon: str = "") -> Command:
    return Command(f"tool-{name}", text, lambda w: w.stage.take_tool(name), sentence, (key,),
                   icon or name, group="tool", choice=name)  # fmt: skip


TOOLS = (
    _tool("select", "Select", "V", "Select and move; drag over the canvas to catch many."),
    _tool("input", "Input", "I", "A number that comes from the samples."),
    _tool("parameter", "Parameter", "P", "A number that is learnt, with no edges into it."),
    _tool("neuron", "Neuron", "N", "Adds up what arrives and its bias, then bends the sum."),
    _tool("sum", "Sum", "+", "Adds up what arrives.", "plus"),
    _tool("minus", "Minus", "-", "Takes what arrives later from what arrives first.", "minus-node"),
    _tool("times", "Times", "*", "Multiplies what arrives."),
    _tool("sigmoid", "Sigmoid", "S", "Squeezes a number between 0 and 1."),
    _tool("output", "Output", "O", "A neuron whose value is held against a target."),
)


def _align(side: str, text: str, icon: str = "") -> Command:
    return Command(f"align-{side}", text, lambda w: w.canvas.commands.align(side),
                   "Put the selected neurons on one line.", (), icon,
                   needs="several")  # fmt: skip


DRAW = Submenu("draw", "&Draw", (
    *TOOLS,
    LINE,
    Command("mark-sources", "Mark as &sources", lambda w: w.canvas.commands.mark_sources(),
            "New edges will start at the selected neurons.", ("1",), needs="marks"),
    Command("mark-targets", "Mark as tar&gets", lambda w: w.canvas.commands.mark_targets(),
            "New edges will end at the selected neurons.", ("2",), needs="marks"),
    Command("connect", "C&onnect", lambda w: w.canvas.commands.connect_ends(),
            "Join the columns of the selection from left to right; where sources (1) and "
            "targets (2) are marked, every source to every target.", ("C",), "connect",
            needs="network"),
    LINE,
    Command("arrange", "&Arrange in layers", lambda w: w.canvas.commands.arrange(),
            "Put every neuron into its layer, without crossings where that is possible.",
            ("Ctrl+L",), "arrange", needs="network"),
    Submenu("align", "A&lign", (
        _align("left", "&Left", "align-left"), _align("center", "&Centre"),
        _align("right", "&Right"), LINE, _align("top", "&Top", "align-top"),
        _align("middle", "&Middle"), _align("bottom", "&Bottom"),
    )),
    Submenu("distribute", "&Distribute", (
        Command("distribute-across", "&Across", lambda w: w.canvas.commands.distribute("across"),
                "Make the gaps from left to right equal.", (), "distribute", needs="several"),
        Command("distribute-down", "&Down", lambda w: w.canvas.commands.distribute("down"),
                "Make the gaps from top to bottom equal.", needs="several"),
    )),
))  # fmt: skip

STEP = Submenu("step", "&Step", (
    Command("step", "&Step", _after_typing(lambda w: w.transport.step()), "One number further.",
            ("Space",), "step", needs="forward"),
    Command("step-back", "Step &back", _after_typing(lambda w: w.transport.step_back()),
            "One number less.", ("Shift+Space",), "back", needs="back", short="Back"),
    Command("play", "&Play or pause", _after_typing(lambda w: w.transport.player.toggle()),
            "Step by itself to the end of the pass, at the speed set.", ("Ctrl+Space",), "play",
            needs="forward", short="Play"),
    Command("faster", "&Faster", _after_typing(lambda w: w.transport.player.turn_speed(1)),
            "Play more steps a second.", ("Ctrl+.",)),
    Command("slower", "S&lower", _after_typing(lambda w: w.transport.player.turn_speed(-1)),
            "Play fewer steps a second.", ("Ctrl+,",)),
    LINE,
    Command("phase", "To the end of the p&hase", _after_typing(lambda w: w.transport.step_phase()),
            "To the end of this phase: forward, backward, gradients or update.", ("Ctrl+Right",),
            "phase-forward", needs="forward", short="Phase"),
    Command("phase-back", "Back by a phase",
            _after_typing(lambda w: w.transport.step_phase_back()),
            "To the end of the phase before.", ("Ctrl+Left",), "phase-back", needs="back",
            short="Phase back"),
    Command("update", "To the end of the &update",
            _after_typing(lambda w: w.transport.step_update()),
            "To the end of this update, which is made.", ("Ctrl+Shift+Right",), "update-forward",
            needs="forward", short="Update"),
    Command("update-back", "Back by an update",
            _after_typing(lambda w: w.transport.step_update_back()),
            "To the beginning of this update, or of the one before.", ("Ctrl+Shift+Left",),
            "update-back", needs="back", short="Update back"),
    Command("epoch", "To the end of the &epoch", _after_typing(lambda w: w.training.epoch()),
            "Updates until every sample has had its turn.", ("Ctrl+PgDown",), "epoch-forward",
            needs="epoch", short="1 epoch"),
    Command("epoch-back", "Back by an epoch",
            _after_typing(lambda w: w.transport.step_epoch_back()),
            "To the beginning of this epoch, or of the one before.", ("Ctrl+PgUp",), "epoch-back",
            needs="back", short="Back 1 epoch"),
    Command("to-start", "To the very st&art", _after_typing(lambda w: w.transport.to_start()),
            "Back over all recorded updates.", ("Ctrl+Home",), needs="back"),
    LINE,
    Command("check-gradients", "&Check gradients", lambda w: w.states.turn("checked"),
            "Hold every gradient against what small steps really do.", ("Ctrl+G",), "check",
            needs="network", checks=True),
))  # fmt: skip


def _pace(key: str, text: str, updates_per_second: float | None) -> Command:
    return Command(f"pace-{key}", text,
                   _after_typing(lambda w: w.training.set_pace(updates_per_second)),
                   "How fast training goes.", group="pace", choice=updates_per_second)  # fmt: skip


TRAIN = Submenu("train-menu", "&Train", (
    Command("train", "&Train", _after_typing(lambda w: w.training.toggle()),
            "Update after update, until a rule or Stop ends it.", ("F5",), "train",
            needs="train"),
    Command("train-epoch", "&One epoch", _after_typing(lambda w: w.training.epoch()),
            "Updates until every sample has had its turn.", ("Ctrl+F5",), "epoch-forward",
            needs="epoch"),
    Submenu("pace", "S&peed", (
        _pace("1", "&1 update a second", 1.0),
        *(_pace(str(each), f"{each:,} updates a second", float(each))
          for each in (5, 25, 100, 1000)),
        _pace("fastest", "As &fast as it goes", None),
    )),
    LINE,
    Command("start-again", "Start a&gain", lambda w: w.document.start_again(),
            "Before the first update, from the same weights.", (), "reset"),
    Command("draw-again", "Draw &weights again", lambda w: w.document.draw_again(),
            "Before the first update, from other weights of the initialiser.", (), "shuffle"),
))  # fmt: skip


def _theme(choice: "Choice", text: str, icon: str = "") -> Command:
    return Command(f"theme-{choice}", text, lambda w: w.window.choose_theme(choice),
                   "Change the colours.", (), icon, group="theme", choice=choice)  # fmt: skip


def _digits(count: int) -> Command:
    text = "All that there are" if count == 17 else f"&{count} digits"
    return Command(f"digits-{count}", text, lambda w: w.states.show_digits(count),
                   "How many digits of a number are shown.", group="digits",
                   choice=count)  # fmt: skip


VIEW = Submenu("view", "&View", (
    Command("zoom-in", "Zoom &in", lambda w: w.canvas.zoom_by(1.25), "Bring the network nearer.",
            ("Ctrl++", "Ctrl+="), "zoom-in"),
    Command("zoom-out", "Zoom &out", lambda w: w.canvas.zoom_by(0.8), "See more of the canvas.",
            ("Ctrl+-",), "zoom-out"),
    Command("zoom-100", "&100 %", lambda w: w.canvas.zoom_to(1.0), "As large as it is drawn.",
            ("Ctrl+0",)),
    Command("fit", "&Fit", lambda w: w.canvas.fit(), "The whole network in sight.", ("F",), "fit"),
    LINE,
    Command("node-maps", "&Maps in nodes", lambda w: w.states.turn("maps"),
            "What each neuron answers over the inputs, as a small map in it.", needs="network",
            checks=True),
    Command("order-numbers", "Order num&bers", lambda w: w.states.turn("orders"),
            "At the rim of each node, when it is computed.", needs="network", checks=True),
    LINE,
    Submenu("digits", "&Digits", tuple(_digits(count) for count in (3, 4, 6, 17))),
    Submenu("theme", "T&heme", (
        _theme("system", "As the &system"), _theme("light", "&Light", "light"),
        _theme("dark", "&Dark", "dark"),
    )),
    Command("reduced-motion", "&Reduced motion", lambda w: w.reduce_motion(),
            "Nothing runs or glides; the states stay the same.", checks=True),
    LINE,
    Submenu("docks", "P&anels"),
    Command("next-pane", "&Next pane", lambda w: w.panes.move(1),
            "Take the keyboard to the next part of the window.", ("F6",)),
    Command("previous-pane", "&Previous pane", lambda w: w.panes.move(-1),
            "Take the keyboard to the part before.", ("Shift+F6",)),
    Command("full-screen", "F&ull screen", lambda w: w.window.turn_full_screen(),
            "The window alone.", ("F11",), checks=True),
    LINE,
    Command("reset-layout", "Rese&t layout", lambda w: w.docks.reset(),
            "Every panel back to its place and size.", (), "reset"),
))  # fmt: skip

LESSONS = Submenu("lessons", "&Lessons", (
    Command("lessons-list", "&All lessons…", lambda w: w.lessons.browse(),
            "Choose a lesson from the list.", ("Ctrl+Shift+L",), "lessons"),
    Command("lesson-folder", "&Open lesson…", lambda w: w.files.choose_folder(),
            "Open a lesson that lies in a folder.", (), "open"),
    LINE,
    Command("lesson-next", "&Next page", lambda w: w.lessons.turn_page(1),
            "To the next step of the lesson.", ("Alt+Right",)),
    Command("lesson-back", "Page &before", lambda w: w.lessons.turn_page(-1),
            "To the step of the lesson before this one.", ("Alt+Left",)),
    Command("lesson-again", "&Start the lesson again", lambda w: w.lessons.start_again(),
            "The lesson as it was before its first step; this can be undone.", (), "reset"),
    LINE,
))  # fmt: skip

HELP = Submenu("help", "&Help", (
    Command("shortcuts", "&Shortcuts", lambda w: w.help.show_shortcuts(), "Every key there is.",
            ("F1",), "help"),
    Command("about", "&About Neural Playground", lambda w: w.help.show_about(),
            "Versions and licences.", (), "info"),
))  # fmt: skip

MENUS = (FILE, EDIT, DRAW, STEP, TRAIN, VIEW, LESSONS, HELP)

#: What the right button offers on the canvas, by what lies under the pointer; "" is a hairline.
UNDER_POINTER = {
    "node": ("edit", "", "cut", "copy", "duplicate", "delete", "", "mark-sources", "mark-targets",
             "connect"),
    "edge": ("edit", "", "delete"),
    "canvas": ("paste", "select-all", "", "fit", "zoom-100", "", "node-maps", "order-numbers"),
}  # fmt: skip

TABLE = CommandTable(MENUS, TOOLS, UNDER_POINTER)
