import { ConfigReader } from "../../lib/mod.ts";
import {
  BUILT_IN,
  indexUrlsOf,
  isAuthRequired,
  readServerConfig,
  type ServerConfig,
  usesTokens,
} from "../../server/server_config.ts";
import { assertEquals } from "../support/assert.ts";
import { wrongKeys } from "../support/problems.ts";

const URL_OF_ALL = "https://crates.example.com";

function read(text: string): ServerConfig {
  const config = ConfigReader.parse({ file: "p.toml", folder: "/srv", text });
  const server = readServerConfig(config, URL_OF_ALL);
  config.finish();
  return server;
}

const LISTENER = '[[listener]]\nread = "anyone"\npublish = "nobody"\n';

Deno.test("readServerConfig() gives no listener for an empty file", () => {
  assertEquals(read(""), {
    listeners: [],
    log: { level: "info", format: "text", access: "changes" },
  });
});

Deno.test("readServerConfig() gives a listener of which nothing is said to users alone", () => {
  assertEquals(read("[[listener]]").listeners, [{
    bind: { hostname: "127.0.0.1", port: 7171 },
    url: URL_OF_ALL,
    read: "token",
    publish: "token",
  }]);
});

Deno.test("readServerConfig() without a file shows all to everybody and takes from users", () => {
  const config = ConfigReader.empty("/srv", BUILT_IN);
  const { listeners } = readServerConfig(config, URL_OF_ALL);
  config.finish();
  assertEquals(listeners, [{
    bind: { hostname: "127.0.0.1", port: 7171 },
    url: URL_OF_ALL,
    read: "anyone",
    publish: "token",
  }]);
  assertEquals(config.settings.map(({ file }) => file).join(""), "");
});

const POLICIES: [text: string, auth: boolean, tokens: boolean][] = [
  ["", false, false],
  [LISTENER, false, false],
  ['[[listener]]\nread = "anyone"', false, true],
  ['[[listener]]\npublish = "nobody"', true, true],
  [`${LISTENER}bind = "a:1"\n[[listener]]`, true, true],
];
for (const [text, auth, tokens] of POLICIES) {
  Deno.test(`${JSON.stringify(text)} needs a token to read: ${auth}, has use for one: ${tokens}`, () => {
    const config = read(text);
    assertEquals([isAuthRequired(config), usesTokens(config)], [auth, tokens]);
  });
}

Deno.test("readServerConfig() reads every key", () => {
  const config = read(`
    [log]
    level = "warn"
    format = "json"
    access = "all"
    [[listener]]
    bind = "[::1]:80"
    url = "http://localhost/rust/"
    read = "anyone"
    publish = "anyone"
    [[listener]]
    bind = "10.0.0.1:80"
    read = "anyone"
    publish = "nobody"
  `);
  assertEquals(config, {
    log: { level: "warn", format: "json", access: "all" },
    listeners: [
      {
        bind: { hostname: "::1", port: 80 },
        url: "http://localhost/rust",
        read: "anyone",
        publish: "anyone",
      },
      {
        bind: { hostname: "10.0.0.1", port: 80 },
        url: URL_OF_ALL,
        read: "anyone",
        publish: "nobody",
      },
    ],
  });
  assertEquals(indexUrlsOf(config), [
    "http://localhost/rust/index/",
    "http://localhost/index/",
    "https://crates.example.com/index/",
    "https://crates.example.com/index/",
  ]);
});

const WRONG: [text: string, keyPaths: string[], why: string][] = [
  [
    '[[listener]]\nread = "nobody"\npublish = "nobody"',
    ["listener[0].read"],
    "what nobody may read needs no listener",
  ],
  ['[[listener]]\npublish = "all"', ["listener[0].publish"], "no policy"],
  [`${LISTENER}bind = "localhost"`, ["listener[0].bind"], "no port"],
  [`${LISTENER}bind = 7171`, ["listener[0].bind"], "a number"],
  [`${LISTENER}url = "crates"`, ["listener[0].url"], "no URL"],
  [`${LISTENER}tls = {}`, ["listener[0].tls"], "an unknown key"],
  [`${LISTENER}networks = []`, ["listener[0].networks"], "an unknown key"],
  [
    `${LISTENER}bind = "a:1"\n${LISTENER}bind = "A:1"`,
    ["listener[1].bind"],
    "the same address twice",
  ],
  [`[listener]\nread = "anyone"`, ["listener"], "one table, no list"],
  ['[log]\nlevel = "debug"', ["log.level"], "a level that there is not"],
  ['[log]\nformat = "xml"', ["log.format"], "a format that there is not"],
  ["[log]\naccess = true", ["log.access"], "no word"],
  ["[log]\nfile = 'x'", ["log.file"], "an unknown key"],
];
for (const [text, keyPaths, why] of WRONG) {
  Deno.test(`readServerConfig() refuses ${JSON.stringify(text)} (${why})`, () => {
    assertEquals<unknown>(wrongKeys(() => read(text)), keyPaths);
  });
}

Deno.test("readServerConfig() lets the system choose several ports", () => {
  const two = `${LISTENER}bind = "a:0"\n${LISTENER}bind = "a:0"`;
  assertEquals(read(two).listeners.length, 2);
});
