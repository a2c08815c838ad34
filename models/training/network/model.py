"""The listener: a small convolutional-recurrent network over log-frequency frames at 100 per second."""
import torch
from torch import nn

from training.features import BANDS
from training.pieces import ACTIVATIONS, VELOCITIES


class Listener(nn.Module):
    """Features (batch, frames, bands) -> logits of ACTIVATIONS and of VELOCITIES (batch, frames, outputs).

    Three convolutions halve the frequency axis and keep time; a projection makes one vector a frame; two bidirectional
    LSTM layers run at 50 steps per second, two frames a step, and are added to what the convolutions saw at 100, so
    that onsets stay sharp. Any number of frames goes in: an odd one is padded with silence inside.
    """

    def __init__(self, bands=BANDS, channels=(16, 24, 32), width=160, hidden=160, layers=2):
        super().__init__()
        self.sizes = {"bands": bands, "channels": tuple(channels), "width": width, "hidden": hidden, "layers": layers}

        def block(inputs, outputs, kernel):
            padding = (kernel[0] // 2, kernel[1] // 2)
            return [nn.Conv2d(inputs, outputs, kernel, stride=(1, 2), padding=padding, bias=False),
                    nn.BatchNorm2d(outputs), nn.ReLU()]

        a, b, c = channels
        self.conv = nn.Sequential(*block(1, a, (3, 7)), *block(a, b, (3, 3)), *block(b, c, (3, 3)))
        self.conv = self.conv.to(memory_format=torch.channels_last)          # faster on a CPU
        for _ in range(3):
            bands = (bands + 1) // 2
        self.project = nn.Sequential(nn.Linear(c * bands, width), nn.ReLU(), nn.Dropout(0.1))
        self.rnn = nn.LSTM(2 * width, hidden, layers, batch_first=True, bidirectional=True)
        self.mix = nn.Linear(2 * hidden, 2 * width)
        self.activations = nn.Linear(width, len(ACTIVATIONS))
        self.velocity = nn.Linear(width, len(VELOCITIES))

    def forward(self, x):
        frames = x.shape[1]
        steps = (frames + 1) // 2
        x = nn.functional.pad(x, (0, 0, 0, 1))[:, :2 * steps]
        h = x.unsqueeze(1).contiguous(memory_format=torch.channels_last)
        h = self.project(self.conv(h).permute(0, 2, 1, 3).flatten(2))
        r = self.mix(self.rnn(h.reshape(h.shape[0], steps, -1))[0])
        h = torch.relu(h + r.reshape(h.shape[0], 2 * steps, -1))[:, :frames]
        return self.activations(h), self.velocity(h)


def save(net, path):
    """Weights and sizes in one file."""
    torch.save({"sizes": net.sizes, "state": net.state_dict()}, path)


def load(path, **sizes):
    """The network of a file of `save` or of an ONNX file of `export`; with larger `sizes`, widened."""
    from training.network.recover import recover, widen
    net = recover(path) if str(path).endswith(".onnx") else _restore(torch.load(path, map_location="cpu"))
    wanted = net.sizes | sizes
    return net if wanted == net.sizes else widen(net, wanted)


def _restore(kept):
    net = Listener(**kept["sizes"])
    net.load_state_dict(kept["state"])
    return net
