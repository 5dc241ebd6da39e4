/**
 * "Did you mean": the known word that a misspelt one resembles.
 *
 * Pure.
 *
 * @module
 */

/**
 * The candidate that takes the fewest edits to reach, if they are few enough
 * for a slip of the fingers: one for words of up to four characters, a third of
 * the length for longer ones.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * How many letters must be put in, taken out, replaced or swapped with their
 * neighbour to turn one word into the other (optimal string alignment).
 */
export function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      current.push(Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped && row > 1 && column > 1
          ? at(beforeLast, column - 2) + 1
          : Infinity,
      ));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
