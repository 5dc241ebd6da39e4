import type { PublishMetadata } from "../../../lib/crate/publish_metadata.ts";
import {
  REQUIRABLE_FIELDS,
  type RequirableField,
  requireFields,
} from "../../../lib/crate/required_metadata.ts";
import { parseManifest } from "../../../lib/crate/manifest.ts";
import { assertRefuses } from "../../support/assert.ts";

const BARE = '[package]\nname = "foo"\nversion = "1.0.0"\n';

function metadata(fields: string): PublishMetadata {
  return parseManifest(BARE + fields);
}

const SAID: [field: RequirableField, text: string][] = [
  ["description", 'description = "d"'],
  ["license", 'license = "MIT"'],
  ["license", 'license-file = "LICENSE"'],
  ["homepage", 'homepage = "https://a.example"'],
  ["documentation", 'documentation = "https://a.example"'],
  ["repository", 'repository = "https://a.example"'],
  ["readme", 'readme = "README.md"'],
  ["keywords", 'keywords = ["a"]'],
  ["categories", 'categories = ["parsing"]'],
];
for (const [field, text] of SAID) {
  Deno.test(`requireFields() is content with \`${text}\` where ${field} is required`, () => {
    requireFields(metadata(text), [field]);
  });
}

for (const field of REQUIRABLE_FIELDS) {
  Deno.test(`requireFields() refuses a version that says nothing of its ${field}`, () => {
    const facts = { field: `package.${field}` };
    const act = () => requireFields(metadata(""), [field]);
    assertRefuses(act, "metadata_invalid", facts);
  });
}

Deno.test("requireFields() takes blanks for nothing, and insists on nothing by itself", () => {
  const blank = metadata('description = " "');
  assertRefuses(
    () => requireFields(blank, ["license", "description"]),
    "metadata_invalid",
    { field: "package.license" },
  );
  assertRefuses(
    () => requireFields(blank, ["description"]),
    "metadata_invalid",
  );
  requireFields(blank, []);
});
