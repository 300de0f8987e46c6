"""The command `export`: the trained model alone."""

from engine.files.model import export_model, model_text
from playground.cli.arguments import Arguments
from playground.cli.opening import open_experiment, reading
from playground.cli.streams import STREAM, one_line, write_output


def run(arguments: list[str]) -> int:
    """Write the model in the format that the ending asks for."""
    parser = Arguments("export", "Write the trained model alone.")
    parser.add_argument("out", metavar="OUT.json", help="where to, or - for standard output")
    chosen = parser.parse_args(arguments)
    with reading(chosen.experiment) as work:
        experiment = open_experiment(chosen.experiment)
        work.begin("Writing the model")
        if chosen.out == STREAM:
            write_output(model_text(experiment).encode())
            return 0
        export_model(experiment, chosen.out)
    print(f"Wrote {one_line(chosen.out)}.")
    return 0
