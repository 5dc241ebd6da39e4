import {
  formatBindAddress,
  isPrivateAddress,
  parseBindAddress,
} from "../../server/address.ts";
import { assertEquals } from "../support/assert.ts";

const ADDRESSES: [text: string, hostname: string | null, why: string][] = [
  ["127.0.0.1:7171", "127.0.0.1", "IPv4"],
  ["0.0.0.0:0", "0.0.0.0", "all networks, any port"],
  ["[::1]:7171", "::1", "IPv6"],
  ["[::]:7171", "::", "all networks"],
  ["[fe80::1:2]:1", "fe80::1:2", "a longer one"],
  ["localhost:65535", "localhost", "a name, the last port"],
  ["crates-1.example.com:80", "crates-1.example.com", "a long name"],
  ["127.0.0.1", null, "no port"],
  ["7171", null, "a port alone"],
  [":7171", null, "no host"],
  ["127.0.0.1:", null, "an empty port"],
  ["127.0.0.1:65536", null, "beyond the last port"],
  ["127.0.0.1:80a", null, "no number"],
  ["127.0.0.1:-1", null, "below the first port"],
  ["::1:7171", null, "IPv6 without brackets"],
  ["[::g]:7171", null, "no IPv6"],
  ["[127.0.0.1]:7171", null, "IPv4 in brackets"],
  ["127.1:7171", null, "a short spelling of another address"],
  ["256.0.0.1:7171", null, "no IPv4"],
  ["http://127.0.0.1:7171", null, "a URL"],
  ["a b:1", null, "a blank"],
  ["a/b:1", null, "a path"],
  ["127.0.0.1:7171\n", null, "a newline"],
];
for (const [text, hostname, why] of ADDRESSES) {
  Deno.test(`parseBindAddress() reads ${JSON.stringify(text)} as ${hostname} (${why})`, () => {
    const address = parseBindAddress(text);
    assertEquals(address?.hostname ?? null, hostname);
    if (address !== null) assertEquals(formatBindAddress(address), text);
  });
}

const PRIVATE: [hostname: string, isPrivate: boolean, why: string][] = [
  ["127.0.0.1", true, "this machine"],
  ["127.255.255.254", true, "this machine"],
  ["::1", true, "this machine"],
  ["localhost", true, "this machine"],
  ["10.8.0.1", true, "private"],
  ["172.16.0.1", true, "the first of its range"],
  ["172.31.255.255", true, "the last of its range"],
  ["172.32.0.1", false, "beyond the range"],
  ["172.15.255.255", false, "before the range"],
  ["192.168.1.1", true, "private"],
  ["192.169.1.1", false, "beyond the range"],
  ["169.254.1.1", true, "of the link"],
  ["100.64.0.1", true, "shared address space"],
  ["100.128.0.1", false, "beyond the range"],
  ["fd00::1", true, "a unique local address"],
  ["fe80::1", true, "of the link"],
  ["2001:db8::1", false, "global"],
  ["::", false, "all networks"],
  ["0.0.0.0", false, "all networks"],
  ["192.0.2.1", false, "global"],
  ["crates.example.com", false, "a name may mean any"],
  ["10.example.com", false, "a name that begins like a network"],
];
for (const [hostname, isPrivate, why] of PRIVATE) {
  Deno.test(`isPrivateAddress() says ${isPrivate} of ${hostname} (${why})`, () => {
    assertEquals(isPrivateAddress(hostname), isPrivate);
  });
}
