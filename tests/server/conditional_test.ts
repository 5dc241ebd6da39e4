import { hasMatch, requestedRange } from "../../server/conditional.ts";
import { assertEquals } from "../support/assert.ts";

const TAG = '"abc"';

const MATCHES: [header: string | null, matches: boolean, why: string][] = [
  [null, false, "no condition"],
  ['"abc"', true, "the tag"],
  ['W/"abc"', true, "the tag, weakened by compression"],
  ['"x", "abc"', true, "one of several"],
  ['"x",W/"abc"', true, "one of several, without a blank"],
  ["*", true, "anything"],
  [" * ", true, "anything, with blanks"],
  ['"ab"', false, "another"],
  ['"abcd"', false, "a longer one"],
  ["abc", false, "no quotation marks"],
  ['"x, abc"', false, "a comma within a tag"],
  ["", false, "empty"],
];
for (const [header, matches, why] of MATCHES) {
  Deno.test(`hasMatch() says ${matches} of ${JSON.stringify(header)} (${why})`, () => {
    assertEquals(hasMatch(header, TAG), matches);
  });
}

const OUTSIDE = "unsatisfiable";

const RANGES: [range: string | null, part: string | null, why: string][] = [
  [null, null, "none asked for"],
  ["bytes=0-9", "0-10", "the beginning"],
  ["bytes=10-19", "10-20", "the middle"],
  ["bytes=90-", "90-100", "the rest"],
  ["bytes=-10", "90-100", "the end"],
  ["bytes=-1000", "0-100", "more than there is, from the end"],
  ["bytes=50-1000", "50-100", "beyond the end"],
  ["bytes=0-0", "0-1", "one byte"],
  ["bytes=99-99", "99-100", "the last byte"],
  ["Bytes=0-9", "0-10", "the unit's case does not count"],
  ["bytes=100-", OUTSIDE, "just behind the end"],
  ["bytes=100-200", OUTSIDE, "behind the end"],
  ["bytes=-0", OUTSIDE, "nothing at all"],
  ["bytes=9-0", null, "backwards"],
  ["bytes=-", null, "no number"],
  ["bytes=a-b", null, "no numbers"],
  ["bytes=0-9,20-29", null, "several"],
  ["bytes=0-9, ", null, "something behind it"],
  ["lines=0-9", null, "another unit"],
  ["bytes=0-99999999999999999999", null, "a number beyond all files"],
];
for (const [range, part, why] of RANGES) {
  Deno.test(`requestedRange() takes ${JSON.stringify(range)} for ${part ?? "the whole"} (${why})`, () => {
    const read = requestedRange({
      range,
      ifRange: null,
      etag: TAG,
      sizeBytes: 100,
    });
    const isPart = read !== null && read !== OUTSIDE;
    assertEquals(isPart ? `${read.start}-${read.end}` : read, part);
  });
}

const CONDITIONS: [ifRange: string, isPart: boolean, why: string][] = [
  ['"abc"', true, "the same file"],
  ['"abd"', false, "another file"],
  ['W/"abc"', false, "a weak tag is not enough"],
  ["Wed, 25 Nov 2026 01:00:00 GMT", false, "a date is not enough"],
];
for (const [ifRange, isPart, why] of CONDITIONS) {
  Deno.test(`requestedRange() answers with ${isPart ? "the part" : "the whole"} if ${ifRange} (${why})`, () => {
    const read = requestedRange({
      range: "bytes=0-9",
      ifRange,
      etag: TAG,
      sizeBytes: 100,
    });
    assertEquals(read, isPart ? { start: 0, end: 10 } : null);
  });
}
