/**
 * Version requirements that cargo could not read, wherever a request says one.
 *
 * @module
 */

import fc from "fast-check";
import { aPublishDependency } from "../../support/a_publish_request.ts";
import { anyText } from "../../support/any_text.ts";
import { bodySaying, fuzz, packageOf, toToml, underAttack } from "../attack.ts";
import { REQUIREMENTS_INVALID } from "./requirements.ts";

const FOO = packageOf("foo", "1.0.0");

function inJson(requirement: string): object {
  const deps = [aPublishDependency("bar", { version_req: requirement })];
  return { deps };
}

function inToml(requirement: string): string {
  return `${FOO}[dependencies.bar]\nversion = ${
    toToml(requirement)
  }\nregistry-index = "sparse+http://127.0.0.1:7171/index/"\n`;
}

/** Where a publish request says a requirement. */
const PLACES: Record<string, (requirement: string) => Uint8Array> = {
  "JSON and Cargo.toml": (it) => bodySaying({ ...inJson(it) }, inToml(it)),
  "the Cargo.toml": (it) => bodySaying({ ...inJson("^1") }, inToml(it)),
};
for (const [place, bodyOf] of Object.entries(PLACES)) {
  Deno.test(`a publish is refused for a requirement that is none in ${place}`, (t) =>
    underAttack({}, async (victim) => {
      for (const [text, why] of REQUIREMENTS_INVALID) {
        await t.step(`${JSON.stringify(text).slice(0, 40)} (${why})`, () => {
          return victim.refusesPublish(bodyOf(text), "metadata_invalid");
        });
      }
    }));
}

Deno.test("a publish of any requirement is refused, or gives one that can be read", () =>
  underAttack({}, async (victim) => {
    const part = fc.constantFrom(
      ...["1", "0", "2.3", "1.2.3-a", "*", ".x", ",", ">=", "<", "^", "~", "="],
      ...[" ", "||", "-", "+b", "18446744073709551616", "x", "é", "\n"],
    );
    const near = fc.array(part, { maxLength: 6 }).map((it) => it.join(""));
    let patch = 0;
    await fuzz(fc.oneof(near, near, anyText), async (text) => {
      const vers = `1.0.${++patch}`;
      const body = bodySaying(
        { vers, ...inJson(text) },
        inToml(text).replace("1.0.0", vers),
      );
      await victim.survives(await victim.put(body));
    });
  }));
