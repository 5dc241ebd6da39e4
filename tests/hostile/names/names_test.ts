/**
 * Names of crates that no crate may have, wherever a request says one.
 *
 * @module
 */

import fc from "fast-check";
import type { RefusalCode } from "../../../lib/refusal.ts";
import { aPublishDependency } from "../../support/a_publish_request.ts";
import { aCrate } from "../../support/a_crate.ts";
import { anyText } from "../../support/any_text.ts";
import { assertTrue } from "../../support/assert.ts";
import {
  bodyOf,
  bodySaying,
  fuzz,
  packageOf,
  toToml,
  underAttack,
  type Victim,
} from "../attack.ts";
import { NAMES_DECEIVING, NAMES_INVALID, NAMES_RESERVED } from "./names.ts";

const NAMES = [...NAMES_INVALID, ...NAMES_DECEIVING];
const FOO = packageOf("foo", "1.0.0");

/** Where a publish request says a name. */
const PLACES: Record<string, (name: string) => Uint8Array> = {
  "JSON and Cargo.toml": (name) =>
    bodySaying({ name }, packageOf(name, "1.0.0")),
  "the JSON": (name) => bodySaying({ name }, FOO),
  "the Cargo.toml": (name) => bodySaying({}, packageOf(name, "1.0.0")),
  "a dependency of the JSON": (name) =>
    bodySaying({ deps: [aPublishDependency(name)] }, FOO),
  "a dependency of the Cargo.toml": (name) =>
    bodySaying({}, `${FOO}[dependencies]\n${toToml(name)} = "1"\n`),
  "a renamed dependency": (name) =>
    bodySaying(
      {},
      `${FOO}[dependencies.x]\nversion = "1"\npackage = ${toToml(name)}\n`,
    ),
};
for (const [place, bodyOfName] of Object.entries(PLACES)) {
  Deno.test(`a publish is refused for a name that is none in ${place}`, (t) =>
    underAttack({}, async (victim) => {
      for (const [name, why] of NAMES) {
        await t.step(`${JSON.stringify(name).slice(0, 40)} (${why})`, () => {
          return victim.refusesPublish(bodyOfName(name), "crate_name_invalid");
        });
      }
    }));
}

Deno.test("a publish is refused for a name that is reserved", (t) =>
  underAttack({}, async (victim) => {
    for (const [name, why] of NAMES_RESERVED) {
      await t.step(`${name} (${why})`, async () => {
        const body = bodySaying({ name }, packageOf(name, "1.0.0"));
        await victim.refusesPublish(body, "crate_name_reserved");
      });
    }
  }));

/** Names that are those of the crate that is there, but for their spelling. */
const TWINS = ["Victim", "VICTIM", "vICTIM"];

Deno.test("a publish is refused for another spelling of a name that is taken", (t) =>
  underAttack({}, async (victim) => {
    for (const name of TWINS) {
      await t.step(name, async () => {
        const body = bodySaying({ name }, packageOf(name, "2.0.0"));
        await victim.refusesPublish(body, "crate_name_taken");
      });
    }
    await t.step("as a dependency", async () => {
      const crate = aCrate("foo").withDependency("Victim", "^1", {
        registryIndex: "sparse+http://127.0.0.1:7171/index/",
      });
      await victim.refusesPublish(bodyOf(crate), "dependency_misspelt");
    });
  }));

/** All paths in which a name may stand. */
const ROUTES: readonly [method: string, path: (name: string) => string][] = [
  ["GET", (name) => `/crates/${name}`],
  ["GET", (name) => `/crates/${name}/${name}-1.0.0.crate`],
  ["GET", (name) => `/index/vi/ct/${name}`],
  ["GET", (name) => `/api/v1/crates/${name}`],
  ["GET", (name) => `/api/v1/crates/${name}/1.0.0/download`],
  ["GET", (name) => `/api/v1/crates/${name}/owners`],
  ["DELETE", (name) => `/api/v1/crates/${name}/1.0.0/yank`],
  ["PUT", (name) => `/api/v1/crates/${name}/1.0.0/unyank`],
];

/** What a client makes no segment of; `urls/` sends it by hand. */
const GONE = ["", ".", ".."];

async function refusesEverywhere(victim: Victim, name: string): Promise<void> {
  const segment = encodeURIComponent(name.toWellFormed());
  for (const [method, path] of ROUTES) {
    const target = path(segment);
    const { status, text } = await victim.ask(target, { method });
    const isNo = status === 400 || status === 404 || status === 405;
    assertTrue(isNo, `${method} ${target}: ${status} ${text}`);
    assertTrue(!text.includes("<script>alert"), text);
  }
  await victim.assertUnharmed();
}

Deno.test("every path refuses a name that is none", (t) =>
  underAttack({}, async (victim) => {
    for (const [name, why] of NAMES.filter(([it]) => !GONE.includes(it))) {
      await t.step(`${JSON.stringify(name).slice(0, 40)} (${why})`, () => {
        return refusesEverywhere(victim, name);
      });
    }
  }));

Deno.test("a publish of any name is refused, or gives a crate of that name", () =>
  underAttack({}, async (victim) => {
    const near = fc.string({
      unit: fc.constantFrom(..."aBcz09-_./é% \n"),
      maxLength: 8,
    });
    const codes: RefusalCode[] = ["crate_name_invalid", "crate_name_reserved"];
    await fuzz(fc.oneof(near, anyText), async (name) => {
      const body = bodySaying({ name }, packageOf(name, "1.0.0"));
      const answer = await victim.put(body);
      await victim.survives(answer);
      const isName = /^[A-Za-z][\w-]{0,63}$/.test(name);
      const isRefused = answer.code !== null && codes.includes(answer.code);
      if (!isName) assertTrue(isRefused, `${answer.status} ${answer.text}`);
    });
  }));
