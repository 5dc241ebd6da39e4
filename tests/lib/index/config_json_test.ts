import {
  encodeConfigJson,
  type IndexConfig,
} from "../../../lib/index/config_json.ts";
import { assertEquals } from "../../support/assert.ts";

const dl = "https://a.example/crates/{crate}/{crate}-{version}.crate";
const api = "https://a.example";

const CONFIGS: [config: IndexConfig, text: string, why: string][] = [
  [
    { dl, api, authRequired: true },
    `{"dl":"${dl}","api":"${api}","auth-required":true}\n`,
    "all of it",
  ],
  [
    { dl, api, authRequired: false },
    `{"dl":"${dl}","api":"${api}"}\n`,
    "reading is free",
  ],
  [{ dl, api: null, authRequired: false }, `{"dl":"${dl}"}\n`, "no web API"],
];
for (const [config, text, why] of CONFIGS) {
  Deno.test(`encodeConfigJson() writes what cargo reads (${why})`, () => {
    assertEquals(encodeConfigJson(config), text);
  });
}
