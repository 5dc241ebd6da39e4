/**
 * Tokens: how a secret is made, how a typing error is told from an unknown
 * token, and what is kept of it.
 *
 * A secret is `plt_`, random letters and digits, and check digits. Only its hash
 * is stored. The one file of the library that makes secrets, so the only one
 * that needs randomness for them; rows of tokens are in `lib/database/tokens.ts`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Refusal } from "../refusal.ts";

/** SHA-256 of a secret: 64 lower-case hexadecimal digits. */
export type TokenHash = string & { readonly brand: "TokenHash" };

const PREFIX = "plt_";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 32 of 62 signs are 190 bits: nobody guesses one, or makes one twice. */
const RANDOM_LENGTH = 32;

/** 6 of 62 signs hold any CRC-32. */
const CHECK_LENGTH = 6;

const GRAMMAR = new RegExp(
  `^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECK_LENGTH}}$`,
);

/**
 * The secret of a token. Whatever prints it prints `[secret]`; whoever needs the
 * text itself says so.
 */
export class TokenSecret {
  readonly #text: string;

  /** Made by {@linkcode makeToken} and {@linkcode parseToken}. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: to be shown once, or sent, and kept nowhere. */
  reveal(): string {
    return this.#text;
  }

  /**
   * What is kept of it. A plain SHA-256, where a password would need a slow one
   * with a salt: there is nothing to guess in 190 random bits, and no two are
   * alike.
   */
  hash(): TokenHash {
    return createHash("sha256").update(this.#text).digest("hex") as TokenHash;
  }

  /** `[secret]` */
  toString(): string {
    return "[secret]";
  }

  /** `[secret]` */
  toJSON(): string {
    return "[secret]";
  }

  /** `[secret]` */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

/** Makes a new secret. */
export function makeToken(): TokenSecret {
  const random = randomDigits(RANDOM_LENGTH);
  return new TokenSecret(PREFIX + random + checkDigits(random));
}

/** Whether a text is meant to be a token of a Palletizer, well-formed or not. */
export function isTokenLike(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * Reads the secret of a token. That there is such a token is another matter.
 *
 * @throws {Refusal} `token_invalid`, which never repeats the text.
 */
export function parseToken(text: string): TokenSecret {
  if (!isTokenLike(text)) {
    throw refuse(`tokens of this registry begin with \`${PREFIX}\``);
  }
  const random = text.slice(PREFIX.length, -CHECK_LENGTH);
  if (
    !GRAMMAR.test(text) || text.slice(-CHECK_LENGTH) !== checkDigits(random)
  ) {
    throw refuse("it is mistyped or cut off, its check digits do not fit");
  }
  return new TokenSecret(text);
}

function refuse(problem: string): Refusal<"token_invalid"> {
  return new Refusal("token_invalid", { problem });
}

/** Each digit is as likely as any other: bytes that would favour some are left out. */
function randomDigits(length: number): string {
  const fair = 256 - 256 % DIGITS.length;
  let digits = "";
  while (digits.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < fair) digits += DIGITS[byte % DIGITS.length];
    }
  }
  return digits.slice(0, length);
}

/**
 * CRC-32 (as of zlib) in base 62. It finds every change of up to four signs that
 * stand together, so every single wrong sign and every two that changed places.
 * It is no secret and keeps nobody out: it spares people a riddle and the
 * database a question.
 */
function checkDigits(random: string): string {
  let rest = crc32(random);
  let digits = "";
  while (digits.length < CHECK_LENGTH) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}
