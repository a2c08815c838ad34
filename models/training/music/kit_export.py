"""One-shots of a module's drums as a kit in the format of the sample collection."""
import json
import shutil
from collections import defaultdict

import numpy as np
import soundfile

from training.music import solo
from training.pieces import FROM_SAMPLES

RATE = solo.RATE
SPELLED = {ours: theirs for theirs, ours in FROM_SAMPLES.items()}
LONGEST = 4.0           # seconds of a tail
SHORTEST = .05
BEFORE = 40             # samples kept before the rise
LAYERS = 3              # one-shots of an instrument at most
PEAK = 10 ** (-3 / 20)


def one_shots(labels, solos, strikes):
    """-> [(piece, variant, velocity, mono float32)]: of each instrument and note the hits that sound longest before its next
    strike, at most LAYERS of different loudness."""
    by_sound, found = defaultdict(list), []
    for h in labels:
        if h.sure:
            by_sound[h.instrument, h.note, h.piece].append(h)
    onsets = {i: np.array(sorted(s.frame for s in strikes if s.instrument == i)) for i in solos}
    for (instrument, note, piece), its in by_sound.items():
        cuts = []
        for h in its:
            later = onsets[instrument][onsets[instrument] > h.frame + RATE * .02]
            stop = int(min(later[0] if len(later) else len(solos[instrument]), h.frame + LONGEST * RATE))
            cuts.append((stop - h.frame, h))
        loudest = max(h.peak for h in its)
        chosen, levels = [], []
        for length, h in sorted(cuts, key=lambda c: -c[0]):
            level = h.peak / loudest
            if length >= SHORTEST * RATE and all(abs(np.log(level / other)) > .25 for other in levels):
                chosen.append((h, length, level))
                levels.append(level)
            if len(chosen) == LAYERS:
                break
        for h, length, level in chosen:
            start = max(0, h.frame - BEFORE)
            sound = trimmed(solos[instrument][start:h.frame + length].mean(1))
            if len(sound) >= SHORTEST * RATE:
                found.append((piece, f"{instrument}-{note}", level, sound))
    return found


def trimmed(x):
    """Without what is more than 45 dB below the peak at the end (samples of 8 bits end in noise), faded out over 5 ms."""
    loud = np.flatnonzero(np.abs(x) > np.abs(x).max() * 10 ** (-45 / 20))
    x = x[:loud[-1] + 1].copy() if len(loud) else x[:0]
    fade = min(len(x), RATE // 200)
    x[len(x) - fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return x


def write(folder, kit_id, track, title, shots):
    """Writes kit.json and its samples; nothing where there is no one-shot."""
    if not shots:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    gain = PEAK / max(float(np.abs(x).max()) for _, _, _, x in shots)
    samples, counts = [], defaultdict(int)
    for piece, variant, velocity, x in shots:
        name = SPELLED[piece]
        counts[name] += 1
        file = f"{name}/{counts[name]:03}.flac"
        (folder / name).mkdir(exist_ok=True)
        soundfile.write(folder / file, x * gain, RATE, subtype="PCM_16")
        samples.append({"file": file, "piece": name, "velocity": round(max(.05, velocity), 3), "take": 1, "variant": variant})
    info = {"id": kit_id, "name": f"Tracker module {title or folder.name}", "character": "electronic",
            "licence": track["licence"], "attribution": track["author"], "gpl": track["gpl"],
            "source": f"Debian {track['package']} {track['version']} {track['file']}",
            "complete": {"kick", "snare", "hihat_closed"} <= counts.keys(), "samples": samples}
    (folder / "kit.json").write_text(json.dumps(info, indent=1, ensure_ascii=False))
