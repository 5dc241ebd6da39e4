/**
 * Cargo.tomls that `cargo package` never writes, and those that say something
 * else than the JSON beside them: what one reads is not what one would build.
 *
 * @module
 */

import fc from "fast-check";
import type { Dependency } from "../../../lib/crate/dependency.ts";
import type { PublishDependencyJson } from "../../../lib/crate/publish_json.ts";
import { aCrate } from "../../support/a_crate.ts";
import {
  aPublishDependency,
  aPublishFrame,
} from "../../support/a_publish_request.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { bodySaying, fuzz, packageOf, toToml, underAttack } from "../attack.ts";
import { ALLOWED, DISAGREEING, jsonOf, manifestOf } from "./disagreements.ts";
import {
  HUGE,
  MANIFESTS_REFUSED,
  MANIFESTS_TAKEN,
  MORE_REFUSED,
} from "./manifests.ts";

Deno.test("a publish is refused for a Cargo.toml that cargo never writes", (t) =>
  underAttack({}, async (victim) => {
    for (const [toml, code, why] of [...MANIFESTS_REFUSED, ...MORE_REFUSED]) {
      await t.step(
        why,
        () => victim.refusesPublish(bodySaying({}, toml), code),
      );
    }
  }));

Deno.test("a publish of a Cargo.toml that is written strangely is taken", (t) =>
  underAttack({}, async (victim) => {
    for (const [at, [toml, why]] of MANIFESTS_TAKEN.entries()) {
      await t.step(why, async () => {
        const vers = `1.0.${at}`;
        const text = toml.replaceAll("1.0.0", vers);
        const answer = await victim.put(bodySaying({ vers }, text));
        assertEquals(answer.status, 200, answer.text);
        await victim.survives(answer);
      });
    }
  }));

Deno.test("a publish of a Cargo.toml that takes long to read is answered soon", (t) =>
  underAttack({}, async (victim) => {
    for (const [at, [toml, status, why]] of HUGE.entries()) {
      await t.step(why, async () => {
        const vers = `1.0.${at}`;
        const text = toml().replace("1.0.0", vers);
        const answer = await victim.put(bodySaying({ vers }, text));
        assertEquals(answer.status, status, answer.text);
        assertTrue(answer.text.length < 5000, "a long answer");
        await victim.survives(answer);
      });
    }
  }));

const EVERYTHING = { allowedRegistries: ALLOWED };

function everything(edit: (json: ReturnType<typeof jsonOf>) => void) {
  const json = jsonOf("everything");
  const root = `${json.name}-${json.vers}`;
  const crate = aCrate("foo").withRoot(root)
    .withManifest(manifestOf("everything"));
  edit(json);
  return aPublishFrame(json, crate.bytes());
}

Deno.test("a publish is refused when JSON and Cargo.toml disagree", (t) =>
  underAttack(EVERYTHING, async (victim) => {
    for (const [why, edit] of DISAGREEING) {
      await t.step(why, async () => {
        await victim.refusesPublish(everything(edit), "manifest_disagrees");
      });
    }
    const answer = await victim.put(everything(() => {}));
    assertEquals(answer.status, 200, answer.text);
    await victim.survives(answer);
  }));

/** What a dependency may say, so far as a reader could take one for another. */
interface Said {
  readonly crate: string;
  readonly alias: string | null;
  readonly requirement: string;
  readonly kind: Dependency["kind"];
  readonly target: string | null;
  readonly optional: boolean;
  readonly defaultFeatures: boolean;
  readonly features: readonly string[];
  readonly registry: string;
}

const OWN = "sparse+http://127.0.0.1:7171/index/";
const CRATES_IO = "https://github.com/rust-lang/crates.io-index";

const said: fc.Arbitrary<Said> = fc.record({
  crate: fc.constantFrom("bar", "baz"),
  alias: fc.constantFrom(null, null, "bar", "baz"),
  requirement: fc.constantFrom("^1", "=1.0.0", "*"),
  kind: fc.constantFrom("normal", "normal", "build"),
  target: fc.constantFrom(null, null, "cfg(unix)", "cfg(windows)"),
  optional: fc.boolean(),
  defaultFeatures: fc.boolean(),
  features: fc.constantFrom([], ["x"], ["x", "y"]),
  registry: fc.constantFrom(OWN, CRATES_IO),
});

function inJson(it: Said): PublishDependencyJson {
  return aPublishDependency(it.crate, {
    version_req: it.requirement,
    kind: it.kind,
    target: it.target,
    optional: it.optional,
    default_features: it.defaultFeatures,
    features: [...it.features],
    ...(it.registry === OWN ? {} : { registry: it.registry }),
    ...(it.alias === null ? {} : { explicit_name_in_toml: it.alias }),
  });
}

function inToml(it: Said): string {
  const table = it.kind === "build" ? "build-dependencies" : "dependencies";
  const path = it.target === null ? table : `target.'${it.target}'.${table}`;
  return `[${path}.${it.alias ?? it.crate}]
version = ${toToml(it.requirement)}
optional = ${it.optional}
default-features = ${it.defaultFeatures}
features = ${toToml(it.features)}
${it.registry === OWN ? `registry-index = "${OWN}"` : ""}
${it.alias === null ? "" : `package = "${it.crate}"`}
`;
}

Deno.test("a publish is taken when the dependency of the JSON is that of the Cargo.toml, and else refused", () =>
  underAttack({}, async (victim) => {
    const edit = fc.record(
      {
        crate: fc.constantFrom("bar", "baz"),
        alias: fc.constantFrom(null, "bar", "baz"),
        requirement: fc.constantFrom("^1", "=1.0.0", "*"),
        kind: fc.constantFrom("normal" as const, "build" as const),
        target: fc.constantFrom(null, "cfg(unix)", "cfg(windows)"),
        optional: fc.boolean(),
        defaultFeatures: fc.boolean(),
        features: fc.constantFrom([], ["x"], ["x", "y"]),
        registry: fc.constantFrom(OWN, CRATES_IO),
      },
      { requiredKeys: [] },
    );
    let patch = 0;
    await fuzz(fc.tuple(said, edit), async ([it, change]) => {
      const vers = `1.0.${++patch}`;
      const told = { ...it, ...change };
      const deps = [inJson(told)];
      const toml = packageOf("foo", vers, inToml(it));
      const answer = await victim.put(bodySaying({ vers, deps }, toml));
      await victim.survives(answer);
      const same = JSON.stringify(told) === JSON.stringify(it);
      assertEquals<unknown>(
        answer.code ?? answer.status,
        same ? 200 : "manifest_disagrees",
        answer.text,
      );
    });
  }));

Deno.test("a publish of any Cargo.toml is refused, or says what the JSON says", () =>
  underAttack({}, async (victim) => {
    const line = fc.constantFrom(
      ...[
        "[package]",
        'name = "foo"',
        'version = "1.0.0"',
        "[features]",
        "a = []",
      ],
      ...[
        "[dependencies]",
        'bar = "1"',
        "[dependencies.bar]",
        "[[bin]]",
        "x = [",
      ],
      ...[
        "name.workspace = true",
        "[workspace]",
        "[patch.crates-io]",
        "\\",
        '"""',
      ],
      ...["[target.'cfg(unix)'.dependencies]", "__proto__ = {}", "[__proto__]"],
      ...[
        "links = 'z'",
        "rust-version = '1.70'",
        "package.name = 'evil'",
        "\0",
      ],
    );
    const lines = fc.array(line, { maxLength: 6 }).map((it) => it.join("\n"));
    const behind = lines.map((it) => `${packageOf("foo", "1.0.0")}${it}`);
    await fuzz(fc.oneof(behind, behind, lines, anyText), async (toml) => {
      await victim.survives(await victim.put(bodySaying({}, toml)));
    });
  }));
