import { DETAILS, type NotateOptions, notateOptionsSchema } from "@groovesheet/jobs/options.ts";
import { type Command, Option } from "commander";
import { parseTitle } from "./options.ts";

/** The flags of notation that both commands have, as commander gives them. */
export interface NotationFlags {
  readonly title?: string;
  readonly swing: NotateOptions["swing"];
  readonly grid: NotateOptions["grid"];
  readonly detail: NotateOptions["detail"];
  readonly repeats?: boolean;
  readonly showConfidence?: boolean;
  readonly quantised?: boolean;
}

/** Adds the options of notation to a command. */
export function addNotationOptions(command: Command): Command {
  return command
    .addOption(new Option("--title <text>", "title of the score").argParser(parseTitle))
    .addOption(
      new Option("--detail <level>", "how much to write: simple for beginners, full adds loudness")
        .choices(DETAILS)
        .default("standard"),
    )
    .addOption(
      new Option("--swing <mode>", "write swung eighths as straight eighths marked Swing")
        .choices(["auto", "on", "off"])
        .default("auto"),
    )
    .addOption(
      new Option("--grid <finest>", "finest note values; t means triplets")
        .choices(["auto", "8", "16", "32", "8t", "16t"])
        .default("auto"),
    )
    .addOption(new Option("--no-repeats", "write repeated bars out instead of as repeat signs"))
    .addOption(
      new Option("--repeats", "write bars that come again three times or more as repeat signs (default)").hideHelp(),
    )
    .addOption(new Option("--show-confidence", "show uncertain notes in grey"))
    .addOption(new Option("--quantised", "MIDI as written instead of as played"));
}

/** @param beats changes to the beats and bars that were heard */
export function notationOf(
  { title, swing, grid, detail, repeats, showConfidence, quantised }: NotationFlags,
  beats: Partial<Pick<NotateOptions, "tempoScale" | "bpm" | "shiftDownbeat" | "meter">> = {},
): NotateOptions {
  return notateOptionsSchema.parse({ title, swing, grid, detail, repeats, showConfidence, quantised, ...beats });
}
