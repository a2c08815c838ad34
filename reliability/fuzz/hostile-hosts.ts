import net from "node:net";

/** Hosts that must never be contacted, in every spelling that a URL allows. */
export const FORBIDDEN_HOSTS = [
  ..."127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0 0.0.0.0 localhost LOCALHOST".split(
    " ",
  ),
  ..."localhost. 127.0.0.1. 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.1.254".split(" "),
  ..."169.254.169.254 0xa9fea9fe 100.64.0.1 100.127.255.254 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1".split(" "),
  ..."203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 127.127.127.127".split(" "),
  ..."[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::127.0.0.1]".split(" "),
  ..."[fe80::1] [fc00::1] [fd12:3456::1] [ff02::1] [fec0::1] [64:ff9b::7f00:1] [64:ff9b::a00:1]".split(" "),
  ..."[64:ff9b:1::1] [2002:7f00:1::] [2002:a00:1::] [2001:db8::1] [2001::1] [100::1]".split(" "),
  ..."①②⑦.⓪.⓪.① 127。0。0。1 127%2e0%2e0%2e1 %31%32%37.0.0.1".split(" "),
];

/** Host names and the addresses that the simulated DNS returns for them. */
export const NAMES: Readonly<Record<string, readonly string[]>> = {
  "loop.test": ["127.0.0.1"],
  "loop6.test": ["::1"],
  "any.test": ["0.0.0.0"],
  "metadata.test": ["169.254.169.254"],
  "inside.test": ["10.1.2.3"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "mixed.test": ["93.184.215.14", "127.0.0.1"],
  "mixed6.test": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "fd00::1"],
  "nat64.test": ["64:ff9b::7f00:1"],
  "nobody.test": [],
};
/** Every IPv4 range that is not public, listed independently of the code under test. */
const INTERNAL_RANGES =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3".split(
    " ",
  );
const INSIDE = new net.BlockList();
for (const range of INTERNAL_RANGES) {
  const [network, bits] = range.split("/") as [string, string];
  INSIDE.addSubnet(network, Number(bits), "ipv4");
}

/** @returns whether an address is not public */
export function isInside(address: string): boolean {
  if (!net.isIPv6(address)) return INSIDE.check(address, "ipv4");
  return !/^[23]/.test(address) || /^(2002|2001:0?:|2001:db8)/.test(address);
}
