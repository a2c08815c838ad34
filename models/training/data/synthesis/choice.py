"""Which kits a clip may play."""
from training.data.synthesis.kit import synthetic_kit
from training.data.synthesis.renewed import RenewedKit

# Shares of clips on computed kits, on one computed and one sampled kit, on sampled kits made new; the rest plays
# sampled kits as they are.
SYNTHETIC, HYBRID, RENEWED = .37, .08, .25
ELECTRONIC = .55        # scale of these draws for an electronic band, of whose clips two thirds play computed kits


def kits_for_clip(rng, kits, electronic=False):
    """Sampled kits -> the kits that one clip chooses from, all of them a function of what `rng` draws.

    `electronic`: music whose drums are mostly computed.
    """
    u = rng.random() * (ELECTRONIC if electronic else 1)
    if u < SYNTHETIC:
        return [synthetic_kit(rng), synthetic_kit(rng)]
    if u < SYNTHETIC + HYBRID:
        sampled = kits[rng.integers(len(kits))]
        return [synthetic_kit(rng), RenewedKit(sampled, kits, int(rng.integers(2 ** 62)))]
    if u < SYNTHETIC + HYBRID + RENEWED:
        return [RenewedKit(kit, kits, int(seed)) for kit, seed in zip(kits, rng.integers(2 ** 62, size=len(kits)))]
    return kits
