import {
  compareVersions,
  isPrerelease,
  parseCrateVersion,
  withoutBuildMetadata,
} from "../../../lib/crate/version.ts";
import { VERSIONS_INVALID } from "../../hostile/versions/versions.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const VALID: [version: string, why: string][] = [
  ["0.0.0", "the smallest"],
  ["1.2.3-rc.1+b.5", "a pre-release with build metadata"],
  ["1.0.0+001", "build metadata may have leading zeros"],
  ["1.0.0--", "a pre-release may be a hyphen"],
  ["9007199254740991.0.0", "the largest number that is exact"],
];
for (const [version, why] of VALID) {
  Deno.test(`parseCrateVersion() takes ${version} (${why})`, () => {
    assertEquals(parseCrateVersion(version) as string, version);
  });
}

for (const [version, why] of VERSIONS_INVALID) {
  Deno.test(`parseCrateVersion() refuses ${JSON.stringify(version)} (${why})`, () => {
    assertRefuses(() => parseCrateVersion(version), "version_invalid");
  });
}

Deno.test("compareVersions() orders by SemVer", () => {
  const ordered = [
    "0.9.0",
    "1.0.0-alpha",
    "1.0.0-alpha.2",
    "1.0.0-alpha.10",
    "1.0.0",
    "1.0.0+a",
    "1.10.0",
  ]
    .map(parseCrateVersion);
  assertEquals([...ordered].reverse().sort(compareVersions), ordered);
});

Deno.test("compareVersions() loses no digit of a long pre-release number", () => {
  const earlier = parseCrateVersion("1.0.0-20260101123456788");
  const later = parseCrateVersion("1.0.0-20260101123456789");
  assertEquals(Math.sign(compareVersions(earlier, later)), -1);
});

Deno.test("withoutBuildMetadata() drops what is behind `+` and nothing else", () => {
  assertEquals(
    withoutBuildMetadata(parseCrateVersion("1.0.0-a+b-c")) as string,
    "1.0.0-a",
  );
  assertEquals(
    withoutBuildMetadata(parseCrateVersion("1.0.0")) as string,
    "1.0.0",
  );
});

Deno.test("isPrerelease() is not fooled by a hyphen in build metadata", () => {
  assertEquals(isPrerelease(parseCrateVersion("1.0.0+a-b")), false);
  assertEquals(isPrerelease(parseCrateVersion("1.0.0-a")), true);
});
