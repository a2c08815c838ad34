import { Form } from "./form.ts";

interface CommandForm {
  readonly name: string;
  readonly type?: number;
  readonly description?: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
  readonly options?: readonly CommandForm[];
  readonly choices?: readonly {
    readonly name: string;
    readonly value: string | number;
    readonly name_localizations?: Readonly<Record<string, string>> | null;
  }[];
}

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MENU = [2, 3];

/** The limits of application commands, from Discord's documentation. */
export function checkCommands(commands: readonly CommandForm[]): void {
  const form = new Form();
  form.list([], commands, 110);
  for (const [index, command] of commands.entries()) {
    checkCommand(form, [index], command, MENU.includes(command.type ?? 1));
    if (weightOf(command) > 8000) {
      form.error([index], "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
    }
  }
  form.check();
}

function checkCommand(form: Form, at: readonly (string | number)[], command: CommandForm, isMenu: boolean): void {
  const { name, description, options = [], choices = [] } = command;
  for (const [key, text] of [["name", name], ...localised("name_localizations", command.name_localizations)] as const) {
    form.text([...at, ...key.split(".")], text, 32, 1);
    if (!isMenu && (!NAME.test(text) || text !== text.toLowerCase())) {
      form.error([...at, ...key.split(".")], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
  }
  if (isMenu) return;
  form.text([...at, "description"], description ?? "", 100, 1);
  for (const [key, text] of localised("description_localizations", command.description_localizations)) {
    form.text([...at, ...key.split(".")], text, 100, 1);
  }
  form.list([...at, "options"], options, 25);
  form.list([...at, "choices"], choices, 25);
  for (const [index, choice] of choices.entries()) {
    form.text([...at, "choices", index, "name"], choice.name, 100, 1);
    if (typeof choice.value === "string") form.text([...at, "choices", index, "value"], choice.value, 100);
    for (const [key, text] of localised("name_localizations", choice.name_localizations)) {
      form.text([...at, "choices", index, ...key.split(".")], text, 100, 1);
    }
  }
  for (const [index, option] of options.entries()) checkCommand(form, [...at, "options", index], option, false);
}

function localised(key: string, texts: Readonly<Record<string, string>> | null | undefined): [string, string][] {
  return Object.entries(texts ?? {}).map(([locale, text]) => [`${key}.${locale}`, text]);
}

/** Characters that count towards the limit of a command: of localisations the longest one. */
function weightOf({ name, description = "", options = [], choices = [], ...texts }: CommandForm): number {
  const longest = (text: string, map: Readonly<Record<string, string>> | null | undefined) =>
    Math.max(...[text, ...Object.values(map ?? {})].map((each) => [...each].length));
  const own = longest(name, texts.name_localizations) + longest(description, texts.description_localizations);
  const inChoices = choices.map((each) => longest(each.name, each.name_localizations) + String(each.value).length);
  return [own, ...inChoices, ...options.map(weightOf)].reduce((sum, part) => sum + part, 0);
}
