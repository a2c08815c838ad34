/** Rewrites the share links of common drives and code forges to the file itself; other links stay as they are. */
export function directLink(url: URL): URL {
  const host = url.hostname.replace(/^www\./, "");
  if (host === "drive.google.com" || host === "docs.google.com") return googleDrive(url);
  if (host === "dropbox.com") return dropbox(url);
  if (host === "1drv.ms" || host === "onedrive.live.com") return oneDrive(url);
  if (host.endsWith(".sharepoint.com")) return sharePoint(url);
  return codeForge(url, host);
}

function googleDrive(url: URL): URL {
  const id = /\/d\/([\w-]{10,})/.exec(url.pathname)?.[1] ?? url.searchParams.get("id");
  if (!id) return url;
  const direct = new URL("https://drive.usercontent.google.com/download");
  direct.search = new URLSearchParams({ id, export: "download", confirm: "t" }).toString();
  const key = url.searchParams.get("resourcekey"); // of files that were shared before 2021
  if (key) direct.searchParams.set("resourcekey", key);
  return direct;
}

function dropbox(url: URL): URL {
  const direct = new URL(url);
  direct.searchParams.set("dl", "1");
  return direct;
}

/** OneDrive's own encoding of a share link as a name: `u!` and base64 for URLs. */
function oneDrive(url: URL): URL {
  const name = Buffer.from(url.href).toString("base64url");
  return new URL(`https://api.onedrive.com/v1.0/shares/u!${name}/root/content`);
}

/** A link that shares a file looks like `/:u:/g/personal/…`; others need a login anyway. */
function sharePoint(url: URL): URL {
  const direct = new URL(url);
  if (/^\/:\w:\//.test(url.pathname)) direct.searchParams.set("download", "1");
  return direct;
}

/** How the page of a file becomes the file, by the forge: GitHub, GitLab, Bitbucket, Forgejo and Gitea, Hugging Face. */
const FORGES: readonly (readonly [host: RegExp, page: RegExp, file: string])[] = [
  [/^github\.com$/, /^(\/[^/]+\/[^/]+)\/blob\//, "$1/raw/"],
  [/^huggingface\.co$/, /^(\/.+?)\/blob\//, "$1/resolve/"],
  [/^bitbucket\.org$/, /^(\/[^/]+\/[^/]+)\/src\//, "$1/raw/"],
  [/./, /^(\/.+)\/-\/blob\//, "$1/-/raw/"],
  [/^(codeberg\.org|gitea\.com)$/, /^(\/[^/]+\/[^/]+)\/src\/(branch|commit|tag)\//, "$1/raw/$2/"],
];

function codeForge(url: URL, host: string): URL {
  const forge = FORGES.find(([hosts, page]) => hosts.test(host) && page.test(url.pathname));
  if (!forge) return url;
  const direct = new URL(url);
  direct.pathname = url.pathname.replace(forge[1], forge[2]);
  return direct;
}

/** @returns where a link to a Discord message points, or undefined for other links */
export function messageLink(url: URL): { channelId: string; messageId: string } | undefined {
  if (!/^((ptb|canary)\.)?discord(app)?\.com$/.test(url.hostname)) return undefined;
  const found = /^\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)\/?$/.exec(url.pathname);
  return found ? { channelId: found[1]!, messageId: found[2]! } : undefined;
}
