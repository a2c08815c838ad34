"""The words of the project: pieces of a drum kit, what the network answers, and how MIDI and samples name them."""

PIECES = ["kick", "snare", "rimshot", "sideStick", "hihatClosed", "hihatHalfOpen", "hihatOpen", "hihatPedal",
          "tomHigh", "tomMid", "tomLow", "tomFloor", "crash", "ride", "rideBell", "splash", "china",
          "cowbell", "tambourine", "clap"]
OTHER = "other"         # hand percussion and noises: played, never labelled

HATS = ["hihatClosed", "hihatHalfOpen", "hihatOpen", "hihatPedal"]
TOMS = ["tomHigh", "tomMid", "tomLow", "tomFloor"]
CYMBALS = ["crash", "ride", "rideBell", "splash", "china"]

# Fine outputs and the pieces each stands for. A rimshot is heard as a snare (three kits alone have any), and low and
# floor tom are one (few kits have both, and each calls its lowest drum as it likes).
FINE = {"kick": ["kick"], "snare": ["snare", "rimshot"], "sideStick": ["sideStick"],
        "hihatClosed": ["hihatClosed"], "hihatHalfOpen": ["hihatHalfOpen"], "hihatOpen": ["hihatOpen"],
        "hihatPedal": ["hihatPedal"], "tomHigh": ["tomHigh"], "tomMid": ["tomMid"], "tomFloor": ["tomLow", "tomFloor"],
        "crash": ["crash"], "ride": ["ride"], "rideBell": ["rideBell"], "splash": ["splash"], "china": ["china"],
        "cowbell": ["cowbell"], "tambourine": ["tambourine"], "clap": ["clap"]}
# Coarse groups (the five classes of the literature) and the fine outputs that distinguish their pieces.
GROUPS = {"KD": ["kick"], "SD": ["snare", "sideStick"], "TT": ["tomHigh", "tomMid", "tomFloor"], "HH": HATS,
          "CY": CYMBALS}
UNGROUPED = [name for name in FINE if not any(name in members for members in GROUPS.values())]

ACTIVATIONS = [*GROUPS, *FINE, "beat", "downbeat"]
VELOCITIES = list(FINE)
FINE_OF = {piece: name for name, pieces in FINE.items() for piece in pieces}
GROUP_OF = {piece: group for group, names in GROUPS.items() for name in names for piece in FINE[name]}

# Buses of a mixing desk.
BUSES = {"kick": ["kick"], "snare": ["snare", "rimshot", "sideStick"], "hat": HATS, "tom": TOMS, "cymbal": CYMBALS,
         "extra": ["cowbell", "tambourine", "clap", OTHER]}
BUS_OF = {piece: bus for bus, pieces in BUSES.items() for piece in pieces}

# How the sample collection spells the pieces.
FROM_SAMPLES = {"kick": "kick", "snare": "snare", "rimshot": "rimshot", "side_stick": "sideStick",
                "hihat_closed": "hihatClosed", "hihat_half": "hihatHalfOpen", "hihat_open": "hihatOpen",
                "hihat_pedal": "hihatPedal", "tom_high": "tomHigh", "tom_mid": "tomMid", "tom_low": "tomLow",
                "tom_floor": "tomFloor", "crash": "crash", "ride": "ride", "ride_bell": "rideBell", "splash": "splash",
                "china": "china", "cowbell": "cowbell", "tambourine": "tambourine", "clap": "clap", "other": OTHER}

# Notes of the electronic kit (Roland TD-11) that the Groove MIDI Dataset was played on.
FROM_TD11 = {35: "kick", 36: "kick", 37: "sideStick", 38: "snare", 39: "clap", 40: "rimshot", 42: "hihatClosed",
             22: "hihatClosed", 46: "hihatOpen", 26: "hihatOpen", 44: "hihatPedal", 48: "tomHigh", 50: "tomHigh",
             45: "tomMid", 47: "tomMid", 43: "tomFloor", 58: "tomFloor", 49: "crash", 55: "crash", 57: "crash",
             52: "crash", 51: "ride", 59: "ride", 53: "rideBell", 54: "tambourine", 56: "cowbell"}

# General MIDI percussion; 60..81 are hand percussion.
FROM_GM = {35: "kick", 36: "kick", 37: "sideStick", 38: "snare", 39: "clap", 40: "snare", 41: "tomFloor",
           42: "hihatClosed", 43: "tomFloor", 44: "hihatPedal", 45: "tomLow", 46: "hihatOpen", 47: "tomMid",
           48: "tomHigh", 49: "crash", 50: "tomHigh", 51: "ride", 52: "china", 53: "rideBell", 54: "tambourine",
           55: "splash", 56: "cowbell", 57: "crash", 59: "ride", **{note: OTHER for note in range(60, 82)}}
