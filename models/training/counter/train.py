"""Trains the counter and writes it:  python3 -m training count --data DATA [--out ../]

The counter reads drum strokes on a grid of beats and says where bars begin and whether people would count those beats.
It learns from the Groove MIDI training split, cut and altered, from invented parts, from songs and from MMA's styles; every
8th groove is kept back to choose by unless --all is given. The counter is the average of several networks, each with its own
start and its own alterations, whose rate falls to nothing in several cycles. Run it after `prepare`.
Writes OUT/counter.onnx and counter.json, and the pair that the run time is compared with to tests/fixtures/counter.json.
"""
import argparse
import hashlib
import json
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from training import paths
from training.counter import music
from training.counter.examples import example
from training.counter.grid import CHANNELS, WIDTH, on_grid
from training.counter.model import Average, Counter
from training.counter.styles import style_songs
from training.data.parts.grooves import load_grooves

LENGTHS = [32, 64, 80]  # beats of an example
SURE = .97              # what a certain answer is asked to be, so that logits over a song can be added up
BATCH = 32
CYCLES = [(8000, 3e-3), (2000, 1e-3), (2500, 1.5e-3)]        # steps, and the greatest rate
NETWORKS = 4
KEPT_BACK = 8


def batches(rng, pool, steps):
    """Yields `steps` batches: features, downbeats, played beats, right tempo, known tempo; float32 tensors."""
    weights = np.array([m.weight for m in pool])
    weights /= weights.sum()
    for _ in range(steps):
        beats = int(rng.choice(LENGTHS))
        chosen = [example(rng, pool[i], beats) for i in rng.choice(len(pool), BATCH, p=weights)]
        yield [torch.from_numpy(np.array(column, np.float32)) for column in zip(*chosen)]


def losses(net, x, downbeat, played, right, sure):
    """Cross-entropies of downbeats, at the right tempo only, and of the tempo, where it is known."""
    y = net(x)
    soften = lambda answer: answer * (2 * SURE - 1) + 1 - SURE
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    mean = lambda loss, weight: (loss * weight).sum() / weight.sum().clamp(min=1)
    tempo = entropy(y[..., 1], soften(right)[:, None].expand_as(downbeat), reduction="none")
    return (mean(entropy(y[..., 0], soften(downbeat), reduction="none"), right[:, None] * played),
            mean(tempo, sure[:, None] * played))


def train(net, rng, pool, steps, rate):
    """One cycle, in place."""
    net.train()
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps, pct_start=.1)
    start = time.time()
    for step, batch in enumerate(batches(rng, pool, steps), 1):
        loss = losses(net, *batch)
        optimiser.zero_grad()
        sum(loss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        schedule.step()
        if step % 250 == 0:
            print(f"{step} steps, {time.time() - start:.0f} s: bars {loss[0]:.3f}, tempo {loss[1]:.3f}", flush=True)


def network(seed, pool_of, cycles):
    """-> a trained Counter. `pool_of`: a generator of random numbers -> what to learn from"""
    torch.manual_seed(seed)
    rng, net = np.random.default_rng(seed), Counter()
    pool = pool_of(rng)
    for steps, rate in cycles:
        train(net, rng, pool, steps, rate)
    return net


def ask(net, part, step, first):
    """Logits (beats, 2) for every `step`th beat of a part, the first one `first` beats after its first stroke's."""
    seconds = 60 / part.bpm
    begin = np.floor(part.at[0] + .2) + first
    positions = np.arange(begin, part.at[-1] + 1, step)
    with torch.no_grad():
        grid = on_grid(positions * seconds, part.at * seconds, part.channel, part.velocity.astype(np.float32))
        return net(torch.from_numpy(grid)[None])[0].numpy(), positions


def evaluate(net, patterns):
    """Shares of parts, of four bars or more, whose first beat of the bar, and whose tempo, are right."""
    bars, tempo = [], []
    for pattern in patterns:
        if pattern.bars < 4:
            continue
        part = music.music(pattern.hits, pattern.per_bar, pattern.bpm, True, 1)
        logits, positions = ask(net, part, 1, 0)
        phase = [logits[positions % pattern.per_bar == k, 0].mean() for k in range(pattern.per_bar)]
        bars.append(np.argmax(phase) == 0)
        others = [ask(net, part, step, first)[0][:, 1].mean() for step, first in ((.5, 0), (2, 0), (2, 1), (1, .5))]
        tempo.append(logits[:, 1].mean() > max(others))
    return f"first beat {np.mean(bars):.3f}, tempo {np.mean(tempo):.3f} of {len(bars)} parts"


def export(net, out):
    """-> session of the graph: "grid" (1, beats, WIDTH) to "logits" (1, beats, 2), checked against the network."""
    path = out / "counter.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (torch.rand(1, 50, WIDTH),), str(path), opset_version=17, dynamo=False,
                          input_names=["grid"], output_names=["logits"],
                          dynamic_axes={name: {1: "beats"} for name in ("grid", "logits")})
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for beats in (2, 7, 100, 901):
        x = torch.rand(1, beats, WIDTH)
        if np.abs(session.run(None, {"grid": x.numpy()})[0] - net(x).detach().numpy()).max() > 1e-3:
            raise SystemExit(f"the graph differs from the network at {beats} beats")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / "counter.json").write_text(json.dumps(
        {"name": "GrooveSheet counter", "version": "1.2.0", "file": path.name, "sha256": digest,
         "licence": "CC-BY-4.0"}, indent=2) + "\n")
    return session


def write_fixture(session, path):
    """Strokes and beats and what the graph answers, for the test that compares the run time's grid with this one."""
    rng = np.random.default_rng(0)
    names = [pieces[0] for pieces in CHANNELS.values()]
    beats = .4 + np.cumsum(rng.uniform(.45, .55, 24))
    at = np.sort(rng.uniform(beats[0] - .02, beats[-1] + .6, 120))
    channel, velocity = rng.integers(0, len(names), 120), rng.uniform(.1, 1, 120).round(3)
    beats, at = beats.round(4), at.round(4)
    logits = session.run(None, {"grid": on_grid(beats, at, channel, velocity.astype(np.float32))[None]})[0][0]
    path.write_text(json.dumps({
        "beats": beats.tolist(), "downbeat": logits[:, 0].round(4).tolist(), "level": round(float(logits[:, 1].mean()), 4),
        "hits": [{"time": t, "piece": names[c], "velocity": v, "confidence": 1}
                 for t, c, v in zip(at.tolist(), channel, velocity.tolist())]}) + "\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--data", type=Path, required=True, help="where `prepare` wrote")
    ap.add_argument("--out", type=Path, default=paths.MODELS)
    ap.add_argument("--share", type=float, default=1, help="of the steps of each cycle, for a quicker try")
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--all", action="store_true", help="learn from every groove of the training split")
    a = ap.parse_args()
    load = lambda split: load_grooves(a.training / "midi/groove", split, a.data / f"grooves-{split}.json")
    grooves, validation = load("train"), [p for p in load("validation") if not p.fill]
    parts, fills = ([p for p in grooves if p.fill == fill] for fill in (False, True))
    kept = [] if a.all else parts[::KEPT_BACK]
    learnt, songs, styled = [p for p in parts if p not in kept], music.load_songs(a.data), style_songs(a.data)
    pool_of = lambda rng: music.load(rng, learnt, fills, songs, styled)
    cycles = [(round(a.share * steps), rate) for steps, rate in CYCLES]
    net = Average([network(a.seed + n, pool_of, cycles) for n in range(NETWORKS)]).eval()
    if kept:
        print(f"kept back: {evaluate(net, kept)}")
    print(f"validation: {evaluate(net, validation)}")
    write_fixture(export(net, a.out), paths.REPOSITORY / "tests/fixtures/counter.json")


if __name__ == "__main__":
    main()
