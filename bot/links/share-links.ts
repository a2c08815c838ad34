/** Rewrites the share links of common drives to the file itself; other links stay as they are. */
export function directLink(url: URL): URL {
  const host = url.hostname.replace(/^www\./, "");
  if (host === "drive.google.com" || host === "docs.google.com") return googleDrive(url);
  if (host === "dropbox.com") return dropbox(url);
  if (host === "1drv.ms" || host === "onedrive.live.com") return oneDrive(url);
  return url;
}

function googleDrive(url: URL): URL {
  const id = /\/d\/([\w-]{10,})/.exec(url.pathname)?.[1] ?? url.searchParams.get("id");
  if (!id) return url;
  const direct = new URL("https://drive.usercontent.google.com/download");
  direct.search = new URLSearchParams({ id, export: "download", confirm: "t" }).toString();
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

/** @returns where a link to a Discord message points, or undefined for other links */
export function messageLink(url: URL): { channelId: string; messageId: string } | undefined {
  if (!/^((ptb|canary)\.)?discord(app)?\.com$/.test(url.hostname)) return undefined;
  const found = /^\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)\/?$/.exec(url.pathname);
  return found ? { channelId: found[1]!, messageId: found[2]! } : undefined;
}

/** @returns the first link in a text, without the brackets or the full stop around it */
export function firstLink(text: string): string | undefined {
  return /https?:\/\/[^\s<>]+/.exec(text)?.[0]?.replace(/[).,!?]+$/, "");
}
