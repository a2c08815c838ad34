"""Which hits can be heard in a mix, by their own spectrum against everything else that sounds."""
from torch.nn.functional import avg_pool1d

LOOKS = (1, 4)          # frames after the onset at which a hit is compared with the rest
# A hit is hidden where around no AUDIBLE_BANDS bands it reaches AUDIBLE_RATIO of everything else's power.
AUDIBLE_BANDS, AUDIBLE_RATIO, AUDIBLE_AROUND, AUDIBLE_FLOOR = 4, 0.5, 5, 4e-4


def audible(own, crop, at, drums, backing):
    """Which hits can be heard: own (hits, LOOKS, BANDS) against all else, drums and backing (crops, frames, BANDS).

    crop (hits,) and at (hits, LOOKS): where in these each hit is compared. -> (hits,) bool
    """
    crop = crop[:, None]
    own = own ** 2
    rest = (drums[crop, at] ** 2 - own).clamp(min=0) + backing[crop, at] ** 2
    around = lambda p: avg_pool1d(p, AUDIBLE_AROUND, 1, AUDIBLE_AROUND // 2)
    own, rest = around(own), around(rest)
    clear = (own > AUDIBLE_RATIO * rest) & (own > AUDIBLE_FLOOR ** 2)
    return clear.sum(2).amax(1) >= AUDIBLE_BANDS
