"""HTDemucs (Rouard, Massa, Defossez 2023) window by window, as processor/separate does it, in torch."""
import numpy as np
import torch

WINDOW = 343_980        # samples that the network takes at once: 7.8 s
STEP = WINDOW * 3 // 4
FFT, HOP = 4096, 1024
LEAD = (FFT - HOP) // 2


def spectrogram(x):
    """(2, WINDOW) -> (1, 4, FFT // 2, frames): left re, left im, right re, right im."""
    frames = -(-x.shape[1] // HOP)
    padded = torch.nn.functional.pad(x[None], (LEAD, LEAD + frames * HOP - x.shape[1]), mode="reflect")[0]
    z = torch.stft(padded, FFT, HOP, FFT, torch.hann_window(FFT, device=x.device), center=False, normalized=False,
                   return_complex=True)[:, :-1, :frames] / FFT ** .5
    return torch.view_as_real(z).permute(0, 3, 1, 2).reshape(1, 4, FFT // 2, frames)


def sound_of(s, length):
    """(4, FFT // 2, frames) -> (2, length), the inverse."""
    z = torch.view_as_complex(s.reshape(2, 2, FFT // 2, -1).permute(0, 2, 3, 1).contiguous()) * FFT ** .5
    z = torch.nn.functional.pad(z, (2, 2, 0, 1))                 # the Nyquist bin, and two frames of silence at either end
    window = torch.hann_window(FFT, device=s.device)
    return torch.istft(z, FFT, HOP, FFT, window, center=True, length=length + LEAD + HOP)[:, LEAD:LEAD + length]


def drums_of(graph, x):
    """A window (2, WINDOW) -> its drums (2, WINDOW): the sum of the branches for sound and for spectrogram."""
    spectral, temporal = graph(x[None], spectrogram(x))
    return sound_of(spectral[0, 0], WINDOW) + temporal.reshape(4, 2, WINDOW)[0]


def drums(graph, x, device="cpu"):
    """A recording (2, samples) float32 -> its drums, of the same shape; windows overlap by a quarter, and fade."""
    x = torch.from_numpy(np.ascontiguousarray(x, np.float32)).to(device)
    out, weight = torch.zeros_like(x), torch.zeros(x.shape[1], device=device)
    fade = torch.linspace(0, 1, WINDOW - STEP, device=device)
    for start in range(0, max(1, x.shape[1] - (WINDOW - STEP)), STEP):
        piece = x[:, start:start + WINDOW]
        n = piece.shape[1]
        found = drums_of(graph, torch.nn.functional.pad(piece, (0, WINDOW - n)))[:, :n]
        w = torch.ones(n, device=device)
        if start:
            w[:len(fade)] = fade[:n]
        if start + WINDOW < x.shape[1]:
            w[-len(fade):] = fade.flip(0)
        out[:, start:start + n] += found * w
        weight[start:start + n] += w
    return (out / weight.clamp(min=1e-6)).cpu().numpy()
