/**
 * One server a data folder.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/**
 * Makes this process the one server of the data folder, until the registry is
 * closed or the process ends, however it does.
 *
 * @throws {Refusal} `already_serving` with who does.
 */
export function claimServing(
  { serving, config }: Pick<Parts, "serving" | "config">,
): void {
  if (serving.tryAcquire()) return;
  const holder = serving.holder();
  throw new Refusal("already_serving", {
    path: config.dataFolder,
    pid: holder?.pid ?? 0,
    since: holder?.since ?? "just now",
  });
}

/**
 * Does what must not happen under a running server, such as a change of the data
 * format.
 *
 * @throws {Refusal} `already_serving` with who does.
 */
export function whileUnserved(
  parts: Pick<Parts, "serving" | "config">,
  act: () => void,
): void {
  claimServing(parts);
  try {
    act();
  } finally {
    parts.serving.release();
  }
}
