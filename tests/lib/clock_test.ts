import { parseTimestamp, toTimestamp } from "../../lib/clock.ts";
import { assertEquals } from "../support/assert.ts";

const TIMES: [text: string, isTime: boolean, why: string][] = [
  ["2026-01-31T12:00:00Z", true, "as cargo spells it"],
  ["2024-02-29T23:59:59Z", true, "a leap day"],
  ["1969-12-31T23:59:59Z", true, "before 1970"],
  ["2026-02-29T00:00:00Z", false, "no such day"],
  ["2026-01-31T24:00:00Z", false, "no such hour"],
  ["2026-01-31T12:00:60Z", false, "a leap second"],
  ["2026-01-31T12:00:00.5Z", false, "a fraction"],
  ["2026-01-31T12:00:00+01:00", false, "another zone"],
  ["2026-01-31T12:00:00", false, "no zone"],
  ["2026-01-31 12:00:00Z", false, "a blank"],
  ["2026-01-31", false, "a day"],
  ["yesterday", false, "a word"],
  ["", false, "nothing"],
];
for (const [text, isTime, why] of TIMES) {
  Deno.test(`parseTimestamp() ${isTime ? "takes" : "refuses"} ${text || "nothing"} (${why})`, () => {
    const moment = parseTimestamp(text);
    assertEquals(
      moment === null ? null : toTimestamp(moment),
      isTime ? text : null,
    );
  });
}
