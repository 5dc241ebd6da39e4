/**
 * Another front end than the command line: what it takes to build one, which is
 * one import.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import {
  canonicalCrateName,
  ConfigProblems,
  ConfigReader,
  initRegistry,
  isRefusal,
  openRegistry,
  OPERATOR,
  parseCrateName,
  parseCrateVersion,
  readRegistryConfig,
  type Registry,
  type RegistryEvent,
  SYSTEM_CLOCK,
} from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { readSource } from "../support/source_text.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A registry that understands `add`, `list`, `show`, `yank` and `remove`. */
class FrontEnd implements AsyncDisposable {
  readonly #registry: Registry;
  readonly log: string[];

  private constructor(registry: Registry, log: string[]) {
    this.#registry = registry;
    this.log = log;
  }

  /** Makes a registry in a folder, as a text configures it, and opens it. */
  static async start(folder: string, text: string): Promise<FrontEnd> {
    const file = `${folder}/front_end.toml`;
    const reader = ConfigReader.parse({ file, folder, text });
    const config = readRegistryConfig(reader);
    reader.finish();
    await initRegistry(config);
    const log: string[] = [];
    const emit = (event: RegistryEvent) => log.push(toLogLine(event));
    const options = { clock: SYSTEM_CLOCK, emit };
    return new FrontEnd(await openRegistry(config, options), log);
  }

  /** Answers a question; what the registry refuses is an answer as well. */
  async ask(verb: string, ...words: string[]): Promise<string> {
    try {
      return await this.#answer(verb, words);
    } catch (error) {
      if (isRefusal(error, "crate_not_found")) {
        return `no ${error.facts.crate} here`;
      }
      if (isRefusal(error)) return `refused: ${error.code}`;
      throw error;
    }
  }

  /** Publishes a crate file. */
  async add(label: string, bytes: Uint8Array): Promise<string> {
    const files = [{ label, read: () => ReadableStream.from([bytes]) }];
    const told: string[] = [];
    for await (
      const it of this.#registry.addCrateFiles({ by: OPERATOR, files })
    ) {
      told.push(
        it.outcome === "refused"
          ? `${it.label} is refused: ${it.refusal.code}`
          : `${it.crate} ${it.version} is ${it.outcome}`,
      );
    }
    return told.join("\n");
  }

  async #answer(verb: string, words: string[]): Promise<string> {
    if (verb === "list") {
      const page = { query: words.join(" "), limit: 10, offset: 0 };
      const { total, crates } = await this.#registry.list(page);
      return `${total}: ${
        crates.map(({ name, newestVersion }) => `${name} ${newestVersion}`)
      }`;
    }
    const [name = "", version = ""] = words;
    const crate = parseCrateName(name);
    if (verb === "show") {
      const { versions, description } = await this.#registry.show(crate);
      return `${description}: ${
        versions.map((it) => it.yanked ? `(${it.version})` : it.version)
      }`;
    }
    const asked = {
      ...{ by: OPERATOR, crate },
      version: parseCrateVersion(version),
    };
    if (verb === "remove") {
      const { versions } = await this.#registry.remove(asked);
      return `${versions} is gone`;
    }
    await this.#registry[verb === "yank" ? "yank" : "unyank"](asked);
    return "done";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.close();
  }
}

function toLogLine(event: RegistryEvent): string {
  switch (event.kind) {
    case "published":
    case "yanked":
    case "unyanked":
      return `${event.kind} ${canonicalCrateName(event.crate)}`;
    case "removed":
      return `removed ${event.versions.length}`;
    default:
      return event.kind;
  }
}

Deno.test("a front end is built on lib/mod.ts alone", async () => {
  await using folder = await tempFolder();
  await using frontEnd = await FrontEnd.start(folder.path, 'data = "here"\n');
  const crate = aCrate("Tiny-Parser").with({ description: "Parses." });
  const bytes = crate.bytes();
  const label = "tiny.crate";
  const dialogue: [answer: string, expected: string][] = [
    [await frontEnd.ask("list"), "0: "],
    [await frontEnd.add(label, bytes), "Tiny-Parser 1.0.0 is added"],
    [
      await frontEnd.add(label, bytes),
      "tiny.crate is refused: version_exists",
    ],
    [await frontEnd.ask("list", "parse"), "1: Tiny-Parser 1.0.0"],
    [await frontEnd.ask("yank", "tiny_parser", "1.0.0"), "done"],
    [await frontEnd.ask("show", "tiny_parser"), "Parses.: (1.0.0)"],
    [await frontEnd.ask("unyank", "tiny_parser", "1.0.0"), "done"],
    [
      await frontEnd.ask("remove", "tiny_parser", "2.0.0"),
      "refused: version_not_found",
    ],
    [
      await frontEnd.ask("remove", "tiny parser", "1"),
      "refused: crate_name_invalid",
    ],
    [await frontEnd.ask("remove", "tiny-parser", "1.0.0"), "1.0.0 is gone"],
    [await frontEnd.ask("show", "Tiny-Parser"), "no Tiny-Parser here"],
  ];
  for (const [answer, expected] of dialogue) assertEquals(answer, expected);
  assertEquals(frontEnd.log, [
    "published tiny_parser",
    "yanked tiny_parser",
    "unyanked tiny_parser",
    "removed 1",
  ]);
  const kept = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
  assertEquals(kept, ["here"]);
});

Deno.test("a front end is told all that is wrong with its configuration", async () => {
  await using folder = await tempFolder();
  const text = 'data = 1\nurls = "http://127.0.0.1"\n';
  await FrontEnd.start(folder.path, text).then(
    () => assertTrue(false, "nothing was wrong"),
    (error) => {
      assertTrue(error instanceof ConfigProblems, String(error));
      assertEquals(error.problems.map(({ keyPath }) => keyPath), [
        "data",
        "urls",
      ]);
    },
  );
  assertEquals(Array.from(Deno.readDirSync(folder.path)), []);
});

Deno.test("this front end imports nothing else of the library", async () => {
  const path = fileURLToPath(import.meta.url);
  const { imports } = readSource(path, await Deno.readTextFile(path));
  const inner = imports.map(({ specifier }) => specifier ?? "computed")
    .filter((it) => it.includes("lib/") && !it.includes("/support/"));
  assertEquals(inner, ["../../lib/mod.ts"]);
});
