/**
 * The assertions of all tests, over `node:assert/strict`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Refusal, type RefusalCode, type Refusals } from "../../lib/refusal.ts";

/** Fails unless both values are deeply and strictly equal. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  // A message of `undefined` hides the difference on some versions of Deno.
  const more: [] | [string] = message === undefined ? [] : [message];
  assert.deepStrictEqual(actual, expected, ...more);
}

/** Fails unless `condition` holds; the compiler then knows it does. */
export function assertTrue(
  condition: unknown,
  message: string,
): asserts condition {
  assert.ok(condition, message);
}

/** Fails unless `text` contains `part`. */
export function assertIncludes(text: string, part: string): void {
  assert.ok(text.includes(part), `\`${part}\` is not in:\n${text}`);
}

/** Fails unless `text` matches `pattern`. */
export function assertMatch(text: string, pattern: RegExp): void {
  assert.match(text, pattern);
}

/** Fails unless `act` throws the refusal `code`, with these facts if given. */
export function assertRefuses<Code extends RefusalCode>(
  act: () => unknown,
  code: Code,
  facts?: Partial<Refusals[Code]>,
): Refusal<Code> {
  try {
    act();
  } catch (error) {
    return checkRefusal(error, code, facts);
  }
  assert.fail(`expected the refusal ${code}, but nothing was refused`);
}

/** Fails unless `act` rejects with the refusal `code`, with these facts if given. */
export async function assertRejects<Code extends RefusalCode>(
  act: () => Promise<unknown>,
  code: Code,
  facts?: Partial<Refusals[Code]>,
): Promise<Refusal<Code>> {
  try {
    await act();
  } catch (error) {
    return checkRefusal(error, code, facts);
  }
  assert.fail(`expected the refusal ${code}, but nothing was refused`);
}

function checkRefusal<Code extends RefusalCode>(
  error: unknown,
  code: Code,
  facts?: Partial<Refusals[Code]>,
): Refusal<Code> {
  if (!(error instanceof Refusal)) throw error;
  assert.equal(error.code, code, error.message);
  for (const [name, expected] of Object.entries(facts ?? {})) {
    assert.deepStrictEqual(
      error.facts[name as keyof typeof error.facts],
      expected,
    );
  }
  return error as Refusal<Code>;
}
