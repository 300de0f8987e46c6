"""The table of every command: id, text, key, icon, the method it calls, and one sentence of help.

Menus, tool bar, shortcuts and the list of shortcuts are all made from it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind = Literal["plain", "check", "radio"]


#: What is dragged from the palette onto the canvas: the name of the tool.
DRAGGED_TOOL = "application/x-neural-playground-tool"


@dataclass(frozen=True, slots=True)
class Command:
    """`call` is a part of the window and the name of its method; `keys` are as Qt writes them."""

    id: str
    text: str
    call: str
    help: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    arguments: tuple[object, ...] = ()
    kind: Kind = "plain"
    needs: str = ""

    @property
    def at_canvas(self) -> bool:
        """Whether its key is a letter, which means this only while the canvas has the keyboard."""
        return any(len(key) == 1 for key in self.keys)


@dataclass(frozen=True, slots=True)
class Submenu:
    """A menu in a menu; one without entries is filled by the window while it runs."""

    id: str
    text: str
    entries: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A hairline between groups of commands."""


Entry: TypeAlias = Command | Submenu | Line
LINE = Line()

FILE = Submenu("file", "&File", (
    Command("new", "&New", "files.new", "Start with an empty canvas.", ("Ctrl+N",), "new"),
    Command("new-network", "New net&work…", "furniture.new_network",
            "Build layers of neurons in one go.", ("Ctrl+Shift+N",), "neuron"),
    Command("open", "&Open…", "files.open", "Open a document or a trained model.", ("Ctrl+O",),
            "open"),
    Submenu("recent", "Open &recent"),
    LINE,
    Command("save", "&Save", "files.save", "Write the document to its file.", ("Ctrl+S",), "save",
            needs="writable"),
    Command("save-as", "Save &as…", "files.save_as", "Write the document to another file.",
            ("Ctrl+Shift+S",)),
    Command("revert", "Re&vert", "files.revert", "Back to what the file holds.", needs="file"),
    LINE,
    Submenu("export", "&Export", (
        Command("export-model", "Trained &model (JSON)…", "files.export_model",
                "Write the network and its numbers alone, for other programs.", (), "export"),
        Command("export-png", "Picture of the canvas (&PNG)…", "files.export_picture",
                "Write what the canvas shows as dots.", arguments=(".png",)),
        Command("export-svg", "Picture of the canvas (S&VG)…", "files.export_picture",
                "Write what the canvas shows as lines, sharp at any size.", arguments=(".svg",)),
    )),
    Submenu("samples", "Sa&mples", (
        Command("open-table", "&Open a table…", "samples.open",
                "Take the samples from a table (CSV).", ("Ctrl+Shift+O",), "samples"),
        Command("generate-set", "&Generate a set…", "samples.generate",
                "Make points in the plane from a seed.", (), "shuffle"),
        Command("save-table", "&Save as a table…", "samples.save",
                "Write the samples to a table (CSV)."),
        Command("name-classes", "&Names of classes…", "samples.name_classes",
                "Say what the outputs stand for."),
    )),
    LINE,
    Command("close", "&Close", "window.close", "Close the window; unsaved work is asked about.",
            ("Ctrl+W",)),
    Command("quit", "&Quit", "window.close", "End the program; unsaved work is asked about.",
            ("Ctrl+Q",)),
))  # fmt: skip

EDIT = Submenu("edit", "&Edit", (
    Command("undo", "&Undo", "document.undo", "Take the last change back.", ("Ctrl+Z",), "undo",
            needs="undo"),
    Command("redo", "&Redo", "document.redo", "Make the change again that was taken back.",
            ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", needs="redo"),
    LINE,
    Command("cut", "Cu&t", "commands.cut", "Move the selection to the clipboard.", ("Ctrl+X",),
            "cut", needs="nodes"),
    Command("copy", "&Copy", "commands.copy", "Copy the selection to the clipboard.", ("Ctrl+C",),
            "copy", needs="nodes"),
    Command("paste", "&Paste", "furniture.paste",
            "Put in what the clipboard holds: a part of a network, a table, or cells of samples.",
            ("Ctrl+V",), "paste"),
    Command("duplicate", "&Duplicate", "commands.duplicate", "The selection once more, beside it.",
            ("Ctrl+D",), needs="nodes"),
    Command("delete", "De&lete", "commands.delete",
            "Remove the selected neurons and edges.", ("Del",), "delete", needs="selection"),
    Command("select-all", "Select &all", "commands.select_all", "Select every neuron and edge.",
            ("Ctrl+A",), needs="network"),
    LINE,
    Command("edit", "&Edit name or number…", "commands.edit",
            "Type the name of the selected neuron, or the number of the input or edge.",
            ("F2",), "", (True,), needs="selection"),
))  # fmt: skip


def _tool(name: str, text: str, key: str, sentence: str, icon: str = "") -> Command:
    return Command(f"tool-{name}", text, "stage.take_tool", sentence, (key,), icon or name,
                   (name,), "radio")  # fmt: skip


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
    return Command(f"align-{side}", text, "commands.align", "Put the selected neurons on one line.",
                   (), icon, (side,), needs="several")  # fmt: skip


DRAW = Submenu("draw", "&Draw", (
    *TOOLS,
    LINE,
    Command("mark-sources", "Mark as &sources", "commands.mark_sources",
            "New edges will start at the selected neurons.", ("1",), needs="nodes"),
    Command("mark-targets", "Mark as tar&gets", "commands.mark_targets",
            "New edges will end at the selected neurons.", ("2",), needs="nodes"),
    Command("connect", "C&onnect", "commands.connect_ends",
            "Join the columns of the selection from left to right; where sources (1) and "
            "targets (2) are marked, every source to every target.", ("C",), "connect",
            needs="network"),
    LINE,
    Command("arrange", "&Arrange in layers", "commands.arrange",
            "Put every neuron into its layer, without crossings where that is possible.",
            ("Ctrl+L",), "arrange", needs="network"),
    Submenu("align", "A&lign", (
        _align("left", "&Left", "align-left"), _align("center", "&Centre"),
        _align("right", "&Right"), LINE, _align("top", "&Top", "align-top"),
        _align("middle", "&Middle"), _align("bottom", "&Bottom"),
    )),
    Submenu("distribute", "&Distribute", (
        Command("distribute-across", "&Across", "commands.distribute",
                "Make the gaps from left to right equal.", (), "distribute", ("across",),
                needs="several"),
        Command("distribute-down", "&Down", "commands.distribute",
                "Make the gaps from top to bottom equal.", (), "", ("down",), needs="several"),
    )),
))  # fmt: skip

STEP = Submenu("step", "&Step", (
    Command("step", "&Step", "transport.step", "One number more.", ("Space",), "step",
            needs="network"),
    Command("step-back", "Step &back", "transport.step_back", "One number back.",
            ("Shift+Space",), "back"),
    Command("play", "&Play or pause", "transport.toggle_play", "Step by itself, at the speed set.",
            ("Ctrl+Space",), "play", needs="network"),
    Command("faster", "&Faster", "transport.faster", "Play more steps a second.", ("Ctrl+.",)),
    Command("slower", "S&lower", "transport.slower", "Play fewer steps a second.", ("Ctrl+,",)),
    LINE,
    Command("phase", "To the end of the p&hase", "transport.step_phase",
            "All that is left of forward, backward, gradients or update.", ("Ctrl+Right",),
            "phase-forward", needs="network"),
    Command("phase-back", "Back by a phase", "transport.step_phase_back",
            "To where the phase before ended.", ("Ctrl+Left",), "phase-back"),
    Command("update", "To the end of the &update", "transport.step_update",
            "All numbers, and the new weights.", ("Ctrl+Shift+Right",), "update-forward",
            needs="network"),
    Command("update-back", "Back by an update", "transport.step_update_back",
            "To where this update began.", ("Ctrl+Shift+Left",), "update-back"),
    Command("epoch", "To the end of the &epoch", "training.epoch",
            "Until every training sample has been taken.", ("Ctrl+PgDown",), "epoch-forward"),
    Command("epoch-back", "Back by an epoch", "transport.step_epoch_back",
            "To where this epoch began.", ("Ctrl+PgUp",), "epoch-back"),
    Command("to-start", "To the very st&art", "transport.to_start",
            "Back over all recorded updates.", ("Ctrl+Home",)),
    LINE,
    Command("check-gradients", "&Check gradients", "views.check_gradients",
            "Hold every gradient against what small steps really do.", ("Ctrl+G",), "check",
            kind="check", needs="network"),
))  # fmt: skip


def _pace(key: str, text: str, updates_per_second: float | None) -> Command:
    return Command(f"pace-{key}", text, "training.set_pace", "How fast training goes.", (), "",
                   (updates_per_second,), "radio")  # fmt: skip


TRAIN = Submenu("train-menu", "&Train", (
    Command("train", "&Train", "training.toggle",
            "Update after update, until a rule or Stop ends it.", ("F5",), "train"),
    Command("train-epoch", "&One epoch", "training.epoch",
            "Updates until every sample has had its turn.", ("Ctrl+F5",), "epoch-forward"),
    Submenu("pace", "S&peed", (
        _pace("1", "&1 update a second", 1.0),
        *(_pace(str(each), f"{each:,} updates a second", float(each))
          for each in (5, 25, 100, 1000)),
        _pace("fastest", "As &fast as it goes", None),
    )),
    LINE,
    Command("start-again", "Start a&gain", "document.start_again",
            "Before the first update, from the same weights.", (), "reset"),
    Command("draw-again", "Draw &weights again", "document.draw_again",
            "Before the first update, from other weights of the initialiser.", (), "shuffle"),
))  # fmt: skip


def _theme(choice: str, text: str, icon: str = "") -> Command:
    return Command(f"theme-{choice}", text, "window.choose_theme", "Change the colours.", (), icon,
                   (choice,), "radio")  # fmt: skip


def _digits(count: int) -> Command:
    text = "All that there are" if count == 17 else f"&{count} digits"
    return Command(f"digits-{count}", text, "views.show_digits",
                   "How many digits of a number are shown.", (), "", (count,),
                   "radio")  # fmt: skip


VIEW = Submenu("view", "&View", (
    Command("zoom-in", "Zoom &in", "canvas.zoom_by", "Bring the network nearer.",
            ("Ctrl++", "Ctrl+="), "zoom-in", (1.25,)),
    Command("zoom-out", "Zoom &out", "canvas.zoom_by", "See more of the canvas.", ("Ctrl+-",),
            "zoom-out", (0.8,)),
    Command("zoom-100", "&100 %", "canvas.zoom_to", "As large as it is drawn.", ("Ctrl+0",), "",
            (1.0,)),
    Command("fit", "&Fit", "canvas.fit", "The whole network in sight.", ("F",), "fit"),
    LINE,
    Command("node-maps", "&Maps in nodes", "views.show_maps",
            "What each neuron answers over the inputs, as a small map in it.", kind="check",
            needs="network"),
    Command("order-numbers", "Order num&bers", "views.show_orders",
            "At the rim of each node, when it is computed.", kind="check", needs="network"),
    LINE,
    Submenu("digits", "&Digits", tuple(_digits(count) for count in (3, 4, 6, 17))),
    Submenu("theme", "T&heme", (
        _theme("system", "As the &system"), _theme("light", "&Light", "light"),
        _theme("dark", "&Dark", "dark"),
    )),
    Command("reduced-motion", "&Reduced motion", "furniture.reduce_motion",
            "Nothing runs or glides; the states stay the same.", kind="check"),
    LINE,
    Submenu("docks", "P&anels"),
    Command("next-pane", "&Next pane", "panes.next",
            "Take the keyboard to the next part of the window.", ("F6",)),
    Command("previous-pane", "&Previous pane", "panes.previous",
            "Take the keyboard to the part before.", ("Shift+F6",)),
    Command("full-screen", "F&ull screen", "window.turn_full_screen", "The window alone.",
            ("F11",), kind="check"),
    LINE,
    Command("reset-layout", "Rese&t layout", "docks.reset",
            "Every panel back to its place and size.", (), "reset"),
))  # fmt: skip

LESSONS = Submenu("lessons", "&Lessons", (
    Command("lessons-list", "&All lessons…", "lessons.browse", "Choose a lesson from the list.",
            ("Ctrl+Shift+L",), "lessons"),
    Command("lesson-folder", "&Open lesson…", "files.choose_folder",
            "Open a lesson that lies in a folder.", (), "open"),
    LINE,
    Command("lesson-next", "&Next page", "lessons.turn_page", "To the next step of the lesson.",
            ("Alt+Right",), "", (1,)),
    Command("lesson-back", "Page &before", "lessons.turn_page",
            "To the step of the lesson before this one.", ("Alt+Left",), "", (-1,)),
    Command("lesson-again", "&Start the lesson again", "lessons.start_again",
            "The lesson as it was before its first step; this can be undone.", (), "reset"),
    LINE,
))  # fmt: skip

HELP = Submenu("help", "&Help", (
    Command("shortcuts", "&Shortcuts", "help.show_shortcuts", "Every key there is.", ("F1",),
            "help"),
    Command("about", "&About Neural Playground", "help.show_about",
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


def commands(entries: tuple[Entry, ...] = MENUS) -> tuple[Command, ...]:
    """Every command, in the order of the menus."""
    found: list[Command] = []
    for entry in entries:
        if isinstance(entry, Command):
            found.append(entry)
        elif isinstance(entry, Submenu):
            found.extend(commands(entry.entries))
    return tuple(found)


def command(command_id: str) -> Command:
    """The command of that id."""
    return next(entry for entry in commands() if entry.id == command_id)


def tip(entry: Command) -> str:
    """Name, key and one sentence."""
    name = entry.text.replace("&", "").rstrip("…")
    key = f" ({entry.keys[0]})" if entry.keys else ""
    return f"{name}{key}: {entry.help}"
