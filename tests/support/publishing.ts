/**
 * Publishing to a test registry, as cargo does it but without a server.
 *
 * @module
 */

import {
  type Identity,
  NOBODY,
  type Published,
  type PublishRequest,
  type Registry,
} from "../../lib/mod.ts";
import type { CrateBuilder } from "./a_crate.ts";
import { aPublishFrame, requestOf } from "./a_publish_request.ts";
import type { TestRegistry } from "./a_registry.ts";
import { piecesOf } from "./a_tar.ts";
import { assertEquals } from "./assert.ts";

/** The index of test registries, as a Cargo.toml names it. */
export const OWN_INDEX = "sparse+http://127.0.0.1:7171/index/";

/** What makes a dependency one on a crate of the same test registry. */
export const OWN: { readonly registryIndex: string } = {
  registryIndex: OWN_INDEX,
};

/** A request to publish a crate, by nobody in particular. */
export function aRequest(
  crate: CrateBuilder,
  by: Identity = NOBODY,
): PublishRequest {
  return aRequestOf(aPublishFrame(requestOf(crate), crate.bytes()), by);
}

/** A request to publish what is in a body. */
export function aRequestOf(
  body: Uint8Array,
  by: Identity = NOBODY,
): PublishRequest {
  return { by, body: piecesOf(body), sizeBytes: body.length };
}

/** Publishes crates, one after the other. */
export async function publishTo(
  registry: Pick<Registry, "publish">,
  ...crates: readonly CrateBuilder[]
): Promise<Published[]> {
  const published: Published[] = [];
  for (const crate of crates) {
    published.push(await registry.publish(aRequest(crate)));
  }
  return published;
}

/** Fails unless `act` leaves all that is stored as it was, and says nothing. */
export async function assertStoresNothing(
  test: TestRegistry,
  act: () => Promise<unknown>,
): Promise<void> {
  const before = await test.stored();
  const events = test.events.length;
  await act();
  assertEquals(await test.stored(), before);
  assertEquals(test.events.slice(events), []);
}
