/**
 * Looks at every crate of the index, as of one commit, some at a time and none
 * of them kept.
 *
 * A crate at which something seems to be wrong is looked at again under the
 * write lock, as of the tip by then: what is published or removed meanwhile is
 * never taken for damage.
 *
 * @module
 */

import { AtOnce } from "../../at_once.ts";
import type { CrateName } from "../../crate/name.ts";
import { GitFailure } from "../../git/child.ts";
import {
  countTreeFiles,
  readTreeFiles,
  type TreeFile,
} from "../../git/tree_files.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import { pause } from "../pause.ts";
import { askingLong, isOfDatabase } from "./asking.ts";
import {
  confirmCrate,
  readCrate,
  type Reading,
  seeCrate,
  toReading,
} from "./crate.ts";
import { checkCrateFolders, isInIndex } from "./crate_files.ts";
import { checkStrayRows } from "./derived_rows.ts";
import { checkClosedCrates, checkOwnedCrates } from "./people_rows.ts";
import { SeenCrates } from "./seen_crates.ts";

/** Crates that are looked at between two pauses: some milliseconds. */
const SLICE = 64;

/** Crates that are read side by side: disks like it, and so do cores. */
const READ_AT_ONCE = 8;

/** Looks at all crates, and then for what belongs to none. */
export async function* checkCrates(
  parts: ExamineParts,
): AsyncIterable<Finding> {
  const tip = await parts.ref.read().catch(toNoTip);
  if (tip === null) return; // told with the repository
  const crates = new SeenCrates(parts);
  try {
    yield* checkAll(parts, tip, crates);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    yield toFinding("index_unreadable", { problem: error.message });
    return; // what is in no file that could be read is not known to be in none
  }
  yield* checkCrateFolders(parts, (folder) => crates.isSpelt(folder));
  yield* askingLong(
    parts,
    () => checkStrayRows(parts, (crate) => crates.isSpelt(crate)),
  );
  yield* askingLong(parts, async function* () {
    yield* checkOwnedCrates(parts, (crate) => crates.has(crate));
    yield* checkClosedCrates(parts, crates.closed);
  });
}

function toNoTip(error: unknown): null {
  if (error instanceof GitFailure) return null;
  throw error;
}

async function* checkAll(
  parts: ExamineParts,
  tip: string,
  crates: SeenCrates,
): AsyncIterable<Finding> {
  const total = await countTreeFiles(parts.git, tip);
  const slice = new Slice(parts, crates, total);
  for await (const file of readTreeFiles(parts.git, tip)) {
    slice.add(file);
    if (slice.isFull) yield* await slice.check();
  }
  yield* await slice.check();
}

/** A file of the index at which something seems to be wrong. */
interface Suspect {
  readonly path: string;
  readonly findings: readonly Finding[];
  /** The other crate of that name, if there is one. */
  readonly twin: CrateName | null;
}

/** Some files of the index that are looked at together. */
class Slice {
  readonly #parts: ExamineParts;
  readonly #crates: SeenCrates;
  readonly #total: number;
  readonly #reading = new AtOnce(READ_AT_ONCE);
  #files: Reading[] = [];
  #done = 0;

  constructor(parts: ExamineParts, crates: SeenCrates, total: number) {
    this.#parts = parts;
    this.#crates = crates;
    this.#total = total;
  }

  get isFull(): boolean {
    return this.#files.length >= SLICE;
  }

  add(file: TreeFile): void {
    this.#files.push(toReading(file));
  }

  /** What is surely wrong with these files; others may follow then. */
  async check(): Promise<readonly Finding[]> {
    const files = this.#files;
    this.#files = [];
    const looks = files.map((file) =>
      this.#reading.do(async () => {
        const suspect = await this.#look(file);
        const { progress } = this.#parts;
        progress({ done: ++this.#done, total: this.#total });
        return suspect;
      })
    );
    await Promise.allSettled(looks);
    const suspects = (await Promise.all(looks))
      .filter(({ findings, twin }) => findings.length > 0 || twin !== null);
    await pause();
    return suspects.length === 0 ? [] : await lookAgain(this.#parts, suspects);
  }

  async #look(file: Reading): Promise<Suspect> {
    const { path } = file;
    // It has a check of its own.
    if (path === "config.json") return { path, findings: [], twin: null };
    const twin = this.#crates.add(file); // before anything waits: in their order
    const { findings, present } = seeCrate(this.#parts, file);
    if (this.#parts.isQuick) return { path, findings, twin };
    const read = await readCrate(this.#parts, file, present);
    return { path, findings: [...findings, ...read], twin };
  }
}

/** Looks again where something seems to be wrong, while nothing changes. */
function lookAgain(
  parts: ExamineParts,
  suspects: readonly Suspect[],
): Promise<readonly Finding[]> {
  return parts.underLock(async (tip) => {
    const files = await readFiles(parts, tip, suspects.map(({ path }) => path));
    const findings: Finding[] = [];
    for (const [place, { findings: suspected, twin }] of suspects.entries()) {
      findings.push(...suspected.filter(isOfDatabase)); // it is not asked again
      const file = files[place] ?? null;
      if (tip === null || file === null) continue;
      findings.push(...await confirmCrate(parts, tip, file, suspected));
      const crate = file.index?.name ?? null;
      if (twin === null || crate === null) continue;
      if (!await isInIndex(parts, tip, twin)) continue;
      findings.push(toFinding("crate_name_twice", { crate, other: twin }));
    }
    return findings;
  });
}

/** Files as of a commit; `null` for each that is not there by now. */
async function readFiles(
  parts: ExamineParts,
  tip: string | null,
  paths: readonly string[],
): Promise<(Reading | null)[]> {
  if (tip === null) return paths.map(() => null);
  const revisions = paths.map((path) => `${tip}:${path}`);
  const objects = await parts.catFile.readAll(revisions).catch((error) => {
    if (!(error instanceof GitFailure)) throw error;
    return []; // it died of one of them
  });
  const files: (Reading | null)[] = [];
  for (const [place, path] of paths.entries()) {
    const object = objects[place] ?? await readDoubtful(parts, tip, path);
    files.push(object === null ? null : toReading({ path, ...object }));
  }
  return files;
}

/** A file that is missing as of a commit, or whose contents cannot be read. */
async function readDoubtful(
  { catFile, git }: ExamineParts,
  tip: string,
  path: string,
): Promise<Omit<TreeFile, "path"> | null> {
  const args = ["rev-parse", "--verify", "--quiet", `${tip}:${path}`];
  const named = await git.run(args, { statuses: [0, 1, 128] });
  if (named.status !== 0) return null;
  const oid = named.stdout.trim();
  try {
    return { oid, bytes: (await catFile.read(oid))?.bytes ?? null };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return { oid, bytes: null };
  }
}
