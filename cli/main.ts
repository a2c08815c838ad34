import { readFileSync } from "node:fs";
import { DEFAULT_FORMATS, FORMATS } from "@groovesheet/jobs/options.ts";
import { Command, CommanderError, Option } from "commander";
import { WRONG_USAGE } from "./batch.ts";
import { type DoctorFlags, doctorCommand } from "./doctor.ts";
import { type NotateFlags, notateCommand } from "./notate.ts";
import { addNotationOptions } from "./notation-options.ts";
import { parseBpm, parseDevices, parseFormats, parseMeter, parseShift, parseTimeArgument } from "./options.ts";
import { addPlayOptions, addSoundOption } from "./play-options.ts";
import { failure } from "./report.ts";
import { type TranscribeFlags, transcribeCommand } from "./transcribe.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** @param done receives the exit code of the command */
function makeProgram(done: (status: number) => void): Command {
  const program = new Command("groovesheet")
    .description("Transcribe the drums of a recording into an engraved score.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(run groovesheet --help for help)");
  const out = () => new Option("-o, --out <dir>", "output folder").default(".", "current folder");
  const meter = (text: string) => new Option("--meter <n/m>", text).argParser(parseMeter);
  const quiet = () => new Option("-q, --quiet", "print errors only");
  const json = () => new Option("--json", "print one JSON document to standard output");
  const formats = (chosen: readonly string[]) =>
    new Option("--formats <list>", `output formats: ${FORMATS.join(",")}`)
      .argParser(parseFormats)
      .default(chosen, chosen.join(","));

  const addListenOptions = (command: Command) =>
    command
      .addOption(out())
      .addOption(
        new Option("--separation <when>", "separate the drums from the mix first; auto: only with a GPU")
          .choices(["auto", "on", "off"])
          .default("auto"),
      )
      .addOption(new Option("--bpm <n>", "tempo, if you know it: 40 to 240 beats per minute").argParser(parseBpm))
      .addOption(meter("meter, if you know it"))
      .addOption(new Option("--from <time>", "start of the part to transcribe, like 1:30").argParser(parseTimeArgument))
      .addOption(new Option("--to <time>", "end of the part to transcribe, like 2:45").argParser(parseTimeArgument))
      .addOption(
        new Option("--device <list>", "devices in order of preference: cuda,webgpu,cpu").argParser(parseDevices),
      );

  const transcribe = program
    .command("transcribe")
    .description("transcribe recordings")
    .usage("[options] <file...>")
    .argument("[file...]", "recordings in any format that FFmpeg reads")
    .addOption(new Option("--example <file>", "the recording to use if no file is given").hideHelp());
  addSoundOption(addPlayOptions(addNotationOptions(addListenOptions(transcribe))))
    .addOption(new Option("--audition", "also write an MP3 with the song on the left and the score on the right"))
    .addOption(formats(DEFAULT_FORMATS))
    .addOption(quiet())
    .addOption(json())
    .action(async (files: string[], flags: TranscribeFlags, command: Command) => {
      if (files.length > 0) return done(await transcribeCommand(files, flags));
      if (flags.example === undefined) return command.error("error: missing required argument 'file'");
      const out = command.getOptionValueSource("out") === "default" ? "out" : flags.out;
      done(await transcribeCommand([flags.example], { ...flags, out }));
    });

  const play = program
    .command("play")
    .description("make a video to play along with: the score with a marker that follows the recording")
    .argument("<file...>", "recordings in any format that FFmpeg reads");
  addSoundOption(addPlayOptions(addNotationOptions(addListenOptions(play))))
    .addOption(quiet())
    .addOption(json())
    .action(async (files: string[], flags: Omit<TranscribeFlags, "formats">) =>
      done(await transcribeCommand(files, { ...flags, formats: ["video"] })),
    );

  const notate = program
    .command("notate")
    .description("write the score again with other options")
    .argument("<file...>", "files with the extension .performance.json")
    .addOption(out())
    .addOption(
      new Option("--half-time", "halve the tempo").conflicts(["doubleTime", "twoThirds", "threeHalves", "bpm"]),
    )
    .addOption(new Option("--double-time", "double the tempo").conflicts(["twoThirds", "threeHalves", "bpm"]))
    .addOption(new Option("--two-thirds", "two thirds of the tempo").conflicts(["threeHalves", "bpm"]))
    .addOption(new Option("--three-halves", "one and a half times the tempo").conflicts(["bpm"]))
    .addOption(
      new Option("--bpm <n>", "count the beats at the simple ratio that comes nearest to this tempo").argParser(
        parseBpm,
      ),
    )
    .addOption(new Option("--shift-downbeat <n>", "move the bar lines by n beats").argParser(parseShift).default(0))
    .addOption(meter("write the bars in this meter"));
  addPlayOptions(addNotationOptions(notate))
    .addOption(
      new Option(
        "--audition <recording>",
        "also write an MP3 with this recording on the left and the score on the right",
      ),
    )
    .addOption(formats(DEFAULT_FORMATS.filter((format) => format !== "json")))
    .addOption(
      new Option(
        "--recording <file>",
        "the recording that was transcribed, or a stem of it; the formats video and chart need it",
      ),
    )
    .addOption(quiet())
    .addOption(json())
    .action(async (files: string[], flags: NotateFlags) => done(await notateCommand(files, flags)));

  program
    .command("doctor")
    .description("check what is installed and how to fix what is missing")
    .addOption(json())
    .action(async (flags: DoctorFlags) => done(await doctorCommand(version, flags)));
  return program;
}

/** The former name of `--audition`, alone or with a value behind an equals sign. */
const FORMER_AUDITION = /^--listen(?==|$)/;

async function main(): Promise<number> {
  let status = 0;
  try {
    await makeProgram((code) => {
      status = code;
    }).parseAsync(process.argv.map((argument) => argument.replace(FORMER_AUDITION, "--audition")));
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    const outcome = failure("groovesheet", error);
    if (!outcome.ok) console.error(`groovesheet: ${outcome.message}`);
    return 1;
  }
}

process.exitCode = await main();
