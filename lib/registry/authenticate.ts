/**
 * Who a token stands for.
 *
 * Asked at every request that brings one, so good tokens are remembered; what is
 * remembered holds as long as the generation of palletizer.db is the same, which
 * costs reading 8 bytes. A token that is revoked, or whose user is disabled or
 * removed, is refused from the next request on, whichever process did it.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { parseToken } from "../auth/token.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { PeopleDatabase } from "../database/people.ts";
import { Refusal } from "../refusal.ts";
import { type Generation, isSettled } from "../storage/generation.ts";

/** Good tokens that are remembered; past it the one that came first is forgotten. */
const REMEMBERED_MAX = 10_000;

/** How long after its first use in a while a token's row is written, in ms. */
const NOTE_USES_MS = 60_000;

/** What an authenticator works with. */
export interface AuthenticatorParts {
  people: PeopleDatabase;
  generation: Generation;
  clock: Clock;
  /** Told what failed that fails nobody's request. */
  failed: (error: unknown) => void;
}

interface Known {
  readonly id: number;
  readonly identity: Identity;
}

/** Tells who a token stands for. */
export class Authenticator implements Disposable {
  readonly #parts: AuthenticatorParts;
  /** By the text as it came, which spares good tokens even the hash. */
  readonly #known = new Map<string, Known>();
  /** The generation of which {@linkcode Authenticator.#known} is. */
  #generation = -1;
  readonly #used = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param parts what it works with. */
  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /**
   * Who a token stands for.
   *
   * @param text the token as it came.
   * @throws {Refusal} `token_invalid`.
   */
  authenticate(text: string): Identity {
    const generation = this.#parts.generation.read();
    if (generation !== this.#generation) {
      this.#known.clear();
      this.#generation = generation;
    }
    const known = this.#known.get(text) ?? this.#lookUp(text);
    // A writer that died leaves it unsettled: nothing is remembered then.
    if (isSettled(generation)) this.#remember(text, known);
    this.#noteUse(known.id);
    return known.identity;
  }

  /** Writes what is still to be written. */
  close(): void {
    this.#writeUses();
  }

  /** The same as {@linkcode Authenticator.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #lookUp(text: string): Known {
    const holder = this.#parts.people.tokens.holderOf(parseToken(text).hash());
    if (holder === null) throw refuse("this registry knows no such token");
    const { id, user, flaw } = holder;
    if (flaw === "revoked") throw refuse("it was revoked");
    if (flaw === "disabled") throw refuse("its user is disabled");
    return { id, identity: { kind: "user", id: user } };
  }

  #remember(text: string, known: Known): void {
    if (this.#known.has(text)) return;
    if (this.#known.size >= REMEMBERED_MAX) {
      for (const first of this.#known.keys()) {
        this.#known.delete(first);
        break;
      }
    }
    this.#known.set(text, known);
  }

  #noteUse(id: number): void {
    this.#used.add(id);
    this.#timer ??= setTimeout(() => this.#writeUses(), NOTE_USES_MS);
  }

  #writeUses(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#used.size === 0) return;
    const { people, clock, failed } = this.#parts;
    const at = toTimestamp(clock.now());
    try {
      people.transaction(() => {
        for (const id of this.#used) people.tokens.setLastUsed(id, at);
      });
    } catch (error) {
      failed(error); // nobody waits for it, and the next use is noted again
    }
    this.#used.clear();
  }
}

function refuse(problem: string): Refusal<"token_invalid"> {
  return new Refusal("token_invalid", { problem });
}
