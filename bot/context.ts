import type { Requests } from "./requests/requests.ts";
import type { Services } from "./services.ts";

/** What commands, buttons and messages work with. */
export interface BotContext extends Services {
  readonly requests: Requests;
}
