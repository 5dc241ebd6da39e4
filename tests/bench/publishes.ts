/**
 * Publishes as people make them: half of them new crates, half new versions of
 * crates that are there.
 *
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { noise } from "../support/a_tar.ts";
import type { BenchRegistry } from "./bench.ts";
import { description } from "./crate_names.ts";
import { pick, randomFrom } from "./numbers.ts";

/** What a crate file holds besides its Cargo.toml, in bytes. */
const CONTENTS_BYTES = 8_000;

/**
 * Gives the body of another publish each time.
 *
 * @param series names new crates and versions: each is used once a registry.
 */
export function publishesTo(
  { names }: BenchRegistry,
  series: string,
): () => Uint8Array {
  const random = randomFrom(2);
  const contents = noise(CONTENTS_BYTES);
  let number = 0;
  return () => {
    number++;
    const [name, version] = number % 2 === 0
      ? [`rust-${series}-${number}`, "0.1.0"]
      : [pick(names, random), `1.0.${number}-${series}`];
    const crate = aCrate(name, version)
      .with({ description: description(random), license: "MIT" })
      .withDependency("serde", "^1.0", { features: ["derive"] })
      .withFile("src/data.bin", contents);
    return aPublishFrame(requestOf(crate), crate.bytes());
  };
}
