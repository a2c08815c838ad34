"""Runs a command of the package:  python3 -m training COMMAND [OPTIONS], in the folder that holds `training`."""
import importlib
import os
import sys

# Small matrices are multiplied often: threads of one process would only wait for each other. Before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "collect": ("music.collect", "free music out of Debian's packages, with licence and author of every file"),
    "excerpts": ("music.excerpts", "one excerpt of every collected recording, with hits and beats"),
    "survey": ("music.survey", "evidence on which sample of a tracker module is which drum"),
    "modules": ("music.modules", "tracker modules taken apart: stems, exact hits, kits"),
    "attribution": ("music.attribution", "whose music was used, as Markdown"),
    "prepare": ("data.prepare", "songs, single notes, strums and voices for backings, rendered once"),
    "accompany": ("data.accompany", "songs in the styles of MMA, rendered once"),
    "bands": ("data.bands", "what was rendered, as features to play drums to"),
    "play": ("data.drumming", "drums to these bands, to be mixed while training"),
    "pack-demucs": ("separation.pack", "the weights of HTDemucs, smaller"),
    "separate": ("separation.recordings", "recordings to bands and clips"),
    "module-clips": ("separation.modules", "tracker modules to bands and clips"),
    "render": ("data.render", "whole mixes on held-out kits, to measure by"),
    "train": ("network.train", "the listener, from drums and bands"),
    "average": ("network.average", "the mean of several snapshots"),
    "calibrate": ("evaluation.calibrate", "thresholds and confidences"),
    "export": ("network.export", "weights to ONNX and its contract"),
    "evaluate": ("evaluation.evaluate", "scores on recordings"),
    "heldout": ("evaluation.heldout", "scores on clips of kits that training never had"),
    "perform": ("evaluation.perform", "held-out performances to measure the whole pipeline"),
    "count": ("counter.train", "the counter, trained and exported"),
    "features-fixture": ("features_fixture", "the fixture that other implementations of the features are compared with"),
}


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else None
    if name not in COMMANDS:
        print(__doc__, *(f"  {name:18}{what}" for name, (_, what) in COMMANDS.items()), sep="\n")
        raise SystemExit(0 if name in (None, "-h", "--help") else 2)
    sys.argv[:2] = [f"training {name}"]
    importlib.import_module(f"training.{COMMANDS[name][0]}").main()


if __name__ == "__main__":
    main()
