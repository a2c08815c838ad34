import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";

/** A request to the local Discord and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly response?: unknown;
}

/** Discord's description of its own API, as far as it is used here. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses?: Readonly<Record<string, object>>;
}

export interface Findings {
  readonly requests: number;
  readonly responses: number;
  /** routes that the description does not have, with how often they were called */
  readonly undescribed: Readonly<Record<string, number>>;
  /** what differs from the description, each once, with how often */
  readonly problems: Readonly<Record<string, number>>;
}

/** Holds exchanges against the description. */
export function checkExchanges(description: ApiDescription, exchanges: readonly Exchange[]): Findings {
  const find = openRoutes(description);
  const validatorAt = openValidators(description);
  const undescribed: Record<string, number> = {};
  const problems: Record<string, number> = {};
  let requests = 0;
  let responses = 0;
  for (const { method, path, query, body, status, response } of exchanges) {
    const template = find(method, path);
    if (!template) {
      count(undescribed, `${method} ${path.replace(/\d{6,}/g, "{id}")}`);
      continue;
    }
    const name = `${method} ${template}`;
    const verb = method.toLowerCase();
    const operation = description.paths[template]![verb]!;
    const report = (where: string, errors: readonly ErrorObject[] | null | undefined) => {
      for (const error of deepest(errors ?? [])) count(problems, `${name} ${where}${describe(error)}`);
    };
    requests++;
    if (status < 400) {
      const known = [...(operation.parameters ?? [])].map((parameter) => parameter.name);
      for (const key of Object.keys(query)) if (!known.includes(key)) count(problems, `${name} query ${key}`);
      const schema = ["paths", template, verb, "requestBody", "content", "application/json", "schema"];
      if (operation.requestBody) report("request ", validatorAt(schema)(asDescribed(body ?? {})).errors);
    }
    if (status >= 500) continue; // what a failing server answers is not described
    const found = responseSchema(operation, status);
    if (!found) {
      count(problems, `${name} answers ${status}, which is not described`);
      continue;
    }
    responses++;
    const shared = /^#\/(.*)$/.exec((operation.responses![found] as { $ref?: string }).$ref ?? "")?.[1];
    const place = shared?.split("/") ?? ["paths", template, verb, "responses", found];
    const schema = [...place, "content", "application/json", "schema"];
    if (status !== 204) report(`response ${status} `, validatorAt(schema)(withNumericCodes(response)).errors);
  }
  return { requests, responses, undescribed, problems };
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** @returns a function that finds the template of a path; of several the one with the fewest parameters */
function openRoutes({ paths }: ApiDescription): (method: string, path: string) => string | undefined {
  const routes = Object.keys(paths)
    .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`) }))
    .sort((a, b) => a.template.split("{").length - b.template.split("{").length);
  return (method, path) =>
    routes.find(({ template, pattern }) => pattern.test(path) && method.toLowerCase() in paths[template]!)?.template;
}

function openValidators(description: ApiDescription) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(description, "discord");
  const compiled = new Map<string, ValidateFunction>();
  return (path: readonly string[]) => (value: unknown) => {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `discord#/${pointer}` });
    compiled.set(pointer, validate);
    validate(value);
    return { errors: validate.errors };
  };
}

function responseSchema({ responses }: Operation, status: number): string | undefined {
  const keys = Object.keys(responses ?? {});
  return [String(status), `${String(status)[0]}XX`].find((key) => keys.includes(key));
}

/**
 * Takes out of a request what the description has wrong and Discord's documentation right: the ids of attachments may be
 * numbers, and `default_member_permissions` is a string.
 */
function asDescribed(value: unknown, key = ""): unknown {
  if (key === "default_member_permissions" && typeof value === "string") return Number(value);
  if (Array.isArray(value)) return value.map((each) => asDescribed(each, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const isAttachmentId = key === "attachments" && name === "id" && typeof inner === "number";
      return [name, isAttachmentId ? String(inner) : asDescribed(inner, name)];
    }),
  );
}

/** Takes out of a response what the description has wrong: the codes of errors in a form are strings. */
function withNumericCodes(response: unknown): unknown {
  const replace = (key: string, value: unknown) =>
    key === "_errors" && Array.isArray(value) ? value.map((error) => ({ ...error, code: 0 })) : value;
  return response === undefined ? undefined : JSON.parse(JSON.stringify(response, replace));
}

/** keywords whose errors only say that an alternative is another one */
const ALTERNATIVES = ["oneOf", "anyOf", "const", "enum"];

/** Of the errors of alternatives, those that lie deepest in the alternative of the right type. */
function deepest(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const others = errors
    .filter(({ instancePath, keyword }) => /\/type$/.test(instancePath) && ALTERNATIVES.includes(keyword))
    .map((error) => ({
      instance: error.instancePath.replace(/\/type$/, ""),
      schema: error.schemaPath.split("/properties/type")[0]!,
    }));
  const isOther = ({ instancePath, schemaPath }: ErrorObject) =>
    others.some(({ instance, schema }) => instancePath.startsWith(instance) && schemaPath.startsWith(schema));
  const depth = ({ instancePath, keyword }: ErrorObject) =>
    instancePath.split("/").length + (keyword === "required" ? 1 : 0);
  const telling = errors.filter((error) => !ALTERNATIVES.includes(error.keyword) && !isOther(error));
  const candidates = telling.length > 0 ? telling : errors;
  const most = Math.max(0, ...candidates.map(depth));
  return candidates.filter((error) => depth(error) === most);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath.replace(/\/\d+/g, "/*")} ${message} ${JSON.stringify(params)}`;
}
