import { Places } from "../../../lib/git/places.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const LONG_MS = 60_000;

Deno.test("Places lets in as many as there are, and the others in their order", async () => {
  const places = new Places({ count: 2, waitingMax: 9, waitMsMax: LONG_MS });
  const [first, second] = [await places.take(), await places.take()];
  const seen: number[] = [];
  const waiting = [3, 4, 5].map(async (number) => {
    const leave = await places.take();
    seen.push(number);
    return leave;
  });
  await settled();
  assertEquals(seen, []);
  second();
  await settled();
  assertEquals(seen, [3]);
  second(); // gives up what it has no more: nobody comes in for it
  await settled();
  assertEquals(seen, [3]);
  first();
  (await waiting[0])?.();
  for (const leave of await Promise.all(waiting)) leave();
  assertEquals(seen, [3, 4, 5]);
});

Deno.test("Places refuses who would wait behind too many", async () => {
  const places = new Places({ count: 1, waitingMax: 1, waitMsMax: LONG_MS });
  const leave = await places.take();
  const waiting = places.take();
  await assertRejects(() => places.take(), "git_busy", {
    running: 1,
    waiting: 1,
  });
  leave();
  (await waiting)();
  (await places.take())();
});

Deno.test("Places loses no place to those who waited too long or gave up", async () => {
  const places = new Places({ count: 1, waitingMax: 9, waitMsMax: 5 });
  const leave = await places.take();
  const controller = new AbortController();
  const tooLong = places.take();
  const gaveUp = places.take(controller.signal).catch((error) => error);
  controller.abort(new Error("gone"));
  assertEquals((await gaveUp).message, "gone");
  await assertRejects(() => tooLong, "git_busy");
  leave();
  (await places.take())();
  (await places.take())();
});

Deno.test("Places does not let in who has given up already", async () => {
  const places = new Places({ count: 1, waitingMax: 0, waitMsMax: 5 });
  const reason = new Error("gone");
  const refused = await places.take(AbortSignal.abort(reason)).catch((it) =>
    it
  );
  assertEquals(refused, reason);
  (await places.take())();
});

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
