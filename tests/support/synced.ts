/**
 * Which files and folders some code flushes to disk.
 *
 * For claims about durability that no test of a running machine can see.
 *
 * @module
 */

/** Does something, and tells of which files that are there now it fsynced. */
export async function syncedBy(
  act: () => unknown | Promise<unknown>,
): Promise<{ has(path: string): boolean }> {
  const inodes = new Set<number | null>();
  const { sync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.sync = function (this: Deno.FsFile) {
    inodes.add(this.statSync().ino);
    return sync.call(this);
  };
  try {
    await act();
  } finally {
    Deno.FsFile.prototype.sync = sync;
  }
  return { has: (path) => inodes.has(Deno.statSync(path).ino) };
}
