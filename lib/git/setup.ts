/**
 * Makes the index repository and sees to it that git treats it as it must.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";
import type { Git, GitRunResult } from "./command.ts";
import { INDEX_REF } from "./ref.ts";
import { SQUASHED_REFS } from "./squash.ts";

/**
 * How git must treat the repository. The first three carry durability: every
 * object and ref is fsynced, and nothing is written as loose objects, which a
 * power cut can empty. The rest keeps git from tidying on its own.
 */
const CONFIGURATION: readonly [key: string, value: string][] = [
  ["core.fsync", "all"],
  ["core.fsyncmethod", "fsync"],
  ["fastimport.unpacklimit", "0"],
  ["core.compression", "1"],
  ["core.logallrefupdates", "false"],
  ["core.sharedrepository", "0600"], // modes of what git makes, whatever the umask
  ["gc.auto", "0"],
  ["gc.packrefs", "false"],
  ["maintenance.auto", "false"],
  ["pack.compression", "-1"],
  ["pack.threads", "1"],
  ["receive.autogc", "false"],
  ["receive.denynonfastforwards", "true"],
  ["transfer.hiderefs", SQUASHED_REFS], // a clone is not to bring old history
  ["uploadpack.allowfilter", "true"],
  ["uploadpack.allowanysha1inwant", "false"],
];

/** Makes an empty bare repository where there is none. Its folder must exist. */
export async function createRepository(git: Git): Promise<void> {
  await git.run([
    "init",
    "--quiet",
    "--bare",
    "--object-format=sha1",
    "--shared=0600",
    "--template=", // no hooks, nor anything else that this machine adds
  ]);
  await git.run(["symbolic-ref", "HEAD", INDEX_REF]);
  await requireRepository(git);
  // Without HEAD a repository is none, and git fsyncs neither it nor its folder.
  for (const name of ["HEAD", "config", "refs", "."]) {
    using file = await Deno.open(`${git.gitFolder}/${name}`);
    await file.sync();
  }
}

/**
 * Checks that the repository is one that can be served and written safely, and
 * puts right what somebody changed in its configuration.
 *
 * @throws {Refusal} `index_repository_unusable`.
 */
export async function requireRepository(git: Git): Promise<void> {
  const wrong = await wrongSettings(git);
  if (wrong.length === 0) return;
  // Of several values git takes the last, and one write is quicker than many.
  const lines = wrong.map(({ key, expected }) => {
    const [section, name] = key.split(".");
    return `[${section}]\n\t${name} = ${expected}\n`;
  });
  const path = `${git.gitFolder}/config`;
  await Deno.writeTextFile(path, `\n${lines.join("")}`, { append: true });
}

/** A setting of the repository that is not as it must be. */
export interface WrongSetting {
  /** Its key. */
  readonly key: string;
  /** What it must be. */
  readonly expected: string;
  /** What it is; `null` when it is not set. */
  readonly found: string | null;
  /** Whether what is acknowledged could be lost in a power cut. */
  readonly isUnsafe: boolean;
}

/** So many settings, from the first, carry durability. */
const DURABILITY_SETTINGS = 3;

/**
 * Checks as {@linkcode requireRepository} does, but changes nothing.
 *
 * @returns what somebody changed in its configuration.
 * @throws {Refusal} `index_repository_unusable`.
 */
export async function wrongSettings(git: Git): Promise<WrongSetting[]> {
  const refuse = (problem: string) =>
    new Refusal("index_repository_unusable", { path: git.gitFolder, problem });
  const { status, stdout } = await listConfiguration(git);
  const head = await readHead(git);
  if (status !== 0 || head === null) throw refuse("it is not a git repository");
  if (head !== `ref: ${INDEX_REF}`) {
    throw refuse(
      `its HEAD is not ${INDEX_REF}: \`git symbolic-ref HEAD ${INDEX_REF}\` there mends it`,
    );
  }
  const present = new Map<string, string>();
  for (const entry of stdout.split("\0")) {
    const [key = "", value = ""] = entry.split("\n");
    present.set(key, value);
  }
  return CONFIGURATION.map(([key, expected], place) => ({
    ...{ key, expected, found: present.get(key) ?? null },
    isUnsafe: place < DURABILITY_SETTINGS,
  })).filter(({ expected, found }) => found !== expected);
}

async function readHead(git: Git): Promise<string | null> {
  try {
    return (await Deno.readTextFile(`${git.gitFolder}/HEAD`)).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function listConfiguration(git: Git): Promise<GitRunResult> {
  const args = ["config", "--local", "--list", "-z"];
  return git.run(args, { statuses: [0, 128] });
}
