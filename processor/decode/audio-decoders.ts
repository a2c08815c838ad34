/**
 * The decoders that FFmpeg may open. Others, such as those of pictures and subtitles, are never needed, not even to find
 * the streams of a file. Names that a build of FFmpeg lacks have no effect.
 */
export const AUDIO_DECODERS: readonly string[] = [
  ...["aac", "aac_fixed", "aac_latm", "ac3", "ac3_fixed", "eac3", "alac", "als", "dca", "flac", "mlp", "truehd"],
  ...["mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float", "mp3adufloat", "mp3on4float", "mpc7", "mpc8"],
  ...["opus", "libopus", "vorbis", "libvorbis", "speex", "libspeex", "gsm", "gsm_ms", "libgsm", "libgsm_ms"],
  ...["amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "nellymoser", "qcelp", "evrc", "ilbc", "libilbc"],
  ...["ape", "shorten", "tak", "tta", "wavpack", "ralf", "ra_144", "ra_288", "cook", "sipr", "atrac1", "atrac3"],
  ...["atrac3al", "atrac3plus", "atrac3plusal", "atrac9", "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice"],
  ...["dsd_lsbf", "dsd_msbf", "dsd_lsbf_planar", "dsd_msbf_planar", "dst", "g723_1", "g729", "on2avc", "qdm2", "qdmc"],
  ...["adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "adpcm_g722", "g722"],
  ...["adpcm_g726", "adpcm_g726le", "g726", "g726le", "adpcm_ima_amv", "adpcm_ct", "sonic", "mace3", "mace6"],
  ...["pcm_alaw", "pcm_mulaw", "pcm_vidc", "pcm_bluray", "pcm_dvd", "pcm_lxf", "pcm_f16le", "pcm_f24le"],
  ...["s8", "s8_planar", "u8", "s16le", "s16be", "s16le_planar", "s16be_planar", "u16le", "u16be"].map(pcm),
  ...["s24le", "s24be", "s24le_planar", "s24daud", "u24le", "u24be", "s32le", "s32be", "s32le_planar"].map(pcm),
  ...["u32le", "u32be", "s64le", "s64be", "f32le", "f32be", "f64le", "f64be"].map(pcm),
];

function pcm(samples: string): string {
  return `pcm_${samples}`;
}
