/**
 * The JSON of publish requests as no cargo sends it, beside a crate file
 * without fault.
 *
 * @module
 */

import fc from "fast-check";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import {
  aPublishDependency,
  aPublishFrame,
  somePublishJson,
  u32,
} from "../../support/a_publish_request.ts";
import { aCrate } from "../../support/a_crate.ts";
import { joined, toBytes } from "../../support/a_tar.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals } from "../../support/assert.ts";
import { fuzz, underAttack, type Victim } from "../attack.ts";
import {
  DEPENDENCY_FIELDS,
  FIELDS,
  FIELDS_MISSING,
  VALUES,
  VALUES_REFUSED,
} from "./publish_json.ts";
import { TEXTS_REFUSED, TEXTS_TAKEN } from "./texts.ts";

const FILE = aCrate("foo").bytes();

/** A body whose JSON says this in the place of what cargo would say. */
function saying(stated: object): Uint8Array {
  return aPublishFrame({ ...somePublishJson(), ...stated }, FILE);
}

/** A body whose JSON is this text, or these bytes. */
function written(json: string | Uint8Array): Uint8Array {
  const bytes = toBytes(json);
  return joined(u32(bytes.length), bytes, u32(FILE.length), FILE);
}

/** What else a field may be made to hold. */
const MORE_VALUES: readonly (readonly [type: string, value: unknown])[] = [
  ...VALUES,
  ["list in a list", [[[]]]],
  ["object", JSON.parse('{"__proto__":{"a":1}}')],
  ["object", { length: 1, 0: "a" }],
];

for (
  const [fields, wrap] of [
    [FIELDS, (stated: object) => stated],
    [DEPENDENCY_FIELDS, (stated: object) => ({
      deps: [{ ...aPublishDependency("bar"), ...stated }],
    })],
  ] as const
) {
  const what = fields === FIELDS ? "a field" : "a field of a dependency";
  Deno.test(`a publish is refused for ${what} of the wrong type`, (t) =>
    underAttack({}, async (victim) => {
      for (const [field, types] of Object.entries(fields)) {
        await t.step(field, async () => {
          for (const [type, value] of MORE_VALUES) {
            if (types.includes(type)) continue;
            await victim.refusesPublish(
              saying(wrap({ [field]: value })),
              "metadata_invalid",
            );
          }
        });
      }
    }));
}

const LONG_TEXT = "x".repeat(DEFAULT_LIMITS.metadataTextLengthMax + 1);
const HALF = "\udc00";

/** Texts that are too long, and texts that are none, in each field. */
const TEXTS: readonly string[] = [
  ...["description", "documentation", "homepage", "readme_file", "license"],
  ...["license_file", "repository", "links"],
];
Deno.test("a publish is refused for a text that is too long, and for half a character", (t) =>
  underAttack({}, async (victim) => {
    for (const field of TEXTS) {
      await t.step(field, async () => {
        for (const text of [LONG_TEXT, HALF]) {
          const body = saying({ [field]: text });
          await victim.refusesPublish(body, "metadata_invalid");
        }
      });
    }
    for (const field of ["keywords", "categories", "authors"]) {
      await t.step(field, async () => {
        for (const text of [LONG_TEXT, HALF]) {
          const body = saying({ [field]: [text] });
          await victim.refusesPublish(body, "metadata_invalid");
        }
      });
    }
  }));

Deno.test("a publish is refused for what is missing", (t) =>
  underAttack({}, async (victim) => {
    for (const [json, field] of FIELDS_MISSING) {
      await t.step(field, async () => {
        await victim.refusesPublish(saying(json), "metadata_invalid");
      });
    }
  }));

Deno.test("a publish is refused for a value of the right type that is none", (t) =>
  underAttack({}, async (victim) => {
    for (const [json, code, _, why] of VALUES_REFUSED) {
      await t.step(`${JSON.stringify(json).slice(0, 50)} (${why})`, () => {
        return victim.refusesPublish(saying(json), code);
      });
    }
  }));

Deno.test("a publish is refused for JSON that is none, deep, large or ambiguous", (t) =>
  underAttack({}, async (victim) => {
    for (const [json, code, why] of TEXTS_REFUSED) {
      await t.step(why, () => victim.refusesPublish(written(json), code));
    }
    // Nobody's prototype has been changed meanwhile.
    assertEquals(Object.keys(Object.prototype), []);
    assertEquals(Object.hasOwn(Object.prototype, "name"), false);
  }));

Deno.test("a publish of strange JSON that says what the Cargo.toml says is taken", (t) =>
  underAttack({}, async (victim) => {
    for (const [at, [json, why]] of TEXTS_TAKEN.entries()) {
      await t.step(why, async () => {
        const vers = `1.0.${at}`;
        const file = aCrate("foo", vers).bytes();
        const text = json.replace("1.0.0", vers);
        const answer = await victim.put(aPublishFrame(text, file));
        assertEquals(answer.status, 200, answer.text);
        await victim.survives(answer);
      });
    }
  }));

async function tries(victim: Victim, json: string): Promise<void> {
  await victim.survives(await victim.put(written(json)));
}

Deno.test("a publish of any JSON is refused, or says what the Cargo.toml says", () =>
  underAttack({}, async (victim) => {
    const keys = Object.keys({ ...FIELDS, ...DEPENDENCY_FIELDS });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom<unknown>("foo", "1.0.0", "^1", "normal", "dep:foo", ""),
        fc.constantFrom<unknown>(null, true, 1e308, -0, [], {}),
        anyText,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 6 }),
      ),
    }));
    const fields = fc.dictionary(fc.constantFrom(...keys), tree, {
      maxKeys: 4,
    });
    await fuzz(fields, async (json) => {
      const said = { ...somePublishJson(), ...json };
      await tries(victim, JSON.stringify(said));
    });
  }));

Deno.test("a publish of JSON with damage is refused, or says what the Cargo.toml says", () =>
  underAttack({}, async (victim) => {
    const text = JSON.stringify(somePublishJson());
    const piece = fc.constantFrom(
      ...['"', "{", "}", "[", "]", ",", ":", "null", "\\", "\\u", "1e9", " "],
      ...["\0", '"vers":"2.0.0",', '"name":"x",', "-", "\ud800", "\ufeff"],
    );
    const damage = fc.array(
      fc.tuple(fc.nat(text.length), fc.nat(3), piece),
      { minLength: 1, maxLength: 3 },
    );
    await fuzz(damage, async (cuts) => {
      const damaged = cuts.reduce(
        (it, [at, length, inserted]) =>
          it.slice(0, at) + inserted + it.slice(at + length),
        text,
      );
      await tries(victim, damaged);
    });
  }));
