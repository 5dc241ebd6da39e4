/**
 * Other processes, as Linux tells them in `/proc`: no program is needed for it.
 *
 * @module
 */

/**
 * The gits at work on a repository or below a folder, whoever started them.
 * None where there is no `/proc`.
 *
 * @param command tells only those with this in their arguments.
 */
export function gitsOf(folder: string, command = ""): number[] {
  return unlessGone(() => [...Deno.readDirSync("/proc")], [])
    .map(({ name }) => name)
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [program = "", ...args] = commandOf(pid).split("\0");
      return program.endsWith("git") && args.join(" ").includes(command) &&
        args.some((it) => it.includes(folder));
    })
    .map(Number);
}

/**
 * The children of a process whose command line has a word in it. None where
 * there is no `/proc`, or when the process has ended.
 */
export function childrenOf(pid: number, word: string): number[] {
  return unlessGone(() => [...Deno.readDirSync(`/proc/${pid}/task`)], [])
    .flatMap(({ name }) =>
      read(`/proc/${pid}/task/${name}/children`).split(" ")
    )
    .filter((it) => it !== "" && commandOf(it).includes(word))
    .map(Number);
}

/** Program and arguments, a NUL behind each; nothing when it has ended. */
const commandOf = (pid: string) => read(`/proc/${pid}/cmdline`);

const read = (path: string) =>
  unlessGone(() => Deno.readTextFileSync(path), "");

/** Processes end when they like. */
function unlessGone<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    // ESRCH, which has neither a class of its own nor always a code.
    if (String(error).includes("No such process")) return otherwise;
    throw error;
  }
}
