"""The trained model as JSON: the headline export."""

from pathlib import Path

from engine.errors import Refused, brief
from engine.experiment.experiment import Experiment
from engine.files.model_writing import model_text
from engine.files.saving import save_text

ENDINGS = {".json": "the trained model as JSON"}


def export_model(experiment: Experiment, path: str | Path) -> None:
    """Write the model alone, in the format that the ending asks for."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(f"{name} ({what})" for name, what in ENDINGS.items())
        asked = f"“{brief(ending)}”" if ending else "a file without an ending"
        raise Refused(f"There is no export to {asked}. Endings that exist: {known}.")
    save_text(path, model_text(experiment))
