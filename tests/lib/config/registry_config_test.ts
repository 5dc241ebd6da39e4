import { ConfigReader } from "../../../lib/config/reader.ts";
import {
  readRegistryConfig,
  type RegistryConfig,
} from "../../../lib/config/registry_config.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { assertEquals } from "../../support/assert.ts";
import { wrongKeys } from "../../support/problems.ts";

function read(text: string): RegistryConfig {
  const config = ConfigReader.parse({
    file: "palletizer.toml",
    folder: "/etc/palletizer",
    text,
  });
  const registry = readRegistryConfig(config);
  config.finish();
  return registry;
}

Deno.test("readRegistryConfig() gives the built-in default for an empty file", () => {
  assertEquals(read(""), {
    dataFolder: "/etc/palletizer/palletizer-data",
    url: "http://127.0.0.1:7171",
    formerUrls: [],
    name: "palletizer",
    allowedRegistries: ["https://github.com/rust-lang/crates.io-index"],
    requiredFields: [],
    dl: "http://127.0.0.1:7171/crates/{crate}/{crate}-{version}.crate",
    authRequired: false,
    limits: DEFAULT_LIMITS,
  });
});

Deno.test("readRegistryConfig() reads every key", () => {
  const config = read(`
    data = "/srv/palletizer"
    url = "https://crates.example.com/rust/"
    former_urls = ["sparse+https://old.example.com/index/"]
    [registry]
    name = "acme"
    allowed_registries = []
    require = ["description", "license"]
    dl = "https://static.example.com/{crate}-{version}.crate"
    [limits]
    crate_file = "5 MiB"
    unpacked = "50 MiB"
    index_cache = "1 GiB"
    uploads_in_flight = "1 GiB"
    git_clones = 9
  `);
  assertEquals(config, {
    dataFolder: "/srv/palletizer",
    url: "https://crates.example.com/rust",
    formerUrls: ["sparse+https://old.example.com/index/"],
    name: "acme",
    allowedRegistries: [],
    requiredFields: ["description", "license"],
    dl: "https://static.example.com/{crate}-{version}.crate",
    authRequired: false,
    limits: {
      ...DEFAULT_LIMITS,
      crateFileBytesMax: 5 * 1024 ** 2,
      unpackedBytesMax: 50 * 1024 ** 2,
      indexCacheBytesMax: 1024 ** 3,
      uploadsInFlightBytesMax: 1024 ** 3,
      gitClonesMax: 9,
    },
  });
});

const FOLDERS: [data: string, folder: string, why: string][] = [
  ["data", "/etc/palletizer/data", "from the file's folder"],
  ["../data", "/etc/data", "upwards"],
  ["./a//b/", "/etc/palletizer/a/b", "tidied"],
  ["/srv/a/../b", "/srv/b", "absolute"],
];
for (const [data, folder, why] of FOLDERS) {
  Deno.test(`readRegistryConfig() puts data ${data} at ${folder} (${why})`, () => {
    assertEquals(read(`data = "${data}"`).dataFolder, folder);
  });
}

Deno.test("readRegistryConfig() derives `dl` from `url` unless it is given", () => {
  assertEquals(
    read('url = "https://example.com/rust/"').dl,
    "https://example.com/rust/crates/{crate}/{crate}-{version}.crate",
  );
});

const WRONG: [text: string, keyPath: string, why: string][] = [
  ['data = ""', "data", "no path"],
  ['data = "a\\u0000b"', "data", "a NUL in a path"],
  ["data = 1", "data", "a number"],
  ['url = "ftp://example.com"', "url", "cargo speaks http"],
  ['former_urls = ["old"]', "former_urls[0]", "no URL"],
  ['[registry]\nname = "crates-io"', "registry.name", "cargo's own"],
  ['[registry]\nname = "a.b"', "registry.name", "a dot"],
  ['[registry]\nname = "1a"', "registry.name", "a digit first"],
  ['[registry]\nname = ""', "registry.name", "empty"],
  [`[registry]\nname = "${"x".repeat(65)}"`, "registry.name", "too long"],
  ['[registry]\nname = "a\\n"', "registry.name", "a newline"],
  [
    '[registry]\nallowed_registries = "all"',
    "registry.allowed_registries",
    "no list",
  ],
  ['[registry]\nrequire = ["name"]', "registry.require[0]", "there always"],
  ['[registry]\ndl = "/crates"', "registry.dl", "relative"],
  ['[limits]\ncrate_file = "1023 B"', "limits.crate_file", "too small"],
  ['[limits]\ncrate_file = "3 GiB"', "limits.crate_file", "too large"],
  ["[limits]\ncrate_file = 1048576", "limits.crate_file", "no unit"],
  ['[limits]\nunpacked = "65 GiB"', "limits.unpacked", "too large"],
  ['[limits]\nindex_cache = "0 B"', "limits.index_cache", "none at all"],
  [
    '[limits]\nuploads_in_flight = "1 KiB"',
    "limits.uploads_in_flight",
    "less than any upload",
  ],
  ["[limits]\ngit_clones = 0", "limits.git_clones", "none at all"],
  ["[limits]\ngit_clones = 1.5", "limits.git_clones", "no whole number"],
  ['[limits]\ngit_clones = "4"', "limits.git_clones", "a text"],
  ["[[listner]]", "listner", "a key of nobody"],
  ["[registry]\nurl = 'http://a'", "registry.url", "a key in the wrong table"],
];
for (const [text, keyPath, why] of WRONG) {
  Deno.test(`readRegistryConfig() refuses ${JSON.stringify(text)} (${why})`, () => {
    assertEquals(wrongKeys(() => read(text)), [keyPath]);
  });
}
