/** What any program needs to run: where things are, and the language. */
const BASIC = [
  ...["PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME"],
  ...["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["SYSTEMROOT", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "WINDIR"],
];
const BASIC_PREFIX = "LC_";

/**
 * The environment for a child process: basic variables and those that it needs besides. The process's own settings,
 * tokens and passwords among them, stay out.
 *
 * @param needed names, or prefixes that end in `_`
 */
export function childEnvironment(
  needed: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const names = new Set([...BASIC, ...needed]);
  const prefixes = [BASIC_PREFIX, ...needed.filter((name) => name.endsWith("_"))];
  const isAllowed = (name: string) => {
    const upper = name.toUpperCase(); // Windows keeps the case as it was written
    return names.has(upper) || prefixes.some((prefix) => upper.startsWith(prefix));
  };
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isAllowed(name)));
}
