"""The command `export`: the trained model alone."""

from engine.exports.model import export_model
from playground.cli.arguments import Arguments
from playground.cli.opening import open_experiment
from playground.cli.streams import one_line


def run(arguments: list[str]) -> int:
    """Write the model in the format that the ending asks for."""
    parser = Arguments("export", "Write the trained model alone.")
    parser.add_argument("experiment", metavar="FILE|LESSON")
    parser.add_argument("out", metavar="OUT.json")
    chosen = parser.parse_args(arguments)
    export_model(open_experiment(chosen.experiment), chosen.out)
    print(f"Wrote {one_line(chosen.out)}.")
    return 0
