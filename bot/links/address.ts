import type { LookupAddress } from "node:dns";
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { BlockList } from "node:net";
import { UserError } from "@groovesheet/jobs/errors.ts";
import ipaddr from "ipaddr.js";

/** All of the open internet that has IPv6 addresses (IANA, global unicast); what is outside may lead back inside. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet("2000::", 3, "ipv6");

/** Networks that ipaddr.js counts as ordinary and that are not: examples in books, 6to4 anycast, tests of networks. */
const ALSO_INSIDE = new BlockList();
ALSO_INSIDE.addSubnet("3fff::", 20, "ipv6");
ALSO_INSIDE.addSubnet("192.88.99.0", 24, "ipv4");
ALSO_INSIDE.addSubnet("198.18.0.0", 15, "ipv4");

/** @returns whether an address is one of the open internet: not private, loopback, link-local, mapped or reserved */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text); // an IPv4 address inside an IPv6 one is taken out
  if (address.kind() === "ipv6" && !GLOBAL.check(address.toString(), "ipv6")) return false;
  return address.range() === "unicast" && !ALSO_INSIDE.check(address.toString(), address.kind());
}

/**
 * Checks what can be checked of a link without any network access.
 *
 * @throws UserError linkNotAllowed
 */
export function checkLink(link: string | URL, privateHosts: readonly string[]): URL {
  const url = URL.canParse(`${link}`) ? new URL(link) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) throw new UserError("linkNotAllowed");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (ipaddr.isValid(host) && !isPublicAddress(host) && !isNamed(url, privateHosts)) {
    throw new UserError("linkNotAllowed");
  }
  return url;
}

/** @returns whether the operator named this host and port */
export function isNamed(url: URL, privateHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return privateHosts.includes(`${url.hostname}:${port}`);
}

/**
 * Resolves names as the system does and lets the connection be made only to public addresses. It runs at the moment of
 * connecting, so that a name that changes its address in between gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, "", 4);
    const inside = addresses.some(({ address }) => !isPublicAddress(address));
    if (inside || addresses.length === 0) return callback(new UserError("linkNotAllowed"), "", 4);
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};
