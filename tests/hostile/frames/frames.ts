/**
 * Bodies of publish requests whose parts are not as long as they say.
 *
 * @module
 */

import { DEFAULT_LIMITS, type Limits } from "../../../lib/limits.ts";
import type { RefusalCode } from "../../../lib/refusal.ts";
import { aPublishFrame, u32 } from "../../support/a_publish_request.ts";
import { joined, toBytes } from "../../support/a_tar.ts";

/** The bounds of both parts here. */
export const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  metadataBytesMax: 2000,
  crateFileBytesMax: 4000,
};

/** What is in the JSON part of {@linkcode FRAME}. */
export const JSON_TEXT = '{"name":"foo","vers":"1.0.0"}';

/** A frame that is as it must be. */
export const FRAME = aPublishFrame(JSON_TEXT, "the crate file");

/** Bodies, and why they are refused. */
export const FRAMES_REFUSED: [
  why: string,
  body: Uint8Array,
  code: RefusalCode,
  /** Null when it is of no matter, for the length is noticed while reading. */
  sizeBytes?: number | null,
][] = [
  ["an empty body", toBytes(""), "publish_frame_malformed"],
  ["half a length", u32(2).slice(0, 2), "publish_frame_malformed"],
  [
    "JSON that ends early",
    joined(u32(10), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "no second length",
    joined(u32(2), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "a crate file that ends early",
    FRAME.slice(0, -1),
    "publish_frame_malformed",
  ],
  [
    "a byte behind the crate file",
    joined(FRAME, toBytes("\0")),
    "publish_frame_malformed",
  ],
  ["two requests in one", joined(FRAME, FRAME), "publish_frame_malformed"],
  [
    "JSON above its limit",
    aPublishFrame(" ".repeat(2001), ""),
    "metadata_invalid",
  ],
  [
    "JSON of 4 GiB, of which little comes",
    joined(u32(0xffff_ffff), toBytes("{}")),
    "metadata_invalid",
    null,
  ],
  [
    "JSON that is longer than the body",
    joined(u32(20), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "JSON that is not UTF-8",
    joined(u32(1), Uint8Array.of(0xff), u32(0)),
    "publish_frame_malformed",
  ],
  [
    "JSON that ends within a character",
    joined(u32(1), Uint8Array.of(0xc3), u32(0)),
    "publish_frame_malformed",
  ],
  [
    "a crate file above its limit",
    aPublishFrame("{}", "x".repeat(4001)),
    "crate_file_too_large",
  ],
  [
    "a crate file of 4 GiB, of which little comes",
    joined(u32(2), toBytes("{}"), u32(0xffff_ffff), toBytes("x")),
    "crate_file_too_large",
    null,
  ],
];

/** What may not be said of the size of {@linkcode FRAME}. */
export const SIZES_REFUSED: [
  sizeBytes: number,
  code: RefusalCode,
  why: string,
][] = [
  [7, "publish_frame_malformed", "no room for two lengths"],
  [8, "publish_frame_malformed", "no room for what the JSON's length says"],
  [FRAME.length - 1, "publish_frame_malformed", "one byte less than the parts"],
  [FRAME.length + 1, "publish_frame_malformed", "one byte more than the parts"],
  [8 + 2000 + 4000, "publish_frame_malformed", "as large as can be"],
  [8 + 2000 + 4001, "crate_file_too_large", "larger than can be"],
];
