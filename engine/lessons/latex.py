"""Which LaTeX of a lesson's formula may be drawn: a closed table of commands, and little depth.

So no stranger's text reaches the formula library that it could not set, or not in reasonable time.
"""

import re

LONGEST = 200  # letters; what a plate has room for is far shorter
DEEPEST = 4  # the library takes twice as long for each further level
_GREEK = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi "
    "pi rho sigma tau upsilon phi varphi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_SIGNS = (
    "cdot times div pm mp circ ast odot otimes oplus le leq ge geq ne neq approx equiv sim simeq "
    "propto ll gg to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow mapsto in notin cup "
    "cap subset forall exists land lor neg infty partial nabla ell hbar ldots cdots dots mid top "
    "{ } , ; : !"
)
_FUNCTIONS = "sum prod int max min sup inf lim arg log ln exp sin cos tan sinh cosh tanh det"
_SPACES = "quad qquad"
_FONTS = "mathrm mathbf mathit mathcal mathbb"
_OVER = "hat bar vec tilde dot ddot overline underline sqrt"
ARGUMENTS = {
    **dict.fromkeys(f"{_GREEK} {_SIGNS} {_FUNCTIONS} {_SPACES}".split(), 0),
    " ": 0,
    "text": 0,  # what it holds is no mathematics
    **dict.fromkeys(f"{_FONTS} {_OVER}".split(), 1),
    "frac": 2,
    "dfrac": 2,
    "tfrac": 2,
}
_ROOT = re.compile(r"\[[a-z0-9]\]")
_TOKEN = re.compile(r"\\(?:[a-zA-Z]+|.|$)|.", re.DOTALL)
_WORDS = re.compile(r"\{[A-Za-z0-9 .,;:()+\-]+\}")
_SIGN = re.compile(r"[A-Za-z0-9+\-*/=()\[\]|,.;:!?<> ]")


class _NotDrawn(Exception):
    """What cannot be drawn, in the words that end a sentence."""


def why_not_drawn(latex: str) -> str:
    """Why a formula is shown as plain text, in words that end a sentence; "" if it is drawn."""
    if len(latex) > LONGEST:
        return f"its LaTeX is longer than {LONGEST} characters"
    reader = _Reader(_TOKEN.findall(latex))
    try:
        reader.line(0)
        if reader.next:
            raise _NotDrawn("a } has no {")
    except _NotDrawn as found:
        return str(found)
    return "" if latex.strip() else "it has no LaTeX"


class _Reader:
    """Walks along the signs and commands of a formula; what it does not know stops it."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def next(self) -> str:
        """The sign or command that comes now; "" at the end."""
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def line(self, depth: int) -> None:
        """Up to the end, or to the brace that closes."""
        while self.next and self.next != "}":
            self._one(depth)

    def _take(self) -> str:
        token = self.next
        self._place += 1
        return token

    def _one(self, depth: int) -> None:
        """A sign, a command or a group, and what hangs above and below it."""
        token = self._take()
        if token == "{":
            self._group(depth, may_be_empty=True)
        elif token in ("^", "_", "'"):
            raise _NotDrawn(f"nothing stands before {token}")
        elif token.startswith("\\"):
            self._command(token, depth)
        elif not (_SIGN.fullmatch(token) or (not token.isascii() and token.isprintable())):
            raise _NotDrawn(f"“{token}” is none of its signs")
        seen = ""
        while self.next in ("^", "_", "'"):
            token = self._take()
            if token in seen.replace("'", "") or (token == "'" and "^" in seen):
                raise _NotDrawn(f"there are two {token} at one place")
            seen += token
            if token != "'":
                self._argument(token, depth)

    def _command(self, token: str, depth: int) -> None:
        if token[1:] not in ARGUMENTS:
            raise _NotDrawn(f"{token} is none of its commands")
        if token == "\\sqrt" and self.next == "[":
            self._held(_ROOT, "\\sqrt[ ] holds one letter or digit")
        if token == "\\text":
            self._held(_WORDS, "\\text{ } holds words alone")
        for _ in range(ARGUMENTS[token[1:]]):
            self._argument(token, depth)

    def _argument(self, of: str, depth: int) -> None:
        """What a command or a script holds: a group with something in it, a sign, or a letter."""
        token = self._take()
        if token == "{":
            self._group(depth, may_be_empty=False)
        elif not re.fullmatch(r"[A-Za-z0-9+\-*]", token) and ARGUMENTS.get(token[1:], 1):
            raise _NotDrawn(f"{of} needs a group in braces")

    def _group(self, depth: int, may_be_empty: bool) -> None:
        if depth >= DEEPEST:
            raise _NotDrawn(f"more than {DEEPEST} groups stand inside one another")
        before = self._place
        self.line(depth + 1)
        held = "".join(self._tokens[before : self._place])
        if not held.strip() and not may_be_empty:
            raise _NotDrawn("a group holds nothing")
        if self._take() != "}":
            raise _NotDrawn("a { has no }")

    def _held(self, known: re.Pattern[str], otherwise: str) -> None:
        """What is taken as it stands."""
        found = known.match("".join(self._tokens[self._place :]))
        if found is None:
            raise _NotDrawn(otherwise)
        self._place += len(found[0])
