/**
 * Whole requests as no client sends them, and some that clients do.
 *
 * @module
 */

import { head } from "../../support/raw_http.ts";
import { VICTIM_PATH as PATH } from "../attack.ts";

/** Requests in which `HOST` stands for the server's own. */
export const REQUESTS: [text: string, status: number, why: string][] = [
  [head(`GET ${PATH}`, "Host: HOST"), 200, "as clients send it"],
  [head(`GET ${PATH}`, "Host: other.example.com:1"), 200, "by another name"],
  [head(`GET ${PATH}`, "Host: [::1]:7171"), 200, "by an IPv6 address"],
  [head(`GET ${PATH}`), 200, "without Host"],
  [`GET ${PATH} HTTP/1.0\r\n\r\n`, 200, "of HTTP/1.0"],
  [head(`GET http://HOST${PATH}`, "Host: HOST"), 200, "in absolute form"],
  [head(`GET http://evil${PATH}`, "Host: HOST"), 400, "for another host"],
  [head(`GET ftp://HOST${PATH}`, "Host: HOST"), 400, "of another scheme"],
  [head(`GET http://u@HOST${PATH}`, "Host: HOST"), 400, "with a user"],
  [head(`GET ${PATH}`, "Host: evil/..//x"), 400, "a path in the Host"],
  [head(`GET ${PATH}`, "Host: evil?"), 400, "a query in the Host"],
  [head(`GET ${PATH}`, "Host: evil#"), 400, "a fragment in the Host"],
  [head(`GET ${PATH}`, "Host: a b"), 400, "a blank in the Host"],
  [head(`GET ${PATH}`, "Host: u@h"), 400, "a user in the Host"],
  [head(`GET ${PATH}`, "Host: h", "Host: evil"), 400, "two Hosts"],
  [head("GET /crates/../index/3/f/foo", "Host: h"), 400, "a dot segment"],
  [head("GET /%2e%2e/index/3/f/foo", "Host: h"), 400, "an escaped dot segment"],
  [head("GET /index/3%2ff/foo", "Host: h"), 400, "an escaped slash"],
  [head("GET /index/3%5cf/foo", "Host: h"), 400, "an escaped backslash"],
  [head("GET /index\\3\\f\\foo", "Host: h"), 400, "backslashes"],
  [head("GET //index/3/f/foo", "Host: h"), 400, "a double slash"],
  [head("GET /index//3/f/foo", "Host: h"), 400, "a double slash inside"],
  [head(`GET ${PATH}%00`, "Host: h"), 400, "an escaped NUL"],
  [head(`GET ${PATH}\0`, "Host: h"), 400, "a NUL"],
  [head(`GET ${PATH}\x01`, "Host: h"), 400, "a control character"],
  [head(`GET ${PATH}é`, "Host: h"), 400, "no ASCII"],
  [head(`GET /${"a".repeat(5000)}`, "Host: h"), 400, "a long path"],
  [head("GET index", "Host: h"), 400, "no slash"],
  [head("OPTIONS *", "Host: h"), 404, "the server itself"],
  [head(`OPTIONS ${PATH}`, "Host: h"), 405, "what it may be asked"],
  [head(`TRACE ${PATH}`, "Host: h"), 405, "an echo"],
  [head(`FOO ${PATH}`, "Host: h"), 405, "a method that nobody has"],
  [head(`get ${PATH}`, "Host: h"), 405, "a method in the wrong case"],
  [
    head(`GET ${PATH}`, "Host: h", "Content-Length: 0", "Content-Length: 1"),
    400,
    "two lengths",
  ],
];
