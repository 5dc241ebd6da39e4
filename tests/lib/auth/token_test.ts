import fc from "fast-check";
import { createHash } from "node:crypto";
import {
  isTokenLike,
  makeToken,
  parseToken,
  TokenSecret,
} from "../../../lib/auth/token.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import {
  assertEquals,
  assertMatch,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";

const ZEROS = `plt_${"0".repeat(32)}`;

Deno.test("makeToken() makes secrets of plt_, 32 random signs and 6 check digits", () => {
  const secrets = Array.from({ length: 1_000 }, () => makeToken().reveal());
  assertEquals(new Set(secrets).size, secrets.length);
  for (const secret of secrets) {
    assertMatch(secret, /^plt_[0-9A-Za-z]{38}$/);
    assertEquals(parseToken(secret).reveal(), secret);
  }
});

Deno.test("makeToken() gives every letter and digit the same chance", () => {
  const counts = new Map<string, number>();
  for (let times = 0; times < 2_000; times++) {
    for (const sign of makeToken().reveal().slice(4, 36)) {
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
    }
  }
  assertEquals(counts.size, 62);
  const expected = 2_000 * 32 / 62;
  for (const [sign, count] of counts) {
    // Six standard deviations: by chance once in some millions of runs.
    assertTrue(Math.abs(count - expected) < 6 * Math.sqrt(expected), sign);
  }
});

/** Check digits as another program's CRC-32 has them: they hold for all time. */
const SECRETS: readonly string[] = [
  "plt_000000000000000000000000000000002wjyrI",
  "plt_abcdefghijklmnopqrstuvwxyz0123451nc0VA",
];
for (const secret of SECRETS) {
  Deno.test(`parseToken() takes ${secret}`, () => {
    assertEquals(parseToken(secret).reveal(), secret);
  });
}

const NO_TOKENS: [text: string, why: string][] = [
  ["", "nothing"],
  ["plt_", "the beginning alone"],
  ["secret", "another registry's token"],
  [`${ZEROS}000000`, "check digits that do not fit"],
  [ZEROS, "no check digits"],
  [`PLT_${"0".repeat(38)}`, "capital letters"],
  [` ${ZEROS}000000`, "a blank before it"],
  [`plt_${"0".repeat(31)}é000000`, "a sign that is no digit"],
  [`${ZEROS}\n00000`, "a line end in it"],
];
for (const [text, why] of NO_TOKENS) {
  Deno.test(`parseToken() refuses ${JSON.stringify(text)} (${why})`, () => {
    const { message, facts } = assertRefuses(
      () => parseToken(text),
      "token_invalid",
    );
    const told = message + JSON.stringify(facts);
    assertTrue(text.length < 5 || !told.includes(text), told);
  });
}

const SIGNS = [
  ..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
];

Deno.test("parseToken() finds every single wrong sign", () => {
  const secret = makeToken().reveal();
  for (let at = 4; at < secret.length; at++) {
    for (const sign of SIGNS) {
      const typed = secret.slice(0, at) + sign + secret.slice(at + 1);
      if (typed === secret) parseToken(typed);
      else assertRefuses(() => parseToken(typed), "token_invalid");
    }
  }
});

Deno.test("parseToken() finds neighbours that changed places, and what is missing or doubled", () => {
  for (let times = 0; times < 100; times++) {
    const secret = makeToken().reveal();
    const at = 4 + times % 37;
    const [before, one, other, after] = [
      secret.slice(0, at),
      secret.charAt(at),
      secret.charAt(at + 1),
      secret.slice(at + 2),
    ];
    const typed = [before + other + one + after, before + one + after].concat(
      before + one + one + other + after,
    );
    for (const it of typed) {
      if (it !== secret) assertRefuses(() => parseToken(it), "token_invalid");
    }
  }
});

Deno.test("parseToken() takes any text as a token or refuses it as one", () => {
  fc.assert(fc.property(anyText, (text) => {
    for (const it of [text, `plt_${text}`]) {
      try {
        parseToken(it);
      } catch (error) {
        if (!isRefusal(error, "token_invalid")) throw error;
      }
    }
  }));
});

Deno.test("isTokenLike() tells what is meant to be a token, well-formed or not", () => {
  assertEquals(isTokenLike(makeToken().reveal()), true);
  assertEquals(isTokenLike("plt_typo"), true);
  for (const text of ["", "plt", "anyone", "Plt_x", " plt_x", "xplt_"]) {
    assertEquals(isTokenLike(text), false, text);
  }
});

Deno.test("TokenSecret is hashed as SHA-256 of the whole text", () => {
  const secret = makeToken();
  const expected = createHash("sha256").update(secret.reveal()).digest("hex");
  assertEquals<string>(secret.hash(), expected);
  assertEquals(secret.hash(), parseToken(secret.reveal()).hash());
});

Deno.test("TokenSecret prints as [secret], however it is printed", () => {
  const secret = new TokenSecret(makeToken().reveal());
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    Deno.inspect(secret),
    Deno.inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(secret)),
    String(new Error("no", { cause: secret }).cause),
  ];
  for (const text of printed) {
    assertTrue(!text.includes(secret.reveal().slice(4, 12)), text);
  }
  assertEquals(printed.slice(0, 4), [
    "[secret]",
    "[secret]",
    '{"secret":"[secret]"}',
    "[secret]",
  ]);
});
