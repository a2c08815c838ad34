"""The counter: dilated convolutions over beats, several networks of which are averaged."""
import torch
from torch import nn

from training.counter.grid import WIDTH


class Counter(nn.Module):
    """Beats on a grid (batch, beats, WIDTH) -> logits (batch, beats, 2): this is a downbeat; the beats are the right ones.

    Convolutions over 5 beats at dilations 1, 2, 4 ... see 126 beats to either side; any number of beats goes in.
    """

    def __init__(self, hidden=64, dilations=(1, 2, 4, 8, 16, 32), dropout=.15):
        super().__init__()
        self.sizes = {"hidden": hidden, "dilations": tuple(dilations)}
        self.enter = nn.Conv1d(WIDTH, hidden, 1)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv1d(hidden, hidden, 5, padding=2 * d, dilation=d), nn.ReLU(), nn.Dropout(dropout),
                          nn.Conv1d(hidden, hidden, 1)) for d in dilations)
        self.leave = nn.Conv1d(hidden, 2, 1)

    def forward(self, x):
        h = torch.relu(self.enter(x.transpose(1, 2)))
        for layer in self.layers:
            h = h + layer(h)
        return self.leave(torch.relu(h)).transpose(1, 2)


class Average(nn.Module):
    """The mean of the logits of several counters: less sure where they disagree."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x):
        return sum(member(x) for member in self.members) / len(self.members)
