/**
 * Looks at every crate of the index, as of one commit, a few at a time and none
 * of them kept: at its lines, its crate files, what is derived of it, and what
 * is served of it.
 *
 * A crate at which something seems to be wrong is looked at again under the
 * write lock, as of the tip by then: what is published or removed meanwhile is
 * never taken for damage.
 *
 * @module
 */

import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../../crate/name.ts";
import { GitFailure } from "../../git/child.ts";
import {
  countTreeFiles,
  readTreeFiles,
  type TreeFile,
} from "../../git/tree_files.ts";
import { IndexFile } from "../../index/index_file.ts";
import { crateAtPath } from "../../index/path.ts";
import { isRefusal } from "../../refusal.ts";
import { type Finding, isFinding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import {
  checkCrateFiles,
  checkCrateFolders,
  isInIndex,
} from "./crate_files.ts";
import {
  checkDerivedRows,
  checkStrayRows,
  isDerivedAt,
} from "./derived_rows.ts";
import { checkIndexLines } from "./index_lines.ts";
import {
  checkClosedCrates,
  checkOwnedCrates,
  checkRemovedVersions,
} from "./people_rows.ts";
import { arePeopleAt } from "./rows_follow.ts";

/** Crates that are looked at side by side: disks like it, and so do cores. */
const CRATES_AT_ONCE = 8;

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
  yield* askingDatabase(
    parts,
    () => checkStrayRows(parts, (crate) => crates.isSpelt(crate)),
  );
  yield* askingDatabase(parts, async function* () {
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
  let done = 0;
  const underWay: Promise<readonly Finding[]>[] = [];
  const next = async () => {
    const found = await underWay.shift();
    parts.progress({ done: ++done, total });
    return found ?? [];
  };
  try {
    for await (const file of readTreeFiles(parts.git, tip)) {
      underWay.push(checkSurely(parts, tip, file, crates));
      underWay.at(-1)?.catch(() => {}); // heard of when its turn comes
      if (underWay.length >= CRATES_AT_ONCE) yield* await next();
    }
    while (underWay.length > 0) yield* await next();
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** What is wrong with the file of a crate, if it still is under the lock. */
async function checkSurely(
  parts: ExamineParts,
  tip: string,
  file: TreeFile,
  crates: SeenCrates,
): Promise<readonly Finding[]> {
  if (file.path === "config.json") return []; // it has a check of its own
  const isToHash = () => !parts.isQuick;
  const twin = crates.add(file); // before anything waits: in their order
  const suspected = await look(parts, { tip, file, isToHash, isSure: false });
  if (suspected.length === 0 && twin === null) return [];
  const lasting = suspected.filter(isOfDatabase); // it is not asked again
  return await parts.underLock(async (tip) => {
    const present = await readFile(parts, tip, file.path);
    if (tip === null || present === null) return lasting;
    const damaged = new Set(
      suspected.flatMap((it) =>
        isFinding(it, "crate_file_damaged") ? [it.facts.version] : []
      ),
    );
    const isToHash = (version: string) => damaged.has(version);
    const looked = { tip, file: present, isToHash, isSure: true };
    const findings = await look(parts, looked);
    const name = twin === null ? null : parse(present)?.name ?? null;
    if (twin !== null && name !== null && await isInIndex(parts, tip, twin)) {
      const facts = { crate: name, other: twin };
      findings.push(toFinding("crate_name_twice", facts));
    }
    return [...lasting, ...findings];
  });
}

function isOfDatabase({ code }: Finding): boolean {
  return code === "derived_damaged" || code === "database_damaged";
}

interface Look {
  readonly tip: string;
  readonly file: TreeFile;
  readonly isToHash: (version: string) => boolean;
  /** Whether nobody can change anything meanwhile. */
  readonly isSure: boolean;
}

async function look(
  parts: ExamineParts,
  { tip, file, isToHash, isSure }: Look,
): Promise<Finding[]> {
  const { path, bytes } = file;
  if (crateAtPath(path) === null) {
    return [toFinding("index_file_stray", { path })];
  }
  if (bytes === null) return [toFinding("index_file_unreadable", { path })];
  const text = decode(bytes);
  if (text === null) return [toFinding("index_file_not_text", { path })];
  const index = IndexFile.parse(text);
  const { entries } = index;
  const findings = [
    ...checkIndexLines(path, text),
    ...await checkCrateFiles(parts, entries, isToHash),
    ...(parts.isQuick ? [] : await checkServed(parts, file)),
  ];
  const derived = askingDatabase(parts, async function* () {
    if (isSure && !isDerivedAt(parts, tip)) return;
    yield* await checkDerivedRows(parts, tip, index);
  });
  findings.push(...await Array.fromAsync(derived));
  const people = askingDatabase(parts, async function* () {
    const removed = checkRemovedVersions(parts, entries);
    if (removed.length === 0) return;
    if (!isSure || await arePeopleAt(parts, tip)) yield* removed;
  });
  findings.push(...await Array.fromAsync(people));
  return findings;
}

/** Compares what is served with what git has: by id and by bytes. */
async function checkServed(
  { cache }: ExamineParts,
  { path, oid, bytes }: TreeFile,
): Promise<Finding[]> {
  const served = await cache.get(path);
  const body = typeof served?.body === "string"
    ? new TextEncoder().encode(served.body)
    : served?.body;
  const isSame = served?.oid === oid && body?.length === bytes?.length &&
    body?.every((byte, place) => byte === bytes?.[place]);
  return isSame ? [] : [toFinding("sparse_differs", { path })];
}

/** A file as of a commit; `null` when there is none by now. */
async function readFile(
  { catFile, git }: ExamineParts,
  tip: string | null,
  path: string,
): Promise<TreeFile | null> {
  if (tip === null) return null;
  const args = ["rev-parse", "--verify", "--quiet", `${tip}:${path}`];
  const named = await git.run(args, { statuses: [0, 1, 128] });
  if (named.status !== 0) return null;
  const oid = named.stdout.trim();
  try {
    return { path, oid, bytes: (await catFile.read(oid))?.bytes ?? null };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return { path, oid, bytes: null };
  }
}

function parse({ bytes }: TreeFile): IndexFile | null {
  const text = bytes === null ? null : decode(bytes);
  return text === null ? null : IndexFile.parse(text);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Asks a database. One that turns out to be damaged is not asked again.
 */
async function* askingDatabase(
  parts: ExamineParts,
  ask: () => AsyncIterable<Finding>,
): AsyncIterable<Finding> {
  try {
    yield* ask();
  } catch (error) {
    if (!isRefusal(error, "database_unusable")) throw error;
    const { path, problem } = error.facts;
    if (path === parts.paths.derived) {
      parts.derived?.close();
      parts.derived = null;
      yield toFinding("derived_damaged", { path: "derived.db", problem });
    } else {
      parts.people?.close();
      parts.people = null;
      yield toFinding("database_damaged", { path: "palletizer.db", problem });
    }
  }
}

/** Which crates there are: all that is kept of them is their names. */
class SeenCrates {
  readonly #parts: ExamineParts;
  readonly #names = new Map<CanonicalCrateName, CrateName>();
  readonly #twins = new Set<CrateName>();
  /** Crates whose file tells no name: nothing can be said about the rest of them. */
  readonly #unread = new Set<CanonicalCrateName>();

  /** Those that had no owner when they were looked at. */
  readonly closed: CrateName[] = [];

  constructor(parts: ExamineParts) {
    this.#parts = parts;
  }

  /** Takes in a file; answers the other crate of that name, if there is one. */
  add(file: TreeFile): CrateName | null {
    const atPath = crateAtPath(file.path);
    if (atPath === null) return null;
    const name = parse(file)?.name ?? null;
    if (name === null) {
      this.#unread.add(canonicalCrateName(atPath));
      return null;
    }
    const canonical = canonicalCrateName(name);
    const twin = this.#names.get(canonical);
    if (twin !== undefined) {
      this.#twins.add(name);
      return twin;
    }
    this.#names.set(canonical, name);
    if (this.#isClosed(canonical)) this.closed.push(name);
    return null;
  }

  /** A database that is damaged is told when the crate itself is looked at. */
  #isClosed(crate: CanonicalCrateName): boolean {
    try {
      return this.#parts.people?.isOwned(crate) === false;
    } catch (error) {
      if (!isRefusal(error, "database_unusable")) throw error;
      return false;
    }
  }

  /** Whether there is a crate that has this canonical name. */
  has(crate: CanonicalCrateName): boolean {
    return this.#names.has(crate) || this.#unread.has(crate);
  }

  /** Whether there is a crate that is spelt so. */
  isSpelt(text: string): boolean {
    const crate = text as CrateName; // looked up and no more
    const canonical = canonicalCrateName(crate);
    return this.#names.get(canonical) === crate || this.#twins.has(crate) ||
      this.#unread.has(canonical);
  }
}
