import { parseCrateSpec } from "../../../cli/crate/spec.ts";
import { UsageError } from "../../../cli/exit.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";

function parse(name: string, version?: string): [string, string | null] {
  const spec = parseCrateSpec({ name, version });
  return [spec.crate, spec.version];
}

Deno.test("parseCrateSpec() takes a version by itself or behind the name", () => {
  assertEquals(parse("foo"), ["foo", null]);
  assertEquals(parse("foo", "1.0.0+a"), ["foo", "1.0.0+a"]);
  assertEquals(parse("foo@1.0.0+a"), ["foo", "1.0.0+a"]);
});

Deno.test("parseCrateSpec() refuses what is no name or no version", () => {
  assertRefuses(() => parse("../foo"), "crate_name_invalid");
  assertRefuses(() => parse("@1.0.0"), "crate_name_invalid");
  assertRefuses(() => parse("foo@"), "version_invalid");
  assertRefuses(() => parse("foo@1.0.0@1.0.1"), "version_invalid");
  assertRefuses(() => parse("foo", "1"), "version_invalid");
});

Deno.test("parseCrateSpec() refuses two versions", () => {
  try {
    parse("foo@1.0.0", "1.0.0");
  } catch (error) {
    assertTrue(error instanceof UsageError, String(error));
    return;
  }
  assertTrue(false, "nothing was refused");
});
