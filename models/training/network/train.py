"""Trains the listener:  python3 -m training train --pool POOL --out RUN --minutes 60 [--start weights.pt] [--device cuda]

POOL is a folder of shards and bands (`play`, `bands`); rendering may go on while this runs, what appears is picked up.
The learning rate follows the clock (warm-up, then a cosine down to 2 %), so a run ends on time whatever the machine.
--start goes on from the weights of an earlier run or from listener.onnx; where the network is wider than those, it
begins as the same function. RUN gets, at every report:

    weights-<step>.pt    the moving average of the weights alone, for `export` and `evaluate`
    progress.jsonl       one line a report: seconds, step, hours heard, clips, loss, validation loss

An ablation is a short run that leaves something out (--without SOURCE ..., --plain-mixes) beside one that does not.
"""
import argparse
import json
import math
import time
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import smooth_l1_loss

from training.data.shards import SOURCES
from training.features import FPS
from training.network.batches import Batches
from training.network.model import Listener, load, save
from training.network.pool import Mixing, Pool
from training.network.recover import settle
from training.pieces import FINE, GROUPS, UNGROUPED

# Of every output in the loss, and of its hits against its silence. Pieces outside the groups are rare and detected on
# their own, so they weigh more than the fine outputs that only distinguish the pieces of a group.
WEIGHT = torch.tensor([1.0] * len(GROUPS) + [1.0 if name in UNGROUPED else 0.5 for name in FINE] + [0.5, 0.5])
POSITIVE = torch.tensor([2.0] * len(GROUPS) + [4.0 if name in UNGROUPED else 2.0 for name in FINE] + [1.0, 2.0])
VELOCITY_WEIGHT = 0.1
EMA = 0.998


def loss_of(net, half, x, y, weight, velocity, mask):
    """Mean cross-entropy over all outputs that count, plus the error of velocities where hits are.

    half: multiply in bfloat16, half as long again on processors that can.
    """
    with torch.autocast(x.device.type, torch.bfloat16, enabled=half):
        logits, loudness = net(x)
    logits, loudness = logits.float(), loudness.float()
    hits = bce(logits, y, weight=weight * WEIGHT.to(y), pos_weight=POSITIVE.to(y))
    error = smooth_l1_loss(torch.sigmoid(loudness), velocity, beta=0.1, reduction="none")
    return hits + VELOCITY_WEIGHT * (error * mask).sum() / mask.sum().clamp(min=1)


def learning_rate(peak, step, done):
    """Warm-up over 200 steps, then a cosine over the share `done` of the time, down to 2 % of `peak`."""
    return peak * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, done))))


class Average:
    """Exponential moving average of a network's weights; counters are copied."""

    def __init__(self, net):
        self.state = {k: v.clone() for k, v in net.state_dict().items()}

    @torch.no_grad()
    def update(self, net, decay):
        now = net.state_dict()
        names = [k for k, v in now.items() if v.dtype.is_floating_point]
        torch._foreach_lerp_([self.state[k] for k in names], [now[k] for k in names], 1 - decay)
        for k in now.keys() - set(names):
            self.state[k].copy_(now[k])


class Validation:
    """Loss of the averaged weights on fixed mixes of clips that training never hears."""

    def __init__(self, folder, frames, device, batches=4, size=48):
        pool = Pool(folder, device, seed=1)
        pool.refresh()
        self.batches = [pool.batch(size, frames) for _ in range(batches)]

    @torch.no_grad()
    def __call__(self, net):
        net.eval()
        return float(sum(loss_of(net, False, *b) for b in self.batches)) / len(self.batches)


def train(net, batches, out, seconds, peak, frames, report, half, validate=None):
    """One run by the clock; -> the averaged weights, which `out` keeps at every report."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=peak, weight_decay=1e-3, fused=batches.device.type == "cuda")
    average, shadow = Average(net), Listener(**net.sizes).to(batches.device)
    start = said = time.time()
    step, heard, losses, done = 0, 0.0, [], 0.0
    net.train()
    while done < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(peak, step, done)
        batch = batches.next()
        loss = loss_of(net, half, *batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.detach())
        step, heard = step + 1, heard + len(batch[0]) * frames / FPS
        average.update(net, min(EMA, (step + 1) / (step + 20)))
        done = (time.time() - start) / seconds
        if done >= 1 or time.time() - said > report:
            said = time.time()
            shadow.load_state_dict(average.state)
            line = {"seconds": round(time.time() - start, 1), "step": step, "hours_heard": round(heard / 3600, 2),
                    "clips": batches.clips, "loss": round(float(torch.stack(losses).mean()), 5),
                    "validation": validate and round(validate(shadow), 5), "learning_rate": optimiser.param_groups[0]["lr"]}
            with open(out / "progress.jsonl", "a") as f:
                f.write(json.dumps(line) + "\n")
            save(shadow, out / f"weights-{step:06d}.pt")
            print(json.dumps(line), flush=True)
            losses.clear()
    return shadow


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--pool", type=Path, required=True)
    ap.add_argument("--validation", type=Path, help="another pool, of held-out kits")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--minutes", type=float, required=True)
    ap.add_argument("--start", type=Path, help="weights of an earlier run, or listener.onnx")
    ap.add_argument("--hidden", type=int, default=184, help="units of each LSTM direction")
    ap.add_argument("--batch", type=int, default=8, help="crops a step")
    ap.add_argument("--frames", type=int, default=1200, help="of a crop: 12 seconds")
    ap.add_argument("--lr", type=float, default=2.5e-3)
    ap.add_argument("--report", type=float, default=180, help="seconds between reports")
    ap.add_argument("--half", action="store_true", help="multiply in bfloat16")
    ap.add_argument("--without", nargs="*", default=[], choices=SOURCES, help="sources of clips and bands to leave out")
    ap.add_argument("--plain-mixes", action="store_true", help="no pumping, no codec")
    ap.add_argument("--clips", type=int, default=0, help="wait until this number of clips is there")
    ap.add_argument("--most", type=int, default=10 ** 9, help="clips that are read at most")
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    net = (load(a.start, hidden=a.hidden) if a.start else Listener(hidden=a.hidden)).to(a.device)
    batches = Batches(a.pool, a.device, a.batch, a.frames, Mixing(tuple(a.without), not a.plain_mixes), a.clips, a.seed, a.most)
    if str(a.start).endswith(".onnx"):
        settle(net, batches.next()[0])
    validate = Validation(a.validation, a.frames, a.device) if a.validation else None
    train(net, batches, a.out, a.minutes * 60, a.lr, a.frames, a.report, a.half, validate)
    batches.stop()


if __name__ == "__main__":
    main()
