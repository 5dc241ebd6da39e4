/**
 * Versions that no crate may have, wherever a request says one.
 *
 * @module
 */

import fc from "fast-check";
import { anyText } from "../../support/any_text.ts";
import { assertTrue } from "../../support/assert.ts";
import { bodySaying, fuzz, packageOf, underAttack } from "../attack.ts";
import { VERSIONS_DECEIVING, VERSIONS_INVALID } from "./versions.ts";

const VERSIONS = [...VERSIONS_INVALID, ...VERSIONS_DECEIVING];

/** Where a publish request says a version. */
const PLACES: Record<string, (version: string) => Uint8Array> = {
  "JSON and Cargo.toml": (vers) => bodySaying({ vers }, packageOf("foo", vers)),
  "the Cargo.toml": (vers) => bodySaying({}, packageOf("foo", vers)),
};
for (const [place, bodyOf] of Object.entries(PLACES)) {
  Deno.test(`a publish is refused for a version that is none in ${place}`, (t) =>
    underAttack({}, async (victim) => {
      for (const [version, why] of VERSIONS) {
        // Cargo itself drops blanks around the one in Cargo.toml.
        const isTrimmed = version !== version.trim();
        const code = isTrimmed && place === "the Cargo.toml"
          ? null
          : "version_invalid";
        if (code === null) continue;
        await t.step(`${JSON.stringify(version).slice(0, 40)} (${why})`, () => {
          return victim.refusesPublish(bodyOf(version), code);
        });
      }
    }));
}

/** All paths in which a version may stand. */
const ROUTES: readonly [method: string, path: (version: string) => string][] = [
  ["GET", (version) => `/crates/victim/victim-${version}.crate`],
  ["GET", (version) => `/api/v1/crates/victim/${version}`],
  ["GET", (version) => `/api/v1/crates/victim/${version}/download`],
  ["DELETE", (version) => `/api/v1/crates/victim/${version}/yank`],
  ["PUT", (version) => `/api/v1/crates/victim/${version}/unyank`],
];
Deno.test("every path refuses a version that is none", (t) =>
  underAttack({}, async (victim) => {
    for (const [version, why] of VERSIONS.filter(([it]) => it !== "")) {
      await t.step(
        `${JSON.stringify(version).slice(0, 40)} (${why})`,
        async () => {
          const segment = encodeURIComponent(version.toWellFormed());
          for (const [method, path] of ROUTES) {
            const { status } = await victim.ask(path(segment), { method });
            const isNo = status === 400 || status === 404 || status === 405;
            assertTrue(isNo, `${method} ${path(segment)}: ${status}`);
          }
          await victim.assertUnharmed();
        },
      );
    }
  }));

/** Versions that are those of the crate that is there, as cargo reads them. */
const TWINS = ["1.0.0", "1.0.0+a", "1.0.0+0", "1.0.0+0.0"];
Deno.test("a publish is refused for a version that only build metadata tells apart", (t) =>
  underAttack({}, async (victim) => {
    for (const vers of TWINS) {
      await t.step(vers, async () => {
        const body = bodySaying(
          { name: "victim", vers },
          packageOf("victim", vers),
        );
        await victim.refusesPublish(body, "version_exists");
      });
    }
  }));

Deno.test("a publish of any version is refused, or gives that version", () =>
  underAttack({}, async (victim) => {
    const part = fc.constantFrom(
      ...["0", "1", "01", "9007199254740992", "-", "+", ".", "a", "-0", "-01"],
      ...["é", " ", "v", "x", "*", "+a.b", "-rc.1", "\n", "..", "/"],
    );
    const near = fc.array(part, { maxLength: 5 }).map((it) => it.join(""));
    const behind = near.map((it) => `1.0.0${it}`);
    await fuzz(fc.oneof(near, behind, anyText), async (vers) => {
      const body = bodySaying({ vers }, packageOf("foo", vers));
      await victim.survives(await victim.put(body));
    });
  }));
