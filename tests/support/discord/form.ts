import { Refusal } from "./refusal.ts";

type Path = readonly (string | number)[];
interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

/** Collects what is wrong with a body, in the shape in which Discord reports it. */
export class Form {
  readonly #errors: ErrorTree = {};

  error(path: Path, code: string, message: string): void {
    let at = this.#errors;
    for (const key of path) {
      at[key] ??= {};
      at = at[key] as ErrorTree;
    }
    at._errors = [...((at._errors as { code: string; message: string }[] | undefined) ?? []), { code, message }];
  }

  /** Checks the length of a text in code points, as Discord counts. */
  text(path: Path, value: unknown, max: number, min = 0): void {
    if (value === undefined || value === null) return;
    if (typeof value !== "string") {
      this.error(path, "STRING_TYPE_CONVERT", "Could not interpret as string.");
      return;
    }
    const length = [...value].length;
    if (length > max) this.error(path, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`);
    if (length < min) this.error(path, "BASE_TYPE_MIN_LENGTH", `Must be ${min} or more in length.`);
  }

  list(path: Path, value: readonly unknown[] | undefined | null, max: number, min = 0): void {
    if (!value || (value.length >= min && value.length <= max)) return;
    this.error(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
  }

  /** @throws Refusal 50035 where something is wrong */
  check(): void {
    if (Object.keys(this.#errors).length === 0) return;
    throw new Refusal(400, 50035, "Invalid Form Body", this.#errors);
  }
}

interface MessageForm {
  readonly content?: string | null;
  readonly components?: readonly unknown[] | null;
  readonly attachments?: readonly { readonly description?: string; readonly filename?: string }[] | null;
  readonly nonce?: string | number;
}

/** The limits of a message, from Discord's documentation of Create Message and of components. */
export function checkMessage(body: MessageForm, fileCount: number, at: Path = []): void {
  const form = new Form();
  form.text([...at, "content"], body.content, 2000);
  form.list([...at, "attachments"], body.attachments, 10);
  if (fileCount > 10) form.list([...at, "attachments"], Array(fileCount).fill(0), 10);
  for (const [index, { description, filename }] of (body.attachments ?? []).entries()) {
    form.text([...at, "attachments", index, "description"], description, 1024);
    form.text([...at, "attachments", index, "filename"], filename, 1024, 1);
  }
  if (typeof body.nonce === "string") form.text([...at, "nonce"], body.nonce, 25);
  checkRows(form, [...at, "components"], (body.components ?? []) as readonly Row[]);
  form.check();
}

interface Component {
  readonly type: number;
  readonly custom_id?: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly title?: string;
  readonly value?: string;
  readonly options?: readonly { label: string; value: string; description?: string }[];
}

interface Row {
  readonly components?: readonly Component[];
}

const SELECT = 3;
const TEXT_INPUT = 4;

function checkRows(form: Form, at: Path, rows: readonly Row[]): void {
  form.list(at, rows, 5);
  const ids = new Set<string>();
  for (const [place, row] of rows.entries()) {
    const components = row.components ?? [];
    form.list([...at, place, "components"], components, 5, 1);
    for (const [index, component] of components.entries()) {
      const path = [...at, place, "components", index];
      const { custom_id } = component;
      form.text([...path, "custom_id"], custom_id, 100, 1);
      if (custom_id !== undefined && ids.has(custom_id)) {
        const message = "Component custom id cannot be duplicated";
        form.error([...path, "custom_id"], "COMPONENT_CUSTOM_ID_DUPLICATED", message);
      }
      if (custom_id !== undefined) ids.add(custom_id);
      checkComponent(form, path, component);
    }
  }
}

function checkComponent(form: Form, path: Path, { type, label, placeholder, value, options }: Component): void {
  form.text([...path, "label"], label, type === TEXT_INPUT ? 45 : 80);
  form.text([...path, "placeholder"], placeholder, type === TEXT_INPUT ? 100 : 150);
  if (type === TEXT_INPUT) form.text([...path, "value"], value, 4000);
  if (type !== SELECT) return;
  form.list([...path, "options"], options ?? [], 25, 1);
  const values = new Set<string>();
  for (const [index, option] of (options ?? []).entries()) {
    form.text([...path, "options", index, "label"], option.label, 100, 1);
    form.text([...path, "options", index, "value"], option.value, 100, 1);
    form.text([...path, "options", index, "description"], option.description, 100);
    if (values.has(option.value)) {
      const message = "The specified option value is already used";
      form.error([...path, "options", index, "value"], "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
    }
    values.add(option.value);
  }
}

/** The limits of a form that opens over a message. */
export function checkModal(data: { title?: string; custom_id?: string; components?: readonly unknown[] }): void {
  const form = new Form();
  form.text(["data", "title"], data.title ?? "", 45, 1);
  form.text(["data", "custom_id"], data.custom_id ?? "", 100, 1);
  checkRows(form, ["data", "components"], (data.components ?? []) as readonly Row[]);
  form.check();
}

/** The limits of the choices that autocompletion offers. */
export function checkChoices(choices: readonly { name: string; value: string | number }[]): void {
  const form = new Form();
  form.list(["data", "choices"], choices, 25);
  for (const [index, { name, value }] of choices.entries()) {
    form.text(["data", "choices", index, "name"], name, 100, 1);
    if (typeof value === "string") form.text(["data", "choices", index, "value"], value, 100, 1);
  }
  form.check();
}
