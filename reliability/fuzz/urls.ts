import dns from "node:dns";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { UserError } from "@groovesheet/jobs/errors.ts";
import { pick } from "../random.ts";
import { FORBIDDEN_HOSTS, isInside, NAMES } from "./hostile-hosts.ts";
import { eachOf, type Findings, openTally } from "./tally.ts";

const AT_ONCE = 16;
const LIMITS = { megabytes: 2, seconds: 2 };
/** milliseconds that a download may exceed its time limit by */
const GRACE_MS = 3000;

const SCHEMES =
  "file:///etc/passwd gopher://127.0.0.1:6379/_INFO ftp://127.0.0.1/a dict://127.0.0.1:11211/stat data:audio/wav;base64,UklGRg== javascript:alert(1) ws://127.0.0.1/ blob:http://127.0.0.1/x about:blank jar:http://127.0.0.1!/ ldap://127.0.0.1/ http: http:// https://: //127.0.0.1/ http:///x".split(
    " ",
  );
const PORTS = ["", ":80", ":443", ":6379", ":22", ":1", ":65535"];
const PATHS = [
  "/",
  "/a.mp3",
  "/latest/meta-data/",
  "/%00",
  "/a b",
  "/..%2f..%2fetc/passwd",
  "?x=@8.8.8.8",
  "#@8.8.8.8",
];
const DISGUISES = [
  (host: string) => `user:password@${host}`,
  (host: string) => `example.org@${host}`,
  (host: string) => `${host}\\@example.org`,
  (host: string) => `${host}\t`,
];

/** Ways in which a server can misbehave. */
const BEHAVIOURS: readonly RequestListener[] = [
  function slowDrip(_, response) {
    response.writeHead(200, { "content-type": "audio/wav" });
    const dripping = setInterval(() => response.write("x"), 100);
    response.on("close", () => clearInterval(dripping));
  },
  function endless(_, response) {
    response.writeHead(200, { "content-type": "audio/wav" });
    const chunk = Buffer.alloc(65_536, 1);
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    pour();
  },
  function gzipBomb(_, response) {
    response.writeHead(200, { "content-type": "audio/wav", "content-encoding": "gzip" }).end(BOMB);
  },
  function silent() {},
  function wrongType(_, response) {
    response.writeHead(200, { "content-type": "audio/mpeg" }).end("<html>a page</html>");
  },
  function page(_, response) {
    response.writeHead(200, { "content-type": "text/html" }).end("<html>a page</html>");
  },
  function wrongLength(_, response) {
    response.writeHead(200, { "content-length": "1000000" }).write("RIFF");
    setTimeout(() => response.destroy(), 50);
  },
  function hugeLength(_, response) {
    response.writeHead(200, { "content-length": "99999999999999" }).write("RIFF");
  },
  function cutOff({ socket }) {
    socket.destroy();
  },
  function noHttp({ socket }) {
    socket.end("\0\u0001 this is no HTTP\r\n\r\n");
  },
  function endlessHeaders({ socket }) {
    socket.write("HTTP/1.1 200 OK\r\n");
    const pour = () => {
      while (!socket.destroyed && socket.write(`x-${Math.random()}: ${"y".repeat(1000)}\r\n`));
    };
    socket.on("drain", pour).on("error", () => {});
    pour();
  },
  function circle({ url }, response) {
    response.writeHead(302, { location: url }).end();
  },
  function badRedirect(_, response) {
    response.writeHead(302, { location: "http://[::1" }).end();
  },
  function failure(_, response) {
    response.writeHead(503).end("not now");
  },
  function badName(_, response) {
    const disposition = `attachment; filename*=UTF-8''%ZZ..%2f..%2fetc%2fpasswd`;
    response.writeHead(200, { "content-disposition": disposition }).end("RIFF");
  },
  function nothing(_, response) {
    response.writeHead(204).end();
  },
];
const BOMB = gzipSync(Buffer.alloc(200_000_000));

/** Sends hostile links through the bot's fetcher and records every connection that it attempts. */
export async function fuzzUrls(count: number, random: () => number): Promise<Findings> {
  const tally = openTally("hostile URLs");
  const folder = await mkdtemp(join(tmpdir(), "groovesheet-fuzz-"));
  const server = await serve((request, response) => {
    const [, kind, rest] = /^\/(\w+)\/(.*)$/.exec(request.url!) ?? [];
    if (kind === "to") response.writeHead(302, { location: inHeader(decodeURIComponent(rest!)) }).end();
    else BEHAVIOURS[Number(rest)]?.(request, response);
  });
  const { port } = server.address() as net.AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const release = watchConnections(port, (place) => tally.complain(`a connection to ${place} was tried`));
  // imported here because it captures the system's lookup function when it is loaded
  const { downloadLink } = await import("@groovesheet/bot/links/download.ts");
  const { checkIsSound } = await import("@groovesheet/bot/links/sniff.ts");
  try {
    await eachOf(count, AT_ONCE, async (index) => {
      const link = hostile(index, origin, random);
      const path = join(folder, String(index));
      const startedAt = performance.now();
      try {
        const privateHosts = [`127.0.0.1:${port}`];
        const { contentType } = await downloadLink(link, path, { ...LIMITS, privateHosts });
        await checkIsSound(path, contentType, true);
        tally.complain(`${link} was taken for a recording`);
      } catch (error) {
        if (error instanceof UserError) tally.count(error.code);
        else tally.complain(`${link}: ${String(error)}`);
      }
      if (performance.now() - startedAt > LIMITS.seconds * 1000 + GRACE_MS) tally.complain(`${link} took too long`);
      await rm(path, { force: true });
    });
  } finally {
    release();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
  return tally.end();
}

function hostile(index: number, server: string, random: () => number): string {
  const kind = index % 5;
  if (kind === 4) return `${server}/do/${Math.floor(index / 5) % BEHAVIOURS.length}`;
  const host = pick(random, [...FORBIDDEN_HOSTS, ...Object.keys(NAMES), ...Object.keys(NAMES)]);
  const disguised = random() < 0.2 ? pick(random, DISGUISES)(host) : host;
  const plain = `${pick(random, ["http", "https", "HTTP"])}://${disguised}${pick(random, PORTS)}${pick(random, PATHS)}`;
  const link = random() < 0.1 ? pick(random, SCHEMES) : plain;
  if (kind < 2) return link;
  const once = `${server}/to/${encodeURIComponent(link)}`;
  return kind === 2 ? once : `${server}/to/${encodeURIComponent(once)}`;
}

/** Header values are bytes: other characters are sent as UTF-8. */
function inHeader(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

async function serve(handler: RequestListener): Promise<Server> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Resolves names from `NAMES` and checks every address that a socket connects to. @returns a function that restores the originals */
function watchConnections(allowedPort: number, complain: (place: string) => void): () => void {
  const { lookup } = dns;
  const { connect } = net.Socket.prototype;
  const fake = (name: string, options: dns.LookupOptions, callback: (...result: unknown[]) => void) => {
    const known = NAMES[name];
    if (known === undefined) return lookup(name, options, callback as never);
    const found = known.map((address) => ({ address, family: net.isIPv6(address) ? 6 : 4 }));
    setImmediate(() =>
      found.length ? callback(null, found) : callback(Object.assign(new Error(), { code: "ENOTFOUND" })),
    );
  };
  dns.lookup = fake as never;
  syncBuiltinESMExports();
  net.Socket.prototype.connect = function watched(this: net.Socket, ...args: unknown[]) {
    this.on("connectionAttempt", (address: string, port: number) => {
      if (isInside(address) && port !== allowedPort) complain(`${address} port ${port}`);
    });
    return connect.apply(this, args as never);
  } as never;
  return () => {
    dns.lookup = lookup;
    syncBuiltinESMExports();
    net.Socket.prototype.connect = connect;
  };
}
