/**
 * Fresh folders for tests, gone when the test is.
 *
 * @module
 */

/** A fresh folder that is removed at the end of the scope (`await using`). */
export interface TempFolder extends AsyncDisposable {
  /** The absolute path of the folder. */
  readonly path: string;
}

/**
 * Makes a fresh folder.
 *
 * @param parent the folder it is made in; the system's own for such when left out.
 */
export async function tempFolder(parent?: string): Promise<TempFolder> {
  const path = await Deno.realPath(
    await Deno.makeTempDir({
      prefix: "palletizer-test-",
      ...(parent === undefined ? {} : { dir: parent }),
    }),
  );
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
