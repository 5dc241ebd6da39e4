/**
 * Headers as no client sends them.
 *
 * @module
 */

/**
 * Ways to say how long a body is so that two servers see two requests: what
 * stands in the body is then a request of its own to one of them.
 */
export const FRAMINGS: readonly (readonly [
  headers: readonly string[],
  why: string,
])[] = [
  [["Content-Length: 5", "Content-Length: 0"], "two lengths"],
  [
    ["Content-Length: 0", "Content-Length: 5"],
    "two lengths, the short one first",
  ],
  [["Content-Length: 5, 0"], "two lengths in one header"],
  [["Content-Length: +5"], "a length with a sign"],
  [["Content-Length: -1"], "less than nothing"],
  [["Content-Length: 0x5"], "a hexadecimal length"],
  [["Content-Length: 5e0"], "a length as programs write it"],
  [["Content-Length: 5 5"], "a length with a blank in it"],
  [["Content-Length: "], "no length"],
  [["Content-Length: \u0665"], "a digit that is not ASCII"],
  [
    ["Content-Length: 99999999999999999999999"],
    "a length of more than 64 bits",
  ],
  [["Content-Length : 5"], "a blank before the colon"],
  [["Content-Length\t: 5"], "a tab before the colon"],
  [[" Content-Length: 5"], "a blank before the name"],
  [["X: y", " Content-Length: 5"], "a folded line"],
  [["Transfer-Encoding: chunked", "Content-Length: 5"], "chunks and a length"],
  [["Content-Length: 5", "Transfer-Encoding: chunked"], "a length and chunks"],
  [["Transfer-Encoding: xchunked"], "an encoding that nobody knows"],
  [["Transfer-Encoding: chunked, identity"], "chunks and then nothing"],
  [["Transfer-Encoding: gzip"], "an encoding without chunks"],
  [["Transfer-Encoding: chunked", "Transfer-Encoding: x"], "two encodings"],
  [["Transfer-Encoding : chunked"], "a blank before the colon of chunks"],
  [["Transfer-Encoding:\x0bchunked"], "a vertical tab before chunks"],
  [['Transfer-Encoding: "chunked"'], "chunks in quotes"],
  [["Transfer-Encoding: chunked\0"], "a NUL behind chunks"],
];

/** Chunks that are no chunks, behind `Transfer-Encoding: chunked`. */
export const CHUNKS: readonly (readonly [body: string, why: string])[] = [
  ["-1\r\n", "a negative size"],
  ["ffffffffffffffffff\r\n", "a size of more than 64 bits"],
  ["0x5\r\nhello\r\n0\r\n\r\n", "a size with a prefix"],
  ["5 5\r\nhello\r\n0\r\n\r\n", "two sizes"],
  ["\r\nhello", "no size"],
  ["5\nhello\n0\n\n", "line feeds alone"],
  ["5\r\nhello!\r\n0\r\n\r\n", "a chunk that is longer"],
  ["5\r\nhel\r\n0\r\n\r\n", "a chunk that is shorter"],
  [`5;${"x".repeat(100_000)}\r\nhello\r\n0\r\n\r\n`, "a long extension"],
  [
    `5;x="\r\n\r\nhello\r\n0\r\n\r\n`,
    "a line break in the quotes of an extension",
  ],
  [
    `0\r\n${"X: y\r\n".repeat(20_000)}\r\n`,
    "more trailers than there may be headers",
  ],
  ["0\r\nContent-Length: 5\r\n\r\n", "a length behind it all"],
];

/** Heads that are no heads of requests, up to and with their empty line. */
export const HEADS: readonly (readonly [head: string, why: string])[] = [
  [`X: ${"y".repeat(3_000_000)}`, "three megabytes in one header"],
  [`${"x".repeat(3_000_000)}: y`, "three megabytes for a name"],
  [
    Array.from({ length: 5_000 }, (_, at) => `X-${at}: y`).join("\r\n"),
    "five thousand headers",
  ],
  ["X: a\0b", "a NUL"],
  ["X: a\rb", "a carriage return alone"],
  ["X y", "no colon"],
  [": y", "no name"],
  ["X\u00e9: y", "a name that is not ASCII"],
  ["X(): y", "a name with signs"],
  ["X: y\r\n folded", "a folded line"],
];

/** What is no HTTP at all. */
export const NO_REQUESTS: readonly (readonly [
  data: string | Uint8Array,
  why: string,
])[] = [
  ["\r\n".repeat(1000), "empty lines"],
  ["GET /\r\n\r\n", "HTTP/0.9"],
  ["GET / HTTP/9.9\r\n\r\n", "a version that is not there yet"],
  ["GET / HTTP/1.1 x\r\n\r\n", "a word too many"],
  ["GET  / HTTP/1.1\r\n\r\n", "a blank too many"],
  ["G\u00c9T / HTTP/1.1\r\n\r\n", "a method that is not ASCII"],
  [`${"G".repeat(100_000)} / HTTP/1.1\r\n\r\n`, "a method without end"],
  ["HTTP/1.1 200 OK\r\n\r\n", "an answer"],
  ["EHLO evil.example\r\nMAIL FROM:<a@b>\r\n", "a mail"],
  ["SSH-2.0-OpenSSH_9.0\r\n", "another protocol"],
  [
    Uint8Array.of(
      0x16,
      3,
      1,
      0,
      0xa5,
      1,
      0,
      0,
      0xa1,
      3,
      3,
      ...Array(160).fill(7),
    ),
    "TLS",
  ],
  [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\xff".repeat(500),
    "HTTP/2, and then no",
  ],
  [new Uint8Array(100_000), "NULs"],
  ["A".repeat(1_000_000), "a line without end"],
];

/** What is no token of this registry, in `Authorization`. */
export const AUTHORIZATIONS: readonly (readonly [
  value: string,
  why: string,
])[] = [
  [" ", "a blank"],
  ["Basic", "a scheme alone"],
  ["Basic !!!", "no base64"],
  ["Basic Og==", "no name and no password"],
  [`Basic ${btoa("admin:admin")}`, "a password"],
  [`Basic ${btoa("a:plt_\0")}`, "a NUL in a password"],
  [`Basic ${"QUFB".repeat(15_000)}`, "a long password"],
  ["Bearer", "another scheme alone"],
  ["Bearer null", "what a program says that has none"],
  ["bearer bearer plt_x", "a scheme twice"],
  ["Digest username=admin", "a scheme that is not known"],
  ["plt_", "the beginning of a token"],
  [`plt_${"a".repeat(40)}`, "the form of a token"],
  [`plt_${"a".repeat(60_000)}`, "a token without end"],
  ["plt_\u00e9\u00ff", "a token that is not ASCII"],
  ["plt_' OR 1=1 --", "what SQL might know"],
  ["PLT_AAAAAAAA", "a token in capitals"],
  ["undefined", "what a program says that has none"],
  ["operator", "somebody who has no token"],
  ["user:1", "how the history names users"],
  ["1", "a user's number"],
  ["__proto__", "what an object inherits"],
];

/** Headers of lookups that change what is answered, if they mean anything. */
export const CONDITIONS: readonly (readonly [
  name: string,
  value: string,
  why: string,
])[] = [
  ["range", "bytes=", "no range"],
  ["range", "bytes=-", "no numbers"],
  ["range", "bytes=-0", "nothing at the end"],
  ["range", "bytes=0-", "all of it"],
  ["range", "bytes=5-2", "backwards"],
  ["range", "bytes=99999999-", "far behind the end"],
  ["range", `bytes=${"9".repeat(400)}-`, "a number of 400 digits"],
  ["range", `bytes=0-${"9".repeat(15)}`, "to far behind the end"],
  ["range", `bytes=-${"9".repeat(15)}`, "more than all of it"],
  ["range", "bytes=0-0,1-1", "two ranges"],
  ["range", `bytes=${"0-,".repeat(10_000)}0-`, "ten thousand ranges"],
  ["range", "bytes=0-1\t", "a tab"],
  ["range", "bytes=--1", "a sign twice"],
  ["range", "bytes=1e1-", "a number as programs write it"],
  ["range", "bytes=0x1-", "a hexadecimal number"],
  ["range", "items=0-1", "another unit"],
  ["if-range", "\u0022", "half a tag"],
  ["if-range", "Thu, 01 Jan 1970 00:00:00 GMT", "a date"],
  ["if-none-match", "*", "any tag"],
  ["if-none-match", '"', "half a tag"],
  ["if-none-match", 'W/"', "half a weak tag"],
  ["if-none-match", '"a",'.repeat(10_000), "ten thousand tags"],
  ["if-none-match", '"'.repeat(40_001), "quotation marks, an odd number"],
  ["if-modified-since", "tomorrow", "no date"],
  ["accept-encoding", "gzip;q=1e309", "a weight without end"],
  ["accept-encoding", "identity;q=0, *;q=0", "nothing at all"],
  ["accept-encoding", "gzip,".repeat(5_000), "five thousand encodings"],
  ["accept-encoding", ";;;===,,,", "signs"],
  ["accept", "application/x-evil", "what is not there"],
  ["content-encoding", "gzip", "an encoding of a body that is not there"],
  ["expect", "200-ok", "what cannot be expected"],
  ["expect", "100-continue", "a body that never comes"],
  ["connection", "close, keep-alive, upgrade", "all of them"],
  ["upgrade", "h2c, websocket", "other protocols"],
  ["cookie", "token=plt_x; admin=1", "what nobody asked for"],
  ["x-http-method-override", "DELETE", "another method"],
  ["x-method-override", "PUT", "another method"],
  ["x-original-url", "/api/v1/crates/victim/1.0.0/yank", "another path"],
  ["x-rewrite-url", "/api/v1/crates/victim/1.0.0/yank", "another path"],
  ["x-forwarded-host", "evil.example", "another host"],
  ["x-forwarded-for", "127.0.0.1, '; DROP TABLE users", "another client"],
  ["x-forwarded-prefix", "/../..", "another path"],
  ["x-request-id", "\u001b[2J evil", "a name for the log"],
  ["git-protocol", "version=2:\u0001x", "a variable for git"],
];
