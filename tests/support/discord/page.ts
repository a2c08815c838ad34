import type { APIAttachment } from "discord-api-types/v10";
import type { StoredMessage, World } from "./world.ts";

export interface Scene {
  /** what happened */
  readonly caption: string;
  readonly messages: readonly Snapshot[];
}

/** A message as it was at one moment. */
export interface Snapshot {
  readonly author: string;
  readonly bot: boolean;
  readonly onlyFor: boolean;
  readonly content: string;
  readonly pictures: readonly { url: string; description: string }[];
  readonly files: readonly { name: string; size: number }[];
  readonly rows: readonly (readonly Control[])[];
}

interface Control {
  readonly type: number;
  readonly label?: string;
  readonly style?: number;
  readonly disabled?: boolean;
  readonly options?: readonly { label: string; default?: boolean }[];
}

/** Keeps what a message shows now; pictures are taken into the page. */
export function snapshot(world: World, { message, onlyFor }: StoredMessage): Snapshot {
  const data = ({ url }: APIAttachment) => world.files.get(new URL(url).pathname)!.data;
  const isPicture = ({ content_type }: APIAttachment) => content_type?.startsWith("image/") ?? false;
  return {
    author: message.author.global_name ?? message.author.username,
    bot: message.author.bot ?? false,
    onlyFor: onlyFor !== undefined,
    content: message.content,
    pictures: message.attachments.filter(isPicture).map((attachment) => ({
      url: `data:image/png;base64,${data(attachment).toString("base64")}`,
      description: attachment.description ?? "",
    })),
    files: message.attachments
      .filter((each) => !isPicture(each))
      .map(({ filename, size }) => ({ name: filename, size })),
    rows: ((message.components ?? []) as unknown as { components: Control[] }[]).map(({ components }) => components),
  };
}

/** A page that shows messages about as Discord does. */
export function renderPage(scenes: readonly Scene[]): string {
  const body = scenes.map(
    ({ caption, messages }) => `<h2>${escapeHtml(caption)}</h2>${messages.map(renderMessage).join("")}`,
  );
  return `<!doctype html><meta charset="utf-8"><title>GrooveSheet in Discord</title><style>${STYLE}</style>${body.join("")}`;
}

function renderMessage(message: Snapshot): string {
  const { author, bot, onlyFor, content, pictures, files, rows } = message;
  const gallery = pictures
    .map(({ url, description }) => `<img src="${url}" alt="${escapeHtml(description)}">`)
    .join("");
  const chips = files
    .map(
      ({ name, size }) =>
        `<div class="file"><b>${escapeHtml(name)}</b><small>${(size / 1024).toFixed(1)} KB</small></div>`,
    )
    .join("");
  const controls = rows.map((row) => `<div class="row">${row.map(renderControl).join("")}</div>`).join("");
  return `<article class="${onlyFor ? "only" : ""}"><div class="avatar ${bot ? "bot" : ""}">${escapeHtml(author[0]!)}</div><div class="body">
    <header>${escapeHtml(author)}${bot ? "<i>APP</i>" : ""}<time>today</time></header>
    <div class="content">${markdown(content)}</div>
    ${gallery ? `<div class="gallery g${Math.min(pictures.length, 4)}">${gallery}</div>` : ""}${chips}${controls}
    ${onlyFor ? "<footer>Only you can see this</footer>" : ""}</div></article>`;
}

function renderControl(control: Control): string {
  if (control.type === 3) {
    const chosen = control.options?.find((option) => option.default)?.label ?? "";
    return `<span class="select">${escapeHtml(chosen)}<b>⌄</b></span>`;
  }
  const off = control.disabled ? "off" : "";
  return `<span class="button s${control.style} ${off}">${escapeHtml(control.label ?? "")}</span>`;
}

function markdown(text: string): string {
  const line = (source: string) =>
    escapeHtml(source)
      .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
      .replace(/`(.+?)`/g, "<code>$1</code>")
      .replace(/&lt;t:\d+:R&gt;/g, "just now")
      .replace(/&lt;@(?:&amp;)?(\d+)&gt;/g, "<em>@somebody</em>")
      .replace(/&lt;#(\d+)&gt;/g, "<em>#drums</em>")
      .replace(/\[(.+?)\]\(&lt;(.+?)&gt;\)/g, '<a href="#">$1</a>');
  const lines = text
    .split("\n")
    .map((source) => (source.startsWith("-# ") ? `<small>${line(source.slice(3))}</small>` : line(source)));
  return lines.join("<br>");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]!);
}

const STYLE = `
body{background:#313338;color:#dbdee1;font:16px/1.375 "gg sans","Noto Sans","Helvetica Neue",Arial,sans-serif;margin:0;padding:16px 24px;width:900px}
h2{font-size:13px;color:#949ba4;text-transform:none;border-bottom:1px solid #3f4147;padding-bottom:6px;margin:28px 0 12px;font-weight:600}
article{display:flex;gap:16px;padding:6px 8px;margin:4px 0;border-radius:4px}article.only{background:#3c3f5c55;border-left:2px solid #5865f2}
.avatar{width:40px;height:40px;border-radius:50%;background:#747f8d;display:grid;place-items:center;font-weight:700;color:#fff;flex:none}.avatar.bot{background:#5865f2}
.body{min-width:0}header{font-weight:600;color:#f2f3f5}header i{background:#5865f2;color:#fff;border-radius:3px;font:600 10px/15px sans-serif;padding:1px 4px;margin-left:6px}
time{color:#949ba4;font-size:12px;font-weight:400;margin-left:8px}.content small,footer{color:#949ba4;font-size:13px}.content code{background:#2b2d31;border-radius:3px;padding:1px 4px;font-size:14px}
em,a{color:#c9cdfb;background:#5865f24d;border-radius:3px;font-style:normal;padding:0 2px}a{background:none;color:#00a8fc;text-decoration:none}
.gallery{display:grid;gap:4px;margin-top:6px;max-width:550px;border-radius:8px;overflow:hidden}.gallery.g2,.gallery.g3,.gallery.g4{grid-template-columns:1fr 1fr}.gallery img{width:100%;max-height:720px;object-fit:cover;object-position:top;background:#fff}.gallery.g1 img{object-fit:contain}
.file{background:#2b2d31;border:1px solid #3f4147;border-radius:8px;padding:10px 14px;margin-top:6px;max-width:400px}.file b{color:#00a8fc;font-weight:500;display:block}.file small{color:#949ba4}
.row{display:flex;gap:8px;margin-top:8px;flex-wrap:wrap}.button{background:#4e5058;color:#fff;border-radius:4px;padding:6px 16px;font-size:14px;font-weight:500}.button.s4{background:#da373c}.button.s1{background:#5865f2}.button.off{opacity:.45}
.select{background:#1e1f22;border-radius:4px;padding:8px 12px;min-width:360px;display:flex;justify-content:space-between;font-size:15px}`;
