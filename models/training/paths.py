"""Where things lie by default: beside the repository, and in it. Every command takes other places as options."""
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
REPOSITORY = MODELS.parent
TRAINING = REPOSITORY.parent / "shared/training"        # the sample and MIDI collection
EVAL = REPOSITORY.parent / "shared/eval"                # recordings to measure on, never to train on
