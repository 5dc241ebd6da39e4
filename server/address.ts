/**
 * Addresses to listen on: `127.0.0.1:7171`, `[::1]:7171`.
 *
 * Pure.
 *
 * @module
 */

/** Where a listener listens. */
export interface BindAddress {
  /** An IP address, or a name of this machine; without brackets. */
  readonly hostname: string;
  /** The port; 0 lets the system choose one. */
  readonly port: number;
}

const GRAMMAR =
  /^(?:\[(?<v6>[0-9A-Fa-f:.]{2,45})\]|(?<name>[A-Za-z0-9.-]{1,253})):(?<port>\d{1,5})$/;

/**
 * Reads `HOST:PORT` or `[V6]:PORT`.
 *
 * @returns null for anything else.
 */
export function parseBindAddress(text: string): BindAddress | null {
  const { v6, name, port = "" } = GRAMMAR.exec(text)?.groups ?? {};
  const host = v6 === undefined ? name : `[${v6}]`;
  if (host === undefined || Number(port) > 65535) return null;
  const hostname = URL.parse(`http://${host}`)?.hostname;
  if (hostname === undefined) return null;
  if (v6 !== undefined) return { hostname: v6, port: Number(port) };
  // The URL standard reads `1` and `127.1` as addresses, and other names not.
  if (hostname !== host.toLowerCase()) return null;
  return { hostname: host, port: Number(port) };
}

/** The spelling that {@linkcode parseBindAddress} reads. */
export function formatBindAddress({ hostname, port }: BindAddress): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}

/** Networks that strangers do not reach: this machine, and private ranges. */
const PRIVATE_V4: readonly [network: number, bits: number][] = [
  [toNumber(127, 0, 0, 0), 8],
  [toNumber(10, 0, 0, 0), 8],
  [toNumber(172, 16, 0, 0), 12],
  [toNumber(192, 168, 0, 0), 16],
  [toNumber(169, 254, 0, 0), 16],
  [toNumber(100, 64, 0, 0), 10],
];

/**
 * Whether an address is this machine's own, or of a private network. An address
 * that means all networks is not, nor is a name, which may mean any.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6890
 */
export function isPrivateAddress(hostname: string): boolean {
  const name = hostname.toLowerCase();
  if (name === "localhost" || name === "::1") return true;
  if (name.includes(":")) return /^f(?:[cd]|e[89ab])/.test(name);
  const digits = name.split(".").map(Number);
  if (digits.length !== 4 || digits.some(Number.isNaN)) return false;
  const [a = 0, b = 0, c = 0, d = 0] = digits;
  const address = toNumber(a, b, c, d);
  return PRIVATE_V4.some(([network, bits]) =>
    Math.floor(address / 2 ** (32 - bits)) ===
      Math.floor(network / 2 ** (32 - bits))
  );
}

function toNumber(a: number, b: number, c: number, d: number): number {
  return ((a * 256 + b) * 256 + c) * 256 + d;
}
