import { CLICKS, type PlayOptions, playOptionsSchema, SOUNDS, SPEEDS } from "@groovesheet/jobs/options.ts";
import { type Command, InvalidArgumentError, Option } from "commander";

export interface PlayFlags {
  readonly speed: string;
  readonly click: PlayOptions["click"];
  /** absent where there is a file of the sound to be played */
  readonly sound?: PlayOptions["sound"];
  /** megabytes */
  readonly maxMb: number;
}

/** Adds the options of the play-along video to a command. */
export function addPlayOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--speed <percent>", "tempo of the video, at the same pitch")
        .choices(SPEEDS.map(String))
        .default("100"),
    )
    .addOption(
      new Option("--click <when>", "clicks in the video: one bar before the music, also on every beat, or none")
        .choices(CLICKS)
        .default("count-in"),
    )
    .addOption(
      new Option("--max-mb <n>", "size of the video in megabytes; a longer song is cut")
        .argParser(parseMegabytes)
        .default(9.5),
    );
}

/** Adds the option that needs separation. */
export function addSoundOption(command: Command): Command {
  return command.addOption(
    new Option("--sound <which>", "sound of the video: the song, the song without drums, or the drums; separates them")
      .choices(SOUNDS)
      .default("song"),
  );
}

export function playOf({ speed, click, sound, maxMb }: PlayFlags): PlayOptions {
  return playOptionsSchema.parse({ speed: Number(speed), click, sound, maxBytes: Math.round(maxMb * 1e6) });
}

/** @throws InvalidArgumentError unless the text is a positive number */
function parseMegabytes(text: string): number {
  const value = Number(text);
  if (!(value >= 0.01 && value <= 10_000)) throw new InvalidArgumentError("It must be a number from 0.01 to 10000.");
  return value;
}
