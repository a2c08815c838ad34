import type { Log } from "@groovesheet/jobs/log.ts";
import type { Client } from "discord.js";

/** The part of discord.js's gateway client that its types omit. */
interface PacketHandler {
  handlePacket(...args: unknown[]): unknown;
}

/** An event of the gateway that discord.js cannot read is logged and skipped; else it would end the process. */
export function skipBadPackets(client: Client, log: Log): void {
  const socket = client.ws as unknown as PacketHandler;
  const handle = socket.handlePacket.bind(socket);
  socket.handlePacket = (...args) => {
    try {
      return handle(...args);
    } catch (err) {
      log.error({ err }, "an event of the gateway could not be read");
      return false;
    }
  };
}
