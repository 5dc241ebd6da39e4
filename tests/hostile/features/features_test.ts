/**
 * Features that cargo could not use, and those that are meant to take long.
 *
 * @module
 */

import fc from "fast-check";
import { OWN } from "../../support/publishing.ts";
import { aCrate } from "../../support/a_crate.ts";
import {
  aPublishFrame,
  somePublishJson,
} from "../../support/a_publish_request.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals } from "../../support/assert.ts";
import {
  bodyOf,
  bodySaying,
  fuzz,
  packageOf,
  toToml,
  underAttack,
} from "../attack.ts";
import { FEATURE_NAMES_INVALID, FEATURES_INCONSISTENT } from "./features.ts";

type Features = Readonly<Record<string, readonly string[]>>;

/** `foo` with the dependencies that the table is made for. */
const FOO = aCrate("foo")
  .withDependency("opt", "^1", { optional: true, ...OWN })
  .withDependency("plain", "^1", OWN)
  .withDependency("real", "^1", { optional: true, alias: "_alias", ...OWN })
  .withDependency("dev", "^1", { kind: "dev", ...OWN });

/** A table of features, as TOML. */
function toTable(features: Features): string {
  const lines = Object.entries(features)
    .map(([name, values]) => `${toToml(name)} = ${toToml(values)}\n`);
  return `\n[features]\n${lines.join("")}`;
}

/** With these features in JSON and Cargo.toml, or in the Cargo.toml alone. */
function saying(features: Features, isInJson: boolean): Uint8Array {
  const file = FOO.withManifest(FOO.manifest() + toTable(features)).bytes();
  const plain = bodyOf(FOO);
  const length = new DataView(plain.buffer).getUint32(0, true);
  const json = JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + length)));
  const said = isInJson ? { ...json, features } : json;
  return aPublishFrame(said, file);
}

for (const isInJson of [true, false]) {
  const place = isInJson ? "JSON and Cargo.toml" : "the Cargo.toml";
  Deno.test(`a publish is refused for features that do not fit together in ${place}`, (t) =>
    underAttack({}, async (victim) => {
      for (const [features, _, why] of FEATURES_INCONSISTENT) {
        await t.step(`${JSON.stringify(features)} (${why})`, () => {
          const body = saying(features, isInJson);
          return victim.refusesPublish(body, "metadata_invalid");
        });
      }
    }));
}

Deno.test("a publish is refused for the name of a feature that is none", (t) =>
  underAttack({}, async (victim) => {
    for (const [name, why] of FEATURE_NAMES_INVALID) {
      await t.step(`${JSON.stringify(name)} (${why})`, async () => {
        const json = { ...somePublishJson(), features: { [name]: [] } };
        await victim.refusesPublish(
          aPublishFrame(json, FOO.bytes()),
          "metadata_invalid",
        );
        const deps = [{ name: "bar", version_req: "1", features: [name] }];
        if (name === "") return; // cargo ignores that one
        await victim.refusesPublish(
          aPublishFrame({ ...somePublishJson(), deps }, FOO.bytes()),
          "metadata_invalid",
        );
      });
    }
  }));

const MANY: [features: Features, why: string][] = [
  [toFeatures(5001, () => []), "one more feature than there may be"],
  [{ a: Array(5001).fill("a") }, "one more value than there may be"],
  [{ ["f".repeat(201)]: [] }, "a name of more than 200 characters"],
  [{ a: ["f".repeat(201)] }, "a value of more than 200 characters"],
  [{ a: ["dep:" + "x".repeat(197)] }, "a long dependency that there is not"],
  [toFeatures(1000, (at) => [`f${at + 1}`]), "a chain that ends in nothing"],
];
function toFeatures(
  count: number,
  valuesOf: (at: number) => string[],
): Features {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`f${at}`, valuesOf(at)]),
  );
}
Deno.test("a publish is refused for too many features, and for long ones", (t) =>
  underAttack({}, async (victim) => {
    for (const [features, why] of MANY) {
      await t.step(why, async () => {
        for (const isInJson of [true, false]) {
          const body = saying(features, isInJson);
          await victim.refusesPublish(body, "metadata_invalid");
        }
      });
    }
  }));

/** Features that are strange, and that cargo takes. */
const STRANGE: [features: Features, why: string][] = [
  [toFeatures(5000, (at) => [`f${(at + 1) % 5000}`]), "one long circle"],
  [{ a: Array(5000).fill("a") }, "one value five thousand times"],
  [
    { ["__proto__"]: ["constructor"], constructor: ["toString"], toString: [] },
    "names that objects inherit",
  ],
  [{ "1": [], "0": ["1"], "007": [] }, "names that are numbers"],
  [{ "über": [], "ß": ["über"] }, "letters beyond ASCII"],
];
Deno.test("a publish of strange features is taken, and can be read", (t) =>
  underAttack({}, async (victim) => {
    let patch = 0;
    for (const [features, why] of STRANGE) {
      await t.step(why, async () => {
        const vers = `1.0.${++patch}`;
        const text = packageOf("foo", vers, toTable(features));
        const entries = Object.entries(features);
        const json = { vers, features: Object.fromEntries(entries) };
        const answer = await victim.put(bodySaying(json, text));
        assertEquals([answer.status, answer.code], [200, null], answer.text);
        await victim.survives(answer);
      });
    }
  }));

Deno.test("a publish of any features is refused, or gives those", () =>
  underAttack({}, async (victim) => {
    const text = fc.oneof(
      anyText,
      fc.constantFrom("opt", "dep:opt", "opt/x", "plain?/x", "a", "dep:a/"),
      fc.constantFrom("_alias", "dep:_alias", "__proto__", "constructor"),
    );
    const any = fc.dictionary(text, fc.array(text, { maxLength: 3 }), {
      maxKeys: 3,
    });
    await fuzz(fc.tuple(any, fc.boolean()), async ([features, isInJson]) => {
      await victim.survives(await victim.put(saying(features, isInJson)));
    });
  }));
