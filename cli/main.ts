import { readFileSync } from "node:fs";
import { DETAILS, FORMATS } from "@groovesheet/jobs/options.ts";
import { Command, CommanderError, Option } from "commander";
import { WRONG_USAGE } from "./batch.ts";
import { type DoctorFlags, doctorCommand } from "./doctor.ts";
import { type NotateFlags, notateCommand } from "./notate.ts";
import { parseBpm, parseDevices, parseFormats, parseMeter, parseShift, parseTitle } from "./options.ts";
import { failure } from "./report.ts";
import { type TranscribeFlags, transcribeCommand } from "./transcribe.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What can be chosen of the writing, in whatever way the performance came about. */
function withNotation(command: Command): Command {
  return command
    .addOption(new Option("--title <text>", "title of the score").argParser(parseTitle))
    .addOption(
      new Option("--detail <level>", "what is written: simple for a beginner, full with loudness")
        .choices(DETAILS)
        .default("standard"),
    )
    .addOption(
      new Option("--swing <how>", "write eighths straight and say swing")
        .choices(["auto", "on", "off"])
        .default("auto"),
    )
    .addOption(
      new Option("--grid <finest>", "finest notes; t: triplets")
        .choices(["auto", "8", "16", "32", "8t", "16t"])
        .default("auto"),
    )
    .addOption(new Option("--repeats", "signs for bars that are played again"))
    .addOption(new Option("--show-confidence", "grey for what was heard uncertainly"))
    .addOption(new Option("--quantised", "MIDI as written, not as played"));
}

/** The whole command line. @param done is given the exit status of the command that ran */
function makeProgram(done: (status: number) => void): Command {
  const program = new Command("groovesheet")
    .description("A recording in, an engraved drum score out.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(groovesheet --help tells more)");
  const out = () => new Option("-o, --out <dir>", "folder for the files").default(".", "this folder");
  const meter = (text: string) => new Option("--meter <n/m>", text).argParser(parseMeter);
  const quiet = () => new Option("-q, --quiet", "write nothing but errors");
  const json = () => new Option("--json", "write one JSON document to standard output");
  const formats = (chosen: readonly string[]) =>
    new Option("--formats <list>", `of ${FORMATS.join(",")}`).argParser(parseFormats).default(chosen, chosen.join(","));

  const transcribe = program
    .command("transcribe")
    .description("listen to recordings and write their drum parts")
    .usage("[options] <file...>")
    .argument("[file...]", "recordings: whatever FFmpeg reads")
    .addOption(new Option("--example <file>", "the recording where no file is named").hideHelp())
    .addOption(out())
    .addOption(
      new Option("--separation <when>", "hear the drums alone, taken out of the mix; auto: where a GPU makes it quick")
        .choices(["auto", "on", "off"])
        .default("auto"),
    )
    .addOption(new Option("--bpm <n>", "the tempo, if you know it: 40 to 240 beats a minute").argParser(parseBpm))
    .addOption(meter("the meter, if you know it"));
  withNotation(transcribe)
    .addOption(new Option("--listen", "also write the song, left, and the score, right, as sound"))
    .addOption(formats(FORMATS))
    .addOption(new Option("--device <list>", "of cuda,webgpu,cpu: the first that works").argParser(parseDevices))
    .addOption(quiet())
    .addOption(json())
    .action(async (files: string[], flags: TranscribeFlags, command: Command) => {
      if (files.length > 0) return done(await transcribeCommand(files, flags));
      if (flags.example === undefined) return command.error("error: missing required argument 'file'");
      const out = command.getOptionValueSource("out") === "default" ? "out" : flags.out;
      done(await transcribeCommand([flags.example], { ...flags, out }));
    });

  const notate = program
    .command("notate")
    .description("write the score again from what was heard, with other choices")
    .argument("<file...>", "files that end in .performance.json")
    .addOption(out())
    .addOption(new Option("--half-time", "count half as many beats").conflicts("doubleTime"))
    .addOption(new Option("--double-time", "count twice as many beats"))
    .addOption(
      new Option("--shift-downbeat <n>", "move the first beat of each bar by n beats").argParser(parseShift).default(0),
    )
    .addOption(meter("count the bars anew in this meter"));
  withNotation(notate)
    .addOption(new Option("--listen <recording>", "also write this recording, left, and the score, right, as sound"))
    .addOption(formats(FORMATS.filter((format) => format !== "json")))
    .addOption(quiet())
    .addOption(json())
    .action(async (files: string[], flags: NotateFlags) => done(await notateCommand(files, flags)));

  program
    .command("doctor")
    .description("tell what is installed, what is missing and how to mend it")
    .addOption(json())
    .action(async (flags: DoctorFlags) => done(await doctorCommand(version, flags)));
  return program;
}

async function main(): Promise<number> {
  let status = 0;
  try {
    await makeProgram((code) => {
      status = code;
    }).parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    const outcome = failure("groovesheet", error);
    if (!outcome.ok) console.error(`groovesheet: ${outcome.message}`);
    return 1;
  }
}

process.exitCode = await main();
