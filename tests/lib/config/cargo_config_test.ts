import {
  gitLines,
  type NamedRegistry,
  sparseLines,
  tokenVariable,
} from "../../../lib/config/cargo_config.ts";
import { parseToml } from "../../../lib/config/toml.ts";
import { assertEquals } from "../../support/assert.ts";

const OPEN: NamedRegistry = {
  name: "my-crates",
  url: "https://crates.example.com/rust",
  needsToken: false,
};
const CLOSED: NamedRegistry = { ...OPEN, needsToken: true };

const LINES: [text: string, lines: string[], why: string][] = [
  [
    sparseLines(OPEN),
    ['index = "sparse+https://crates.example.com/rust/index/"'],
    "the sparse index, with its slash",
  ],
  [
    gitLines(OPEN),
    ['index = "https://crates.example.com/rust/index"'],
    "the git index, without one",
  ],
  [
    sparseLines(CLOSED),
    [
      'index = "sparse+https://crates.example.com/rust/index/"',
      'credential-provider = ["cargo:token"]',
    ],
    "cargo reads no registry with tokens unless it has a provider",
  ],
  [
    gitLines(CLOSED),
    [
      'index = "https://crates.example.com/rust/index"',
      'credential-provider = ["cargo:token"]',
    ],
    "by git too, since crate files take the token",
  ],
];
for (const [text, lines, why] of LINES) {
  Deno.test(`cargo's configuration says ${lines.join(", ")} (${why})`, () => {
    assertEquals(text, `${["[registries.my-crates]", ...lines].join("\n")}\n`);
    parseToml(text, "config.toml");
  });
}

Deno.test("tokenVariable() spells a name as cargo does", () => {
  assertEquals(tokenVariable(OPEN), "CARGO_REGISTRIES_MY_CRATES_TOKEN");
});
