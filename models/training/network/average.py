"""The mean of several snapshots of one run, and of where it started:  python3 -m training average RUN/weights-*.pt --out RUN/mean.pt

Late snapshots of a run lie about one minimum; their mean is nearer to it than most of them (Izmailov et al.: Averaging
weights leads to wider optima and better generalization, UAI 2018). With --start listener.onnx and --share .6 the mean is the
snapshots' by that share and the start's by the rest: what a short run learnt, with little of what it forgot (Wortsman et al.:
Robust fine-tuning of zero-shot models, CVPR 2022).
"""
import argparse
from pathlib import Path

import torch

from training.network.model import Listener, load, save
from training.network.recover import folded, widen


def mean(snapshots):
    """State dictionaries of one network -> their mean; counters are those of the last."""
    return {key: sum(s[key] for s in snapshots) / len(snapshots) if value.dtype.is_floating_point else value
            for key, value in snapshots[-1].items()}


def towards(start, net, share):
    """A network between `start` and `net`, which went on from it, perhaps wider; norms are folded in both.

    What units that `start` lacks listen to is taken from `net` as it is; at share 0 nobody listens to them.
    """
    base, state = widen(folded(start), net.sizes).state_dict(), folded(net).state_dict()
    old, new = start.sizes["hidden"], net.sizes["hidden"]
    rows = torch.cat([torch.arange(old, new) + gate * new for gate in range(4)])
    for key, value in state.items():
        if key.startswith("rnn."):
            base[key][rows] = value[rows]
        if value.dtype.is_floating_point:
            state[key] = (1 - share) * base[key] + share * value
    between = Listener(**net.sizes)
    between.load_state_dict(state)
    return between.eval()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("weights", type=Path, nargs="+")
    ap.add_argument("--start", type=Path, help="where the run started: weights or listener.onnx")
    ap.add_argument("--share", type=float, default=.6, help="of the snapshots")
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    nets = [load(path) for path in sorted(a.weights)]
    nets[-1].load_state_dict(mean([net.state_dict() for net in nets]))
    save(towards(load(a.start).eval(), nets[-1].eval(), a.share) if a.start else nets[-1], a.out)


if __name__ == "__main__":
    main()
