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

/** Makes a fresh folder. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "palletizer-test-" }),
  );
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
