/**
 * The children of processes, as Linux tells them.
 *
 * @module
 */

/**
 * The children of a process whose command line has a word in it. None where
 * there is no `/proc`, or when the process has ended.
 */
export function childrenOf(pid: number, word: string): number[] {
  return unlessGone(() => [...Deno.readDirSync(`/proc/${pid}/task`)], [])
    .flatMap(({ name }) =>
      read(`/proc/${pid}/task/${name}/children`).split(" ")
    )
    .filter((it) => it !== "" && read(`/proc/${it}/cmdline`).includes(word))
    .map(Number);
}

const read = (path: string) =>
  unlessGone(() => Deno.readTextFileSync(path), "");

/** Processes end when they like. */
function unlessGone<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return otherwise;
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ESRCH") return otherwise;
    throw error;
  }
}
