import type { Server } from "node:http";
import {
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayOpcodes,
  type GatewayReceivePayload,
  type GatewaySendPayload,
} from "discord-api-types/v10";
import { type WebSocket, WebSocketServer } from "ws";
import { APPLICATION_ID, BOT_USER } from "./world.ts";

const HEARTBEAT_MS = 2000;
/** Guilds, their messages and direct messages: intents that need no permission in the developer portal. */
const UNPRIVILEGED = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

interface Session {
  readonly id: string;
  /** which of how many connections of the bot this is */
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  /** every event of the session, from which a resuming client gets what it missed */
  readonly events: object[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  /** what the developer portal allows */
  allowedIntents: number;
  /** HTTP status with which handshakes are refused; undefined: none is */
  refuseWith: number | undefined;
  /** how often clients did what */
  readonly counts: { identify: number; resume: number; heartbeat: number };
  /** Sends an event to the shard that it belongs to, if that one asked for such events. */
  dispatch(event: string, data: object): void;
  /** cuts the line; the client may resume */
  drop(): void;
  /** closes every connection with a code of Discord's */
  closeWith(code: GatewayCloseCodes, reason: string): void;
  close(): void;
}

/** @returns the intent without which Discord keeps an event to itself; interactions need none */
function intentFor(event: string, guildId: string | undefined): number {
  if (!event.startsWith("MESSAGE_")) return event.startsWith("GUILD_") ? GatewayIntentBits.Guilds : 0;
  return guildId === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
}

/** The gateway: hello, heartbeat, identify, ready, dispatch, resume. */
export function openGateway(
  http: Server,
  about: { token: string; url: () => string; guilds: () => readonly object[] },
): Gateway {
  const sockets = new WebSocketServer({
    server: http,
    path: "/gateway",
    verifyClient: (_, decide) => decide(gateway.refuseWith === undefined, gateway.refuseWith),
  });
  const sessions = new Map<string, Session>();
  const counts = { identify: 0, resume: 0, heartbeat: 0 };
  const send = (socket: WebSocket, payload: object) => socket.send(JSON.stringify(payload));

  const dispatch = (session: Session, event: string, data: object) => {
    const payload = { op: GatewayOpcodes.Dispatch, s: session.events.length + 1, t: event, d: data };
    session.events.push(payload);
    if (session.socket?.readyState === 1) send(session.socket, payload);
  };

  /** Discord's own rule; what belongs to no guild is the first one's. */
  const owns = ({ shard: [id, count] }: Pick<Session, "shard">, guildId: string | undefined) =>
    Number((BigInt(guildId ?? 0) >> 22n) % BigInt(count)) === id;

  const identify = (socket: WebSocket, data: { token: string; intents: number; shard?: [number, number] }) => {
    counts.identify++;
    if (data.token !== about.token) return socket.close(GatewayCloseCodes.AuthenticationFailed, "wrong token");
    if (data.intents & ~gateway.allowedIntents)
      return socket.close(GatewayCloseCodes.DisallowedIntents, "Disallowed intents.");
    const id = `session-${counts.identify}`;
    const session: Session = { id, shard: data.shard ?? [0, 1], intents: data.intents, events: [], socket };
    const guilds = about.guilds().filter((guild) => owns(session, (guild as { id: string }).id));
    sessions.set(session.id, session);
    dispatch(session, GatewayDispatchEvents.Ready, {
      v: 10,
      user: BOT_USER,
      guilds: guilds.map((guild) => ({ id: (guild as { id: string }).id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: about.url(),
      application: { id: APPLICATION_ID, flags: 0 },
    });
    for (const guild of guilds) dispatch(session, GatewayDispatchEvents.GuildCreate, guild);
  };

  const resume = (socket: WebSocket, data: { session_id: string; seq: number }) => {
    const session = sessions.get(data.session_id);
    if (!session) return send(socket, { op: GatewayOpcodes.InvalidSession, d: false });
    counts.resume++;
    session.socket = socket;
    for (const event of session.events.slice(data.seq)) send(socket, event);
    dispatch(session, GatewayDispatchEvents.Resumed, {});
  };

  sockets.on("connection", (socket) => {
    send(socket, {
      op: GatewayOpcodes.Hello,
      d: { heartbeat_interval: HEARTBEAT_MS },
    } satisfies Partial<GatewayReceivePayload>);
    socket.on("message", (text) => {
      const payload = JSON.parse(String(text)) as GatewaySendPayload;
      if (payload.op === GatewayOpcodes.Heartbeat) {
        counts.heartbeat++;
        send(socket, { op: GatewayOpcodes.HeartbeatAck });
      } else if (payload.op === GatewayOpcodes.Identify) identify(socket, payload.d);
      else if (payload.op === GatewayOpcodes.Resume) resume(socket, payload.d);
    });
  });

  const gateway: Gateway = {
    allowedIntents: UNPRIVILEGED,
    refuseWith: undefined,
    counts,
    dispatch(event, data) {
      // Only the newest session of a shard has a client; older ones wait for one that never comes back.
      const { guild_id: guildId } = data as { guild_id?: string };
      const needed = intentFor(event, guildId);
      const newest = [...sessions.values()].findLast((session) => owns(session, guildId));
      if (newest && (newest.intents & needed) === needed) dispatch(newest, event, data);
    },
    drop() {
      for (const socket of sockets.clients) socket.close(4000, "the line is cut");
    },
    closeWith(code, reason) {
      for (const socket of sockets.clients) socket.close(code, reason);
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
  return gateway;
}
