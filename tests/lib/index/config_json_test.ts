import {
  encodeConfigJson,
  type IndexConfig,
  saysAuthRequired,
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
    assertEquals(saysAuthRequired(text), config.authRequired);
  });
}

const PUSHED: [text: string, auth: boolean, why: string][] = [
  ["", false, "nothing"],
  ["no JSON", false, "no JSON"],
  ["null", false, "no object"],
  ['{"auth-required":"yes"}', false, "no boolean"],
  ['{ "auth-required" : true }', true, "another spelling of the same"],
];
for (const [text, auth, why] of PUSHED) {
  Deno.test(`saysAuthRequired() reads what others push: ${text} (${why})`, () => {
    assertEquals(saysAuthRequired(text), auth);
  });
}
