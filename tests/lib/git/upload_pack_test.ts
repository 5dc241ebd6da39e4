import {
  UploadPack,
  type UploadPackLimits,
} from "../../../lib/git/upload_pack.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import {
  aRepository,
  type TestRepository,
} from "../../support/a_repository.ts";
import {
  assertEquals,
  assertIncludes,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { gitsOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const NEVER = new AbortController().signal;
const V2 = "version=2";

/** Texts as git frames them; null is a flush, undefined a delimiter. */
function packets(...texts: (string | null | undefined)[]): Uint8Array {
  const lines = texts.map((text) => {
    if (text === null) return "0000";
    if (text === undefined) return "0001";
    return (text.length + 4).toString(16).padStart(4, "0") + text;
  });
  return new TextEncoder().encode(lines.join(""));
}

const LIST_REFS = packets("command=ls-refs\n", undefined, "symrefs\n", null);

function fetchAll(oid: string): Uint8Array {
  return packets("command=fetch\n", undefined, `want ${oid}\n`, "done\n", null);
}

/** The limits, so that each test says only what matters to it. */
function limits(some: Partial<UploadPackLimits> = {}): UploadPackLimits {
  return { ...DEFAULT_LIMITS, ...some };
}

/** A body of these pieces, which may then stay open for ever. */
function bodyOf(
  pieces: Iterable<Uint8Array>,
  options: { stayOpen?: boolean; cancelled?: () => void } = {},
): ReadableStream<Uint8Array> {
  const source = pieces[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = source.next();
      if (!done) return controller.enqueue(value);
      if (options.stayOpen) await new Promise(() => {});
      controller.close();
    },
    cancel: options.cancelled ?? (() => {}),
  });
}

async function bytesOf(stream: ReadableStream<Uint8Array>) {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes as a text of one character each, to look for what is in them. */
function latin(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

async function aFilledRepository(): Promise<[TestRepository, string]> {
  const repository = await aRepository();
  // More than fits into the pipes between us and git, and not compressible.
  const noise = () => latin(crypto.getRandomValues(new Uint8Array(60_000)));
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, it) => [`a/${it}`, noise()]),
  );
  return [repository, await repository.commit(files)];
}

const PROTOCOLS: [protocol: string | null, begins: RegExp, why: string][] = [
  [null, /^.{4}[0-9a-f]{40} HEAD\0/, "version 0: the refs at once"],
  ["version=1", /^000eversion 1\n/, "version 1"],
  [V2, /^000eversion 2\n/, "version 2: what git can do"],
  ["version=2:object=x", /^000eversion 2\n/, "with a value behind it"],
  ["version=2\nX=1", /^.{4}[0-9a-f]{40} HEAD\0/, "a line break is ignored"],
  ["version=2;x", /^.{4}[0-9a-f]{40} HEAD\0/, "another sign is ignored"],
  ["2", /^.{4}[0-9a-f]{40} HEAD\0/, "no version is ignored"],
  [`version=2${":a=b".repeat(99)}`, /^.{4}[0-9a-f]{40} HEAD\0/, "too long"],
];
Deno.test("UploadPack advertises in the version that is asked for", async (t) => {
  await using repository = await aRepository();
  await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(repository.git, limits());
  for (const [protocol, begins, why] of PROTOCOLS) {
    const text = JSON.stringify(protocol).slice(0, 20);
    await t.step(`for ${text} (${why})`, async () => {
      const answer = latin(await uploadPack.advertise({ protocol }));
      assertTrue(begins.test(answer), answer.slice(0, 80));
      assertTrue(answer.endsWith("0000"), "it is whole");
    });
  }
  await uploadPack.close();
});

Deno.test("UploadPack answers what its clients ask", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(repository.git, limits());
  const ask = async (body: Uint8Array) =>
    latin(
      await bytesOf(
        await uploadPack.serve({
          protocol: V2,
          body: bodyOf([body]),
          signal: NEVER,
        }),
      ),
    );
  assertIncludes(await ask(LIST_REFS), `${oid} HEAD symref-target:`);
  assertIncludes(await ask(fetchAll(oid)), "PACK");
  assertIncludes(await ask(fetchAll("1".repeat(40))), "ERR upload-pack: not");
  assertEquals(await ask(new Uint8Array(0)), "");
  await uploadPack.close();
});

Deno.test("UploadPack takes a request in any pieces", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(repository.git, limits());
  const pieces = Array.from(fetchAll(oid), (byte) => Uint8Array.of(byte));
  const answer = await uploadPack.serve({
    protocol: V2,
    body: bodyOf(pieces),
    signal: NEVER,
  });
  assertIncludes(latin(await bytesOf(answer)), "PACK");
  await uploadPack.close();
});

/** How a transfer is ended while git still has to send, or still reads. */
const ENDS: [
  how: string,
  limits: Partial<UploadPackLimits>,
  end: (answer: ReadableStream<Uint8Array>, abort: () => void) => unknown,
][] = [
  ["its client goes", {}, (answer) => answer.cancel()],
  ["it is told to", {}, (_, abort) => abort()],
  ["its client reads no more", { gitStalledMsMax: 20 }, () => {}],
  ["it takes too long", { gitCloneMsMax: 20 }, () => {}],
];
for (const [how, some, end] of ENDS) {
  Deno.test(`UploadPack ends git when ${how}, and gives up its place`, async () => {
    const [repository, oid] = await aFilledRepository();
    await using _ = repository;
    const uploadPack = new UploadPack(
      repository.git,
      limits({ gitClonesMax: 1, ...some }),
    );
    const controller = new AbortController();
    const answer = await uploadPack.serve({
      protocol: V2,
      body: bodyOf([fetchAll(oid)]),
      signal: controller.signal,
    });
    await end(answer, () => controller.abort());
    await untilGits(repository, 0); // which would wait for its reader for ever
    const again = await uploadPack.serve({ // refused unless there is a place
      protocol: V2,
      body: bodyOf([LIST_REFS]),
      signal: NEVER,
    });
    await again.cancel(); // its own limits may be up on a slow machine
    await uploadPack.close();
  });
}

Deno.test("UploadPack ends git when a request is too large, and reads no more of it", async () => {
  await using repository = await aRepository();
  await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(
    repository.git,
    limits({ gitRequestBytesMax: 1000 }),
  );
  let pieces = 0;
  const endless = function* () {
    for (;; pieces++) yield packets("command=fetch\n");
  };
  const cancelled = Promise.withResolvers<void>();
  const answer = await uploadPack.serve({
    protocol: V2,
    body: bodyOf(endless(), { cancelled: cancelled.resolve }),
    signal: NEVER,
  });
  await cancelled.promise;
  await bytesOf(answer);
  assertTrue(pieces < 100, `${pieces} pieces were read`);
  await untilGits(repository, 0);
});

Deno.test("UploadPack ends git when a request breaks off", async () => {
  await using repository = await aRepository();
  await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(repository.git, limits());
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(packets("command=fetch\n")),
    pull: () => Promise.reject(new Error("the connection was lost")),
  });
  const answer = await uploadPack.serve({ protocol: V2, body, signal: NEVER });
  assertEquals(latin(await bytesOf(answer)), "");
  await untilGits(repository, 0);
});

Deno.test("UploadPack runs so many gits at once and refuses whom it cannot keep waiting", async () => {
  await using repository = await aRepository();
  await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(
    repository.git,
    limits({ gitClonesMax: 2, gitClonesWaitingMax: 1 }),
  );
  const serve = (stayOpen: boolean) =>
    uploadPack.serve({
      protocol: V2,
      body: bodyOf(stayOpen ? [] : [LIST_REFS], { stayOpen }),
      signal: NEVER,
    });
  const running = [await serve(true), await serve(true)];
  const waiting = serve(false);
  await assertRejects(() => serve(false), "git_busy");
  await uploadPack.advertise({ protocol: V2 }); // a look at the refs goes on
  await untilGits(repository, 2);
  await running[0]?.cancel();
  assertIncludes(latin(await bytesOf(await waiting)), "HEAD");
  await uploadPack.close();
  await untilGits(repository, 0);
});

Deno.test("UploadPack does not run ahead of a client that reads slowly", async () => {
  const [repository, oid] = await aFilledRepository();
  await using _ = repository;
  const uploadPack = new UploadPack(repository.git, limits());
  const answer = await uploadPack.serve({
    protocol: V2,
    body: bodyOf([fetchAll(oid)]),
    signal: NEVER,
  });
  const reader = answer.getReader();
  const first = await reader.read();
  // Nothing to wait for: it is what must not happen.
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(gitsOf(repository.git.gitFolder).length, 1); // its pipe is full
  let sizeBytes = first.value?.length ?? 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    sizeBytes += value.length;
  }
  assertTrue(sizeBytes > 500_000, `only ${sizeBytes} bytes came`);
  await uploadPack.close();
});

/** Waits until so many upload-packs work on the repository. */
function untilGits({ git }: TestRepository, count: number): Promise<void> {
  return until(
    () => gitsOf(git.gitFolder).length === count,
    `${count} gits on the repository`,
  );
}
