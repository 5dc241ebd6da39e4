/**
 * Rust projects for cargo to build: a manifest and a source, with what matters
 * to a test and nothing else.
 *
 * @module
 */

import type { ProjectFiles } from "./cargo.ts";

/** What a project may have besides its name. */
export interface ProjectParts {
  /** The version; `0.1.0` when left out. */
  readonly version?: string;
  /** More of `[package]`, as TOML lines. */
  readonly fields?: string;
  /** Whole tables of Cargo.toml, like `[dependencies]`. */
  readonly toml?: string;
  /** More files, by path. */
  readonly files?: ProjectFiles;
}

/** A dependency on a crate of the registry `palletizer`, as a value in TOML. */
export function on(requirement: string, more = ""): string {
  return `{ version = "${requirement}", registry = "palletizer"${more} }`;
}

/** A library crate with this source. */
export function aLibrary(
  name: string,
  source: string,
  parts: ProjectParts = {},
): ProjectFiles {
  return project(name, "src/lib.rs", source, parts);
}

/** A program that prints the value of a Rust expression. */
export function aProgram(
  name: string,
  expression: string,
  parts: ProjectParts = {},
): ProjectFiles {
  const source = `fn main() {\n    println!("{}", ${expression});\n}\n`;
  return project(name, "src/main.rs", source, parts);
}

/** A library whose one function `text()` answers a text. */
export function aTextLibrary(
  name: string,
  text: string,
  parts: ProjectParts = {},
): ProjectFiles {
  const source = `pub fn text() -> String {\n    "${text}".to_string()\n}\n`;
  return aLibrary(name, source, parts);
}

function project(
  name: string,
  sourcePath: string,
  source: string,
  parts: ProjectParts,
): ProjectFiles {
  const { version = "0.1.0", fields = "", toml = "", files = {} } = parts;
  const manifest = `[package]
name = "${name}"
version = "${version}"
edition = "2021"
description = "the crate ${name} of a test"
license = "MIT"
${fields}
${toml}
`;
  return { "Cargo.toml": manifest, [sourcePath]: source, ...files };
}
