/**
 * The categories of crates.io: cargo's documentation sends authors there for
 * them, and nobody else keeps such a list.
 *
 * Pure. A category that is not among them is no reason to refuse a version:
 * crates.io adds to its list, and pages show whatever an author wrote.
 *
 * @see https://crates.io/category_slugs
 * @module
 */

/** Each category with those below it, which are named `above::below`. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  "accessibility": [],
  "aerospace": [
    "drones",
    "protocols",
    "simulation",
    "space-protocols",
    "unmanned-aerial-vehicles",
  ],
  "algorithms": [],
  "api-bindings": [],
  "asynchronous": [],
  "authentication": [],
  "automotive": [],
  "caching": [],
  "command-line-interface": [],
  "command-line-utilities": [],
  "compilers": [],
  "compression": [],
  "computer-vision": [],
  "concurrency": [],
  "config": [],
  "cryptography": ["cryptocurrencies"],
  "data-structures": [],
  "database": [],
  "database-implementations": [],
  "date-and-time": [],
  "development-tools": [
    "build-utils",
    "cargo-plugins",
    "debugging",
    "ffi",
    "procedural-macro-helpers",
    "profiling",
    "testing",
  ],
  "email": [],
  "embedded": [],
  "emulators": [],
  "encoding": [],
  "external-ffi-bindings": [],
  "filesystem": [],
  "finance": [],
  "game-development": [],
  "game-engines": [],
  "games": [],
  "graphics": [],
  "gui": [],
  "hardware-support": [],
  "internationalization": [],
  "localization": [],
  "mathematics": [],
  "memory-management": [],
  "multimedia": ["audio", "encoding", "images", "video"],
  "network-programming": [],
  "no-std": ["no-alloc"],
  "os": [
    "android-apis",
    "freebsd-apis",
    "linux-apis",
    "macos-apis",
    "unix-apis",
    "windows-apis",
  ],
  "parser-implementations": [],
  "parsing": [],
  "rendering": ["data-formats", "engine", "graphics-api"],
  "rust-patterns": [],
  "science": [
    "bioinformatics",
    "bioinformatics::genomics",
    "bioinformatics::proteomics",
    "bioinformatics::sequence-analysis",
    "bioinformatics::structural",
    "chemistry",
    "chemistry::informatics",
    "chemistry::physical",
    "geo",
    "neuroscience",
    "robotics",
  ],
  "security": [],
  "simulation": [],
  "template-engine": [],
  "text-editors": [],
  "text-processing": [],
  "value-formatting": [],
  "virtualization": [],
  "visualization": [],
  "wasm": [],
  "web-programming": ["http-client", "http-server", "websocket"],
};

/** All categories as a Cargo.toml spells them. */
export const CATEGORY_SLUGS: ReadonlySet<string> = new Set(
  Object.entries(CATEGORIES).flatMap(([above, all]) => [
    above,
    ...all.map((below) => `${above}::${below}`),
  ]),
);

/** Those of an author's categories that crates.io does not have, each once. */
export function unknownCategories(categories: readonly string[]): string[] {
  return [...new Set(categories)].filter((it) => !CATEGORY_SLUGS.has(it));
}
