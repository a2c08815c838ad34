#!/usr/bin/env python3
"""Takes tracker modules apart:  python3 -m training modules --music MUSIC [--no-gpl] [NAME...]

For every module of MUSIC/tracks.json that `module_pieces.json` decides on, writes MUSIC/modules/<name>/drums.flac and
backing.flac (44.1 kHz stereo, same start), and into MUSIC/modules/modules.json its exact hits, what is unsure, its beats
where the rows make them plain, its licence, and two checks: how far labels lie from the rise of their own sound, and the
sum of the stems from the mix. One-shots of its drums go to MUSIC/module-kits/<name>/kit.json, as a kit of the collection.

module_pieces.json, by a module's file name: `drums` gives the piece of an instrument ("3") or of one of its pitches
("3:61"), "?" for a drum of unknown piece; `maybe` pieces that may sound in the same sample; `left_out` instruments that
may be drums and are in neither stem. Moments of unknown pieces are listed as unsure, for training to give them no weight.
"""
import argparse
import json
import re
from pathlib import Path

import numpy as np
import soundfile

from training.music import kit_export
from training.music.labels import label, window
from training.music.meter import beats_of
from training.music.notes import strikes
from training.music.tracker import RATE, Module

LOOKED_AT = 150         # seconds of a module from which the excerpt is taken
SECONDS = 90
EXACT_DB = -60          # the sum of the stems may differ from the mix by this; modules that play at random differ by more
UNKNOWN = "?"
DECISIONS = Path(__file__).parent / "module_pieces.json"


def piece_of(decided, strike):
    """The piece that a strike plays, by its instrument ("3") or instrument and note ("3:61"); None if it is no drum."""
    drums = decided["drums"]
    return drums.get(f"{strike.instrument}:{strike.note}", drums.get(str(strike.instrument)))


def take_apart(path, decided):
    """-> (drums, backing, mix of the excerpt as stereo float32, entry with hits, beats and checks)."""
    module = Module(path)
    rows = module.rows(LOOKED_AT)
    played = [s for s in strikes(module, rows) if piece_of(decided, s)]
    drums = {int(key.split(":")[0]) for key in decided["drums"]}
    audible = set(range(len(module.names))) - set(decided.get("left_out", []))
    solos = {i: module.render(LOOKED_AT, {i}) for i in sorted(drums)}
    labels = label(played, solos, lambda s: piece_of(decided, s))
    start, stop = window([h.frame for h in labels if h.sure], min(len(x) for x in solos.values()), SECONDS * RATE)
    parts = {name: module.render(LOOKED_AT, wanted)[start:stop]
             for name, wanted in (("drums", drums), ("backing", audible - drums), ("mix", audible))}
    error = np.abs(parts["mix"] - parts["drums"] - parts["backing"]).max()
    gain = .9 / max(float(np.abs(x).max(initial=1e-6)) for x in parts.values())
    inside = [h for h in labels if start <= h.frame < stop]
    sure = [h for h in inside if h.sure and h.piece != UNKNOWN]
    unsure = [(h, None if h.piece == UNKNOWN else h.piece) for h in inside if not h.sure or h.piece == UNKNOWN]
    unsure += [(h, piece) for h in inside for piece in decided.get("maybe", {}).get(str(h.instrument), [])]
    entry = {
        "title": module.title, "from": start / RATE, "seconds": (stop - start) / RATE,
        "hits": [{"time": round((h.frame - start) / RATE, 5), "piece": h.piece, "velocity": round(h.velocity, 3)}
                 for h in sure],
        "unsure": [{"time": round((h.frame - start) / RATE, 5), "piece": piece} for h, piece in unsure],
        "beats": [[round((f - start) / RATE, 5), n] for f, n in beats_of(rows, labels) or [] if start <= f < stop] or None,
        "instruments": {key: [module.names[int(key.split(":")[0])], piece] for key, piece in decided["drums"].items()},
        "checks": {"label_error_ms": [round(float(q), 2) for q in np.percentile(
                       [abs(h.off) / RATE * 1000 for h in sure] or [0], [50, 95])],
                   "sum_error_db": round(float(20 * np.log10(max(error, 1e-9) / np.abs(parts["mix"]).max())), 1)}}
    clean = [h for h in labels if h.piece != UNKNOWN and str(h.instrument) not in decided.get("maybe", {})]
    kit = kit_export.one_shots(clean, solos, played)
    return {name: x * gain for name, x in parts.items()}, entry, kit


def name_of(track):
    """A folder name for a module: its package and file, in small letters."""
    return re.sub(r"[^a-z0-9]+", "-", f"{track['package']} {Path(track['file']).stem}".lower()).strip("-")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--no-gpl", action="store_true")
    parser.add_argument("names", nargs="*", help="file names of modules, by default all that are decided on")
    args = parser.parse_args()
    decisions = json.loads(DECISIONS.read_text())
    tracks = [t for t in json.loads((args.music / "tracks.json").read_text())
              if t["kind"] == "module" and Path(t["file"]).name in (args.names or decisions)]
    out = args.music / "modules"
    out.mkdir(exist_ok=True)
    listing = out / "modules.json"
    before = json.loads(listing.read_text()) if listing.exists() else []
    done = {e["name"]: e for e in before if Path(e["file"]).name in decisions}
    for track in tracks:
        decided = decisions[Path(track["file"]).name]
        if not decided.get("drums") or args.no_gpl and track["gpl"]:
            continue
        parts, entry, kit = take_apart(Path(track["path"]), decided)
        name = name_of(track)
        if entry["checks"]["sum_error_db"] > EXACT_DB:
            print(f"{name}: left out, its stems add up to the mix with an error of {entry['checks']['sum_error_db']} dB")
            continue
        (out / name).mkdir(exist_ok=True)
        for stem in ("drums", "backing"):
            soundfile.write(out / name / f"{stem}.flac", parts[stem], RATE, subtype="PCM_16")
        keep = ("package", "version", "file", "sha256", "author", "copyright", "licence", "share_alike", "gpl")
        done[name] = {"name": name, "drums": f"{name}/drums.flac", "backing": f"{name}/backing.flac",
                      **{k: track[k] for k in keep}, **entry, "note": decided.get("note", "")}
        listing.write_text(json.dumps(list(done.values()), ensure_ascii=False))
        kit_export.write(args.music / "module-kits" / name, f"module-{name}", track, entry["title"], kit)
        print(f"{name}: {entry['seconds']:.0f} s, {len(entry['hits'])} hits, {len(entry['unsure'])} unsure, "
              f"beats {'yes' if entry['beats'] else 'no'}, {entry['checks']}", flush=True)


if __name__ == "__main__":
    main()
