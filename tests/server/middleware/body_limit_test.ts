import {
  DEFAULT_LIMITS,
  isRefusal,
  type RefusalCode,
} from "../../../lib/mod.ts";
import {
  Upload,
  UploadBudget,
  type UploadLimits,
} from "../../../server/middleware/body_limit.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import {
  assertEquals,
  assertRefuses,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

/** 8 bytes of lengths, 92 of metadata and crate file. */
const LIMITS: UploadLimits = {
  ...DEFAULT_LIMITS,
  metadataBytesMax: 42,
  crateFileBytesMax: 50,
};

/** A body of these pieces that then ends, breaks off, or stays silent. */
function aBody(
  sizes: readonly number[],
  then: "end" | "break" | "silence" = "end",
): ReadableStream<Uint8Array> & { taken(): number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const size = sizes[taken];
      if (size !== undefined) {
        taken++;
        return controller.enqueue(new Uint8Array(size));
      }
      if (then === "silence") await new Promise(() => {});
      if (then === "break") throw new TypeError("connection lost");
      controller.close();
    },
  }, { highWaterMark: 0 });
  return Object.assign(stream, { taken: () => taken });
}

function anUpload(
  body: BodyInit,
  headers: Record<string, string> = {},
  limits: Partial<UploadLimits> = {},
): Upload {
  const request = new Request("http://h/", { method: "PUT", headers, body });
  return new Upload(request, { ...LIMITS, ...limits });
}

async function sizeOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of stream) size += piece.length;
  return size;
}

Deno.test("Upload passes on a body within the limits", async () => {
  const upload = anUpload(aBody([40, 60]), { "content-length": "100" });
  assertEquals([upload.sizeBytes, upload.reservedBytes], [100, 100]);
  upload.requireFitting();
  assertEquals(await sizeOf(upload.read()), 100);
  await upload.end();
});

Deno.test("Upload refuses what says itself that it is too large, unread", async () => {
  const body = aBody([101]);
  const upload = anUpload(body, {
    "content-length": "101",
    "expect": "100-continue",
  });
  assertRefuses(() => upload.requireFitting(), "upload_too_large", {
    size_bytes: 101,
    limit_bytes: 100,
  });
  await upload.end();
  assertEquals(body.taken(), 0);
  await body.cancel();
});

Deno.test("Upload refuses what turns out to be too large, and reads no further", async () => {
  const body = aBody([60, 60, 60, 60]);
  const upload = anUpload(body);
  assertEquals([upload.sizeBytes, upload.reservedBytes], [null, 100]);
  upload.requireFitting();
  await assertRejects(() => sizeOf(upload.read()), "upload_too_large");
  assertEquals(body.taken(), 2);
  await upload.end();
});

const BROKEN: [
  then: "break" | "silence",
  limits: Partial<UploadLimits>,
  code: RefusalCode,
  why: string,
][] = [
  ["break", {}, "upload_interrupted", "its connection is lost"],
  ["silence", { uploadStalledMsMax: 5 }, "upload_too_slow", "nothing comes"],
  ["silence", { uploadMsMax: 5 }, "upload_too_slow", "it takes too long"],
];
for (const [then, limits, code, why] of BROKEN) {
  Deno.test(`Upload ends with ${code} when ${why}`, async () => {
    const upload = anUpload(aBody([40], then), {}, limits);
    const refusal = await assertRejects(() => sizeOf(upload.read()), code);
    assertEquals(
      "received_bytes" in refusal.facts && refusal.facts.received_bytes,
      40,
    );
    await upload.end();
  });
}

Deno.test("Upload is too slow also when its reader is", async () => {
  const upload = anUpload(aBody([40, 40]), {}, { uploadMsMax: 5 });
  const reader = upload.read().getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const error = await reader.read().catch((it) => it);
  assertTrue(isRefusal(error, "upload_too_slow"), String(error));
  await upload.end();
});

Deno.test("Upload reads the rest of a short body, so that its sender hears the answer", async () => {
  const body = aBody([40, 30, 30]);
  const upload = anUpload(body, { "content-length": "100" });
  const reader = upload.read().getReader();
  await reader.read();
  await upload.end();
  assertEquals(body.taken(), 3);
});

Deno.test("Upload does not wait for the rest of a long body", async () => {
  const body = aBody([40], "silence");
  const upload = anUpload(body, { "content-length": "20000000" }, {
    crateFileBytesMax: 100_000_000,
  });
  await upload.read().getReader().read();
  await upload.end();
  assertEquals(body.taken(), 1);
});

Deno.test("UploadBudget makes room for uploads together, and for one that is larger", () => {
  const budget = new UploadBudget(100);
  const first = budget.reserve(60);
  const second = budget.reserve(40);
  assertRefuses(() => budget.reserve(1), "uploads_busy", { limit_bytes: 100 });
  first();
  budget.reserve(60)();
  second();
  const large = budget.reserve(1000);
  assertRefuses(() => budget.reserve(1), "uploads_busy");
  large();
  budget.reserve(1)();
});

Deno.test("a publish is refused by its length alone, and nothing is stored", async () => {
  await using it = await aRegistry({ limits: { crateFileBytesMax: 1000 } });
  const before = await it.stored();
  const answer = await anApp(it.registry).ask("/api/v1/crates/new", {
    method: "PUT",
    headers: { "content-length": "2000000", "expect": "100-continue" },
    body: new Uint8Array(10),
  });
  assertEquals(answer.status, 413, answer.text);
  assertEquals(Object.keys(JSON.parse(answer.text)), ["errors"]);
  assertEquals(await it.stored(), before);
});

Deno.test("a publish is asked to come again while others take all the room", async () => {
  await using it = await aRegistry({
    limits: { uploadsInFlightBytesMax: 150 },
  });
  const app = anApp(it.registry);
  const before = await it.stored();
  const isRead = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      isRead.resolve();
      await isOver.promise;
      controller.close();
    },
  }, { highWaterMark: 0 });
  const put = (body: BodyInit) =>
    app.ask("/api/v1/crates/new", {
      method: "PUT",
      headers: { "content-length": "100" },
      body,
    });
  const first = put(slow);
  await isRead.promise;
  const second = await put(new Uint8Array(100));
  assertEquals([second.status, second.headers.get("retry-after")], [503, "2"]);
  isOver.resolve();
  assertEquals((await first).status, 400);
  assertEquals((await put(new Uint8Array(100))).status, 400, "room again");
  assertEquals(await it.stored(), before);
});

Deno.test("a listener that takes no changes refuses them all, unread", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry, { listener: { publish: "nobody" } });
  for (
    const [method, path] of [
      ["PUT", "/api/v1/crates/new"],
      ["DELETE", "/api/v1/crates/foo/1.0.0/yank"],
      ["PUT", "/api/v1/crates/foo/1.0.0/unyank"],
      ["PUT", "/api/v1/crates/foo/owners"],
      ["DELETE", "/api/v1/crates/foo/owners"],
    ]
  ) {
    const answer = await app.ask(path ?? "", { method: method ?? "" });
    assertEquals(answer.status, 403, answer.text);
  }
  assertEquals((await app.get("/api/v1/crates")).status, 200);
});
