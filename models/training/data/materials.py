"""Everything a clip is made of, loaded once: kits, grooves, songs, stems, voices, single notes."""
import json
from dataclasses import dataclass, field

import numpy as np
import soundfile

from training.data.parts.grooves import load_grooves
from training.data.sounds.kits import load_kits
from training.features import RATE

STEM_LIMIT = 200        # seconds of a stem kept in memory
# A rock, a jazz, a pop and an electronic kit that training never hears.
HELD_OUT = ["bja-pacific", "becks", "sonic-pi-acoustic", "smpl-drumtraks"]


@dataclass
class Materials:
    """notes[instrument][pitch] = int16 audio, instruments sorted into `families`; `songs` as `prepare` lists them."""
    kits: list
    grooves: list
    fills: list
    songs: list = field(default_factory=list)
    stems: list = field(default_factory=list)       # [{"role", "audio" int16}] by song
    speech: np.ndarray | None = None
    notes: dict = field(default_factory=dict)
    families: dict = field(default_factory=dict)
    strums: dict = field(default_factory=dict)      # of plucked.strums
    slaps: list = field(default_factory=list)       # of plucked.slaps
    as_sampled: bool = False                        # the kits are played as they are, none is made up


def load_stems(folder):
    """-> by song, its drumless stems: [{"role", "audio": int16 (samples,)}]"""
    songs = []
    for info in sorted(folder.glob("*/song.json")):
        stems = [{"role": s["role"], "audio": soundfile.read(info.parent / s["file"], dtype="int16",
                                                            frames=STEM_LIMIT * RATE)[0]}
                 for s in json.loads(info.read_text())["stems"]]
        songs.append(stems)
    return songs


def load(training, data, split, held_out, drums_only=False, more_kits=()):
    """`split` "train" hears every kit but `held_out`, "validation" only those; the grooves' official split is kept.

    drums_only: nothing of what backings are made of; more_kits: folders of kits beside those of the collection.
    """
    kits = load_kits(training / "kits", lambda kit: (kit in held_out) == (split == "validation"))
    kits += [kit for folder in more_kits for kit in load_kits(folder)]
    patterns = load_grooves(training / "midi/groove", split, data / f"grooves-{split}.json")
    m = Materials(kits, [p for p in patterns if not p.fill], [p for p in patterns if p.fill],
                  as_sampled=split == "validation")
    return m if drums_only else _with_backings(m, training, data, split)


def _with_backings(m, training, data, split):
    material = data / "material"
    songs = json.loads((material / "songs.json").read_text()) + json.loads((material / "bands.json").read_text())
    songs = [song for song in songs if (material / song["file"]).exists()]
    for song in songs:
        song["audio"] = np.load(material / song["file"], mmap_mode="r")
    # Every tenth song is for validation only.
    songs = [s for s in songs if (int(s["file"][-5]) == 9) == (split == "validation")]
    m.songs, m.stems = songs, load_stems(training / "accompaniment")
    m.speech = np.load(material / "speech.npy", mmap_mode="r")
    for key, audio in np.load(material / "notes.npz").items():
        instrument, pitch = key.rsplit("/", 1)
        m.notes.setdefault(instrument, {})[int(pitch)] = audio
        names = m.families.setdefault(instrument.split("/")[0], [])
        if instrument not in names:
            names.append(instrument)
    with np.load(material / "plucked.npz") as plucked:
        m.strums = {key: plucked[key] for key in plucked if not key.startswith("slap")}
        m.slaps = [plucked[key] for key in plucked if key.startswith("slap")]
    return m
