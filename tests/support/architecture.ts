/**
 * The rules of the tree: who may import whom, and where effects may be.
 *
 * Pure: a rule takes a source and answers what breaks it. That the tree keeps
 * them, and that each can be broken, is tested in `architecture_test.ts`.
 *
 * @module
 */

import { posix } from "node:path";
import { lineAt, type SourceText } from "./source_text.ts";

/** A rule over the sources of `main.ts`, `lib/`, `server/` and `cli/`. */
export interface Rule {
  /** What holds where the rule is kept, as a sentence. */
  readonly says: string;
  /** What breaks the rule in a source, each with its line. */
  readonly problems: (source: SourceText) => string[];
}

/**
 * Files: a path that ends in `/` means the whole folder, any other one file.
 */
type Files = readonly string[];

/** What a room's files may import; the first room that has a file counts. */
interface Room {
  readonly files: Files;
  readonly may: Files;
  /** Modules of Node, for rooms that may not have all harmless ones. */
  readonly node?: readonly string[];
}

const REFUSALS: Files = ["lib/refusal.ts", "lib/limits.ts"];
const TOML = "lib/toml.ts";

const INDEX_DOCUMENTS: Files = [
  "lib/index/change_line.ts",
  "lib/index/config_json.ts",
  "lib/index/entry.ts",
  "lib/index/index_file.ts",
  "lib/index/own_urls.ts",
  "lib/index/path.ts",
];

/** What those who look after a whole registry work with. */
const UPKEEP: Files = [
  "lib/upkeep/",
  "lib/registry/",
  "lib/crate/",
  "lib/index/",
  "lib/git/",
  "lib/storage/",
  "lib/database/",
  "lib/config/",
  "lib/at_once.ts",
  "lib/clock.ts",
  ...REFUSALS,
];

const ROOMS: readonly Room[] = [
  { files: ["main.ts"], may: ["cli/mod.ts", "cli/io.ts"], node: [] },
  {
    files: ["cli/serve.ts", "cli/config_file.ts"],
    may: ["cli/", "lib/mod.ts", "server/mod.ts"],
  },
  {
    files: ["cli/version.ts", "cli/init.ts"],
    may: ["cli/", "lib/mod.ts", "deno.json", "palletizer.example.toml"],
  },
  { files: ["cli/io.ts"], may: [], node: ["node:fs"] },
  { files: ["cli/"], may: ["cli/", "lib/mod.ts"] },
  { files: ["server/"], may: ["server/", "lib/mod.ts"] },
  { files: ["lib/mod.ts", "lib/open.ts"], may: ["lib/"] },
  {
    files: [
      "lib/refusal.ts",
      "lib/limits.ts",
      "lib/clock.ts",
      "lib/text.ts",
      "lib/at_once.ts",
      TOML,
    ],
    may: [],
    node: [],
  },
  {
    files: ["lib/crate/"],
    may: ["lib/crate/", TOML, ...REFUSALS],
    node: ["node:crypto", "node:zlib", "node:timers"],
  },
  {
    files: INDEX_DOCUMENTS,
    may: [
      ...INDEX_DOCUMENTS,
      "lib/crate/",
      "lib/auth/identity.ts",
      ...REFUSALS,
    ],
    node: [],
  },
  {
    files: ["lib/index/"],
    may: [
      "lib/index/",
      "lib/git/",
      "lib/storage/lock.ts",
      "lib/crate/",
      "lib/auth/identity.ts",
      "lib/clock.ts",
      ...REFUSALS,
    ],
  },
  { files: ["lib/git/"], may: ["lib/git/", ...REFUSALS] },
  {
    files: ["lib/storage/"],
    may: ["lib/storage/", "lib/crate/", "lib/clock.ts", ...REFUSALS],
  },
  {
    files: ["lib/database/"],
    may: [
      "lib/database/",
      "lib/storage/file_system.ts",
      "lib/crate/",
      "lib/auth/",
      ...REFUSALS,
    ],
  },
  { files: ["lib/event.ts"], may: ["lib/crate/", "lib/auth/", ...REFUSALS] },
  { files: ["lib/auth/"], may: ["lib/auth/", "lib/crate/", ...REFUSALS] },
  {
    files: ["lib/config/"],
    may: [
      "lib/config/",
      "lib/crate/dependency.ts",
      "lib/crate/required_metadata.ts",
      TOML,
      ...REFUSALS,
    ],
  },
  {
    files: ["lib/registry/registry.ts"],
    may: [
      "lib/upkeep/",
      "lib/registry/",
      "lib/crate/",
      "lib/index/",
      "lib/git/",
      "lib/storage/",
      "lib/database/",
      "lib/auth/",
      "lib/config/",
      ...REFUSALS,
    ],
    node: [],
  },
  {
    files: ["lib/upkeep/free_space.ts"],
    may: [],
    node: ["node:fs/promises"],
  },
  {
    files: ["lib/upkeep/repair.ts"],
    may: ["lib/open.ts", ...UPKEEP],
    node: ["node:path"],
  },
  { files: ["lib/upkeep/"], may: UPKEEP, node: ["node:path"] },
  {
    files: ["lib/registry/"],
    may: [
      "lib/registry/",
      "lib/crate/",
      "lib/index/",
      "lib/git/",
      "lib/storage/",
      "lib/database/",
      "lib/auth/",
      "lib/config/",
      "lib/at_once.ts",
      "lib/event.ts",
      "lib/clock.ts",
      ...REFUSALS,
    ],
    node: [],
  },
];

/** Modules of Node that compute and touch nothing. */
const HARMLESS_NODE: readonly string[] = [
  "node:buffer",
  "node:crypto",
  "node:path",
  "node:timers",
  "node:timers/promises",
  "node:url",
  "node:util",
  "node:zlib",
];

/** What opens databases. */
const SQLITE: Files = [
  "lib/database/database.ts",
  "lib/database/opening.ts",
  "lib/database/whole_database.ts",
];

/** Each library of npm stays behind these files. */
const LIBRARIES: Readonly<Record<string, Files>> = {
  "smol-toml": [TOML],
  "semver": ["lib/crate/version.ts"],
  "@optique/core": ["cli/parser.ts"],
  "hono": ["server/"],
};

/** The rim: the files that touch files, processes and the machine. */
const RIM: Files = [
  "main.ts",
  "cli/config_file.ts",
  "cli/crate_files.ts",
  "cli/init.ts",
  "cli/io.ts",
  "cli/serve.ts",
  "lib/database/database.ts",
  "lib/database/database_file.ts",
  "lib/database/opening.ts",
  "lib/database/whole_database.ts",
  "lib/git/",
  "lib/storage/",
  "server/listener.ts",
];

/** All rules, in the order in which ARCHITECTURE.md gives them. */
export const RULES: readonly Rule[] = [
  {
    says: "a file imports only what its room may import",
    problems: (source) =>
      source.imports.flatMap(({ specifier, line }) => {
        const problem = importProblem(source.path, specifier);
        return problem === null ? [] : [`line ${line}: ${problem}`];
      }),
  },
  onlyIn(
    "`Deno` and `process`",
    /(?<![\w$.])(?:Deno|process)\b/,
    RIM,
    "the rim",
  ),
  onlyIn("globals under another name", /(?<![\w$.])globalThis\b/, []),
  onlyIn("processes", /\bDeno\s*\.\s*Command\b/, ["lib/git/"]),
  onlyIn("the end of the process", /\bDeno\s*\.\s*exit\w*\b/, [
    "main.ts",
    "cli/io.ts",
  ]),
  onlyIn(
    "the network",
    /(?<![\w$.])(?:fetch\s*\(|WebSocket\b|EventSource\b)|\bDeno\s*\.\s*(?:connect|listen|serve|resolveDns|createHttpClient)/,
    ["server/"],
  ),
  onlyIn(
    "the present time",
    /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())|(?<![\w$.]|new\s+)Date\s*\(|\bperformance\b|\bTemporal\b/,
    ["lib/clock.ts", "server/middleware/access_log.ts"],
  ),
  onlyIn(
    "randomness",
    /\bMath\s*\.\s*random\b|(?<![\w$.])crypto\s*\.|\brandom(?:UUID|Bytes|Int|Fill)\b|\bgetRandomValues\b/,
    [
      "lib/auth/token.ts",
      "lib/index/repository.ts",
      "server/middleware/request_id.ts",
    ],
  ),
  onlyIn(
    "the console",
    /(?<![\w$.])(?:console|alert|confirm|prompt)\b\s*[.(]/,
    [
      "cli/io.ts",
      "server/event_log.ts",
    ],
  ),
  onlyIn(
    "an HTTP status or response",
    /\b\w*status\w*\b[^;\n]{0,30}?\b[2-5]\d\d\b|\bResponse\s*[.(]/i,
    ["server/"],
  ),
  {
    says: "SQL is only in lib/database/",
    problems: (source) =>
      isIn(source.path, ["lib/database/"]) ? [] : source.strings
        .filter(({ value }) => SQL.test(value.replaceAll(/\\./g, " ")))
        .map(({ start, value }) =>
          `line ${lineAt(source.code, start)}: ${value.trim().slice(0, 40)}`
        ),
  },
];

const SQL =
  /^\s*(?:SELECT\s[^]*\bFROM\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|REPLACE\s+INTO\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|(?:CREATE|ALTER|DROP)\s+(?:VIRTUAL\s+|UNIQUE\s+|TEMP\s+)?(?:TABLE|INDEX|TRIGGER|VIEW)\b|PRAGMA\s|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)\b)/i;

/** A rule that something occurs in the code of these files alone. */
function onlyIn(
  what: string,
  pattern: RegExp,
  files: Files,
  where: string = files.join(", "),
): Rule {
  return {
    says: `${what}: ${where === "" ? "nowhere" : `only in ${where}`}`,
    problems: ({ path, code }) =>
      isIn(path, files) ? [] : Array.from(
        code.matchAll(new RegExp(pattern, `g${pattern.flags}`)),
        (match) => `line ${lineAt(code, match.index)}: ${match[0]}`,
      ),
  };
}

/** Why `path` may not import `specifier`; `null` if it may. */
function importProblem(path: string, specifier: string | null): string | null {
  if (specifier === null) return "a computed import cannot be checked";
  const room = ROOMS.find((it) => isIn(path, it.files));
  if (room === undefined) return "this file is in no room of the table";
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    return isIn(target, room.may) ? null : `may not import ${target}`;
  }
  if (specifier.startsWith("node:")) {
    if (specifier === "node:sqlite" && isIn(path, SQLITE)) return null;
    const may = room.node ?? HARMLESS_NODE;
    return may.includes(specifier) ? null : `may not import ${specifier}`;
  }
  const library = Object.keys(LIBRARIES)
    .find((it) => specifier === it || specifier.startsWith(`${it}/`));
  if (library === undefined) return `${specifier} is no library of the table`;
  const may = isIn(path, LIBRARIES[library] ?? []);
  return may ? null : `${specifier} stays behind its own file`;
}

function isIn(path: string, files: Files): boolean {
  return files.some((it) =>
    it.endsWith("/") ? path.startsWith(it) : path === it
  );
}

/** What tells of one machine, or of papers that are not in the project. */
const NOT_OURS: readonly [pattern: RegExp, why: string][] = [
  [
    /(?<![\w.}])\/(?:home|root|work|opt|mnt|Users)\/\w/,
    "a path of one machine",
  ],
  [/\.\.\/shared\b/, "a folder outside the project"],
  [
    /npm_(?:config)_|PIP_(?:INDEX|FIND)|index[-]url|extra[-]index|\bmirrors?\.\w/i,
    "a package mirror",
  ],
  [
    /\b(?:contract|house|rooms|style|git-index|deno-facts|cargo-protocol)\.md\b/,
    "a paper that is not in the project",
  ],
];

/**
 * What in a file of any kind speaks of something else than the project.
 *
 * Only `.ci/run` may look beside the project, for a part of the compiler.
 */
export function foreignWords(path: string, text: string): string[] {
  return NOT_OURS.flatMap(([pattern, why]) => {
    if (path === ".ci/run" && why === "a folder outside the project") return [];
    return Array.from(
      text.matchAll(new RegExp(pattern, `g${pattern.flags}`)),
      (match) => `line ${lineAt(text, match.index)}: ${match[0]} (${why})`,
    );
  });
}
