import type { Command } from "@groovesheet/bot/interactions/command.ts";
import { about } from "./about.ts";
import { help } from "./help.ts";
import { jobs } from "./jobs.ts";
import { queue } from "./queue.ts";
import { settings } from "./settings.ts";
import { transcribe } from "./transcribe.ts";
import { transcribeDrums } from "./transcribe-drums.ts";

export const commands: readonly Command[] = [transcribe, transcribeDrums, jobs, queue, settings, help, about];
