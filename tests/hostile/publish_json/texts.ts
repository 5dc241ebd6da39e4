/**
 * Texts for the JSON of a publish request of `foo` 1.0.0.
 *
 * @module
 */

import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import type { RefusalCode } from "../../../lib/refusal.ts";
import { joined, toBytes } from "../../support/a_tar.ts";
import { NO_OBJECTS } from "./publish_json.ts";

const HEAD = '{"name":"foo","vers":"1.0.0"';
const DEEP = DEFAULT_LIMITS.metadataBytesMax / 2 - 100;

/** Texts that are not JSON to everybody, or that are much of it. */
export const TEXTS_REFUSED: readonly (readonly [
  json: string | Uint8Array,
  code: RefusalCode,
  why: string,
])[] = [
  ...NO_OBJECTS.map(([text, why]) =>
    [text, "publish_frame_malformed", why] as const
  ),
  [
    joined(
      toBytes(`${HEAD},"description":"`),
      Uint8Array.of(0xff),
      toBytes('"}'),
    ),
    "publish_frame_malformed",
    "a byte that is no UTF-8",
  ],
  [
    joined(
      toBytes(`${HEAD},"links":"`),
      Uint8Array.of(0xed, 0xa0, 0x80),
      toBytes('"}'),
    ),
    "publish_frame_malformed",
    "half a character in UTF-8",
  ],
  [
    joined(
      toBytes(`${HEAD},"links":"`),
      Uint8Array.of(0xc0, 0xaf),
      toBytes('"}'),
    ),
    "publish_frame_malformed",
    "a slash in two bytes",
  ],
  [
    [...HEAD, "}"].map((it) => `${it}\0`).join(""),
    "publish_frame_malformed",
    "UTF-16",
  ],
  [`${HEAD}}${HEAD}}`, "publish_frame_malformed", "two objects"],
  [`${HEAD},"links":NaN}`, "publish_frame_malformed", "a number that is none"],
  [`${HEAD},"links":+1}`, "publish_frame_malformed", "a number with a sign"],
  [`${HEAD},"links":0x10}`, "publish_frame_malformed", "a hexadecimal number"],
  [
    `${HEAD},"links":"\n"}`,
    "publish_frame_malformed",
    "a line break in a text",
  ],
  [
    `${HEAD},"links":"\\x41"}`,
    "publish_frame_malformed",
    "an escape of others",
  ],
  [`${HEAD}}//`, "publish_frame_malformed", "a comment"],
  [`${HEAD}}\0`, "publish_frame_malformed", "a NUL behind it"],
  [`${HEAD},"links":1e999}`, "metadata_invalid", "a number without end"],
  [
    `${HEAD},"links":${"9".repeat(500_000)}}`,
    "metadata_invalid",
    "500,000 digits",
  ],
  [
    `${HEAD},"authors":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`,
    "metadata_invalid",
    "lists in lists",
  ],
  [
    `${HEAD},"badges":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    "metadata_invalid",
    "objects in objects",
  ],
  ["[".repeat(1024 * 1024), "publish_frame_malformed", "lists that do not end"],
  [
    `${HEAD},"deps":[${"{},".repeat(300_000)}{}]}`,
    "metadata_invalid",
    "300,000 dependencies that say nothing",
  ],
  [
    `${HEAD},"deps":[${
      Array.from(
        { length: 501 },
        (_, at) => `{"name":"d${at}","version_req":"1"}`,
      ).join()
    }]}`,
    "metadata_invalid",
    "one dependency more than there may be",
  ],
  [
    `${HEAD},"keywords":[${'"",'.repeat(300_000)}""]}`,
    "metadata_invalid",
    "300,000 keywords",
  ],
  [
    `{"name":"foo","name":"evil","vers":"1.0.0"}`,
    "manifest_disagrees",
    "a name twice, of which the last counts",
  ],
  [
    `{"vers":"1.0.0","name":"foo","vers":"6.6.6"}`,
    "manifest_disagrees",
    "a version twice",
  ],
  [
    `${HEAD},"links":null,"links":"evil"}`,
    "manifest_disagrees",
    "a field twice, null and not",
  ],
  [`${HEAD},"\\u006cinks":"evil"}`, "manifest_disagrees", "an escaped key"],
  [
    `{"__proto__":{"name":"foo","vers":"1.0.0"}}`,
    "metadata_invalid",
    "what objects inherit in the place of fields",
  ],
  [
    `{"constructor":{"prototype":{"name":"foo"}},"vers":"1.0.0"}`,
    "metadata_invalid",
    "the same by another way",
  ],
  [
    `${HEAD},"deps":{"length":1,"0":{"name":"bar","version_req":"1"}}}`,
    "metadata_invalid",
    "an object that is like a list",
  ],
];

/** JSON that is strange and says the same as the Cargo.toml. */
export const TEXTS_TAKEN: readonly (readonly [json: string, why: string])[] = [
  [`${HEAD}}`, "nothing but what must be said"],
  [`${HEAD},"x":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`, "depth in no field"],
  [`${HEAD},"__proto__":{"links":"evil","toString":1}}`, "a prototype"],
  [`${HEAD},"links":"evil","links":null}`, "the last of two counts"],
  [`${HEAD},"readme":${JSON.stringify("#".repeat(900_000))}}`, "a long README"],
  [`${HEAD},"readme":"\\ud800\\u0000"}`, "a README that is no text"],
  [`\n\t ${HEAD} } \r\n`, "blanks around it"],
];
