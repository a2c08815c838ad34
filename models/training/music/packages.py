"""Which Debian packages hold music, where in them it lies, and which must never be trained on."""

# Recordings: package -> globs of the installed paths that are music. Everything else in the package is effects.
MUSIC_FOLDER = ["*/music/*", "*/Music/*", "*/musics/*", "*/Music.ocg/*"]
RECORDINGS = {
    "supertuxkart-data": MUSIC_FOLDER, "nexuiz-music": ["*.ogg"], "naev-data": MUSIC_FOLDER,
    "warzone2100-music": ["*"], "hedgewars-data": MUSIC_FOLDER, "supertux-data": MUSIC_FOLDER, "ufoai-music": ["*"],
    "redeclipse-data": ["*/sounds/music/*", "*/music/*"], "singularity-music": ["*"], "starfighter-data": MUSIC_FOLDER,
    "marsshooter-data": [*MUSIC_FOLDER, "*/audio/menu.ogg", "*/audio/tutorial.ogg"],
    "freedroidrpg-data": MUSIC_FOLDER, "warmux-data": MUSIC_FOLDER,
    "megaglest-data": [*MUSIC_FOLDER, "*/music*/*", "*music*.ogg"], "flare-game": MUSIC_FOLDER,
    "widelands-data": MUSIC_FOLDER, "unknown-horizons": [*MUSIC_FOLDER, "*/audio/music/*"],
    "wesnoth-1.16-music": ["*"], "planetblupi-music-ogg": ["*"], "extremetuxracer-data": MUSIC_FOLDER,
    "ardentryst": MUSIC_FOLDER, "davegnukem-data": MUSIC_FOLDER, "trackballs-data": MUSIC_FOLDER,
    "xmoto-data": [*MUSIC_FOLDER, "*/Textures/Musics/*"], "plee-the-bear-data": MUSIC_FOLDER,
    "torus-trooper-data": MUSIC_FOLDER, "mu-cade-data": MUSIC_FOLDER, "gunroar-data": MUSIC_FOLDER,
    "titanion-data": MUSIC_FOLDER, "hyperrogue-music": ["*/hr*.ogg"], "drascula-music": ["*"], "asc-music": ["*"],
    "openclonk-data": MUSIC_FOLDER, "lordsawar-data": MUSIC_FOLDER, "amoebax-data": MUSIC_FOLDER,
}

# Tracker modules: scores with their own samples, found by the ending of their names in any folder.
MODULES = ["pingus-data", "biniax2-data", "bomberclone-data", "circuslinux-data", "gemdropx", "ri-li-data",
           "penguin-command", "vodovod", "tuxtype-data", "solarwolf"]

# Kept for measuring, and the development set: never downloaded here.
NEVER = {"pekka-kana-2-data", "flobopuyo", "gl-117-data", "rafkill-data", "fb-music-high", "freedroid-data", "bb",
         "madbomber-data", "heroes-sound-tracks", "tecnoballz-data", "pachi-data", "njam-data",
         "fretsonfire-songs-sectoid", "fretsonfire-songs-muldjord"}

AUDIO = {".ogg", ".oga", ".mp3", ".flac", ".wav", ".opus"}
TRACKER = {".xm", ".mod", ".s3m", ".it", ".stm", ".med", ".mtm"}
ARCHIVES = {".pk3", ".pk4", ".zip"}
