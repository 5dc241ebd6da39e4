import { AtOnce } from "../../lib/at_once.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("AtOnce lets no more than its number go on, and all in order", async () => {
  const atOnce = new AtOnce(2);
  let going = 0;
  let most = 0;
  const begun: number[] = [];
  const act = async (number: number) => {
    begun.push(number);
    most = Math.max(most, ++going);
    await Promise.resolve();
    going--;
    if (number === 3) throw new Error("one of them fails");
    return number;
  };
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((number) => atOnce.do(() => act(number))),
  );
  assertEquals(most, 2);
  assertEquals(begun, [1, 2, 3, 4, 5]);
  assertEquals(outcomes.filter((it) => it.status === "rejected").length, 1);
});
