import fc from "fast-check";
import { editDistance, nearest } from "../../../lib/config/nearest.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const DISTANCES: [
  one: string,
  other: string,
  distance: number,
  why: string,
][] = [
  ["", "", 0, "nothing to do"],
  ["url", "url", 0, "equal"],
  ["ur", "url", 1, "one put in"],
  ["urll", "url", 1, "one taken out"],
  ["urk", "url", 1, "one replaced"],
  ["rul", "url", 1, "two neighbours swapped"],
  ["abc", "", 3, "all taken out"],
  ["kitten", "sitting", 3, "two replaced, one put in"],
];
for (const [one, other, distance, why] of DISTANCES) {
  Deno.test(`editDistance() from ${one || "nothing"} to ${other || "nothing"} is ${distance} (${why})`, () => {
    assertEquals(editDistance(one, other), distance);
  });
}

Deno.test("editDistance() is the same in both directions and at most the longer word", () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom("a", "b") });
  fc.assert(fc.property(word, word, (one, other) => {
    const distance = editDistance(one, other);
    assertEquals(distance, editDistance(other, one));
    assertTrue(distance <= Math.max(one.length, other.length), "at most");
    assertEquals(distance === 0, one === other);
  }));
});

const KEYS = ["data", "url", "former_urls", "registry", "limits"];

const NEAREST: [word: string, found: string | null, why: string][] = [
  ["urls", "url", "one letter too many"],
  ["former_url", "former_urls", "one letter missing"],
  ["limit", "limits", "the singular"],
  ["formre-urls", "former_urls", "two slips in a long word"],
  ["dta", "data", "a short word may have one slip"],
  ["xyz", null, "nothing like any"],
  ["ab", null, "two slips in a short word"],
  ["", null, "no word"],
];
for (const [word, found, why] of NEAREST) {
  Deno.test(`nearest() to ${word || "nothing"} is ${found} (${why})`, () => {
    assertEquals(nearest(word, KEYS), found);
  });
}
