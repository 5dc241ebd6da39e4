/**
 * Serves git's own clients: the advertisement of refs, and `git upload-pack`
 * over streams. Nothing here can write to the repository.
 *
 * Owns how many gits run at once, and that none outlives its client. Headers,
 * content types and encodings are left to whoever speaks HTTP.
 *
 * @see https://git-scm.com/docs/http-protocol
 * @module
 */

import type { Limits } from "../limits.ts";
import { GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { Places } from "./places.ts";

/** What is bounded here. */
export type UploadPackLimits = Pick<
  Limits,
  | "gitClonesMax"
  | "gitClonesWaitingMax"
  | "gitWaitMsMax"
  | "gitRequestBytesMax"
  | "gitStalledMsMax"
  | "gitCloneMsMax"
>;

/** A request of a git client. */
export interface UploadPackRequest {
  /** What its `Git-Protocol` header says; what is not understood is ignored. */
  readonly protocol: string | null;
  /** What the client wants and has, not compressed. */
  readonly body: ReadableStream<Uint8Array>;
  /** Ends git, whatever it is at. */
  readonly signal: AbortSignal;
}

/** How long git may take to tell its refs, in ms. */
const ADVERTISEMENT_MS = 30_000;

/** How long a git that was asked to end may take for it, in ms. */
const ENDING_MS = 2_000;

/** The upload-packs of one repository. */
export class UploadPack {
  readonly #git: Git;
  readonly #limits: UploadPackLimits;
  /** Apart from each other, so that clones do not hold up a look at the refs. */
  readonly #looking: Places;
  readonly #fetching: Places;
  readonly #transfers = new Set<Transfer>();

  /**
   * @param git the repository.
   * @param limits how much clients may ask of this machine.
   */
  constructor(git: Git, limits: UploadPackLimits) {
    this.#git = git;
    this.#limits = limits;
    const places = {
      count: limits.gitClonesMax,
      waitingMax: limits.gitClonesWaitingMax,
      waitMsMax: limits.gitWaitMsMax,
    };
    this.#looking = new Places(places);
    this.#fetching = new Places(places);
  }

  /**
   * The refs, or in protocol version 2 what git can do: the answer to
   * `info/refs`, without the line that names the service.
   *
   * @throws {Refusal} `git_busy`, `git_missing`.
   * @throws {GitFailure}
   */
  async advertise(
    { protocol }: Pick<UploadPackRequest, "protocol">,
  ): Promise<Uint8Array> {
    const leave = await this.#looking.take();
    try {
      // The older spelling: git takes it up to this day.
      const args = this.#args("--advertise-refs");
      const child = this.#git.start(args, environmentOf(protocol));
      const timer = setTimeout(() => child.kill(), ADVERTISEMENT_MS);
      const answer = await child.readRest();
      const status = await child.close();
      clearTimeout(timer);
      if (status === 0) return answer;
      throw new GitFailure(`git upload-pack: ${status}: ${child.complaint}`);
    } finally {
      leave();
    }
  }

  /**
   * Answers a request. The stream drives git: it goes on when the answer is
   * read, and is ended when the answer is cancelled, when the request breaks
   * off, is too large, or when nothing moves.
   *
   * @throws {Refusal} `git_busy`, `git_missing`.
   */
  async serve(request: UploadPackRequest): Promise<ReadableStream<Uint8Array>> {
    const { protocol, body, signal } = request;
    const leave = await this.#fetching.take(signal);
    try {
      const child = this.#git.stream(this.#args(), environmentOf(protocol));
      const transfer = new Transfer(child, body, this.#limits);
      this.#transfers.add(transfer);
      const end = () => transfer.end();
      signal.addEventListener("abort", end);
      transfer.ended.finally(() => {
        signal.removeEventListener("abort", end);
        this.#transfers.delete(transfer);
        leave();
      });
      return transfer.answer;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Ends all gits. */
  async close(): Promise<void> {
    const transfers = [...this.#transfers];
    for (const transfer of transfers) transfer.end();
    await Promise.all(transfers.map(({ ended }) => ended));
  }

  #args(...more: string[]): string[] {
    const folder = this.#git.gitFolder;
    return ["upload-pack", "--strict", "--stateless-rpc", ...more, folder];
  }
}

/** What may become a variable of git's environment. */
const PROTOCOL = /^version=[0-2](?::\w{1,20}(?:=\w{1,20})?){0,4}$/;

function environmentOf(protocol: string | null): Record<string, string> {
  if (protocol === null || !PROTOCOL.test(protocol)) return {};
  return { GIT_PROTOCOL: protocol };
}

/** One request and its answer, through one git. */
class Transfer {
  readonly #child: Deno.ChildProcess;
  readonly #request: ReadableStreamDefaultReader<Uint8Array>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  /** Pieces that went in or out, to see whether anything moves. */
  #moved = 0;
  #isOver = false;

  /** What git answers. */
  readonly answer: ReadableStream<Uint8Array>;
  /** Fulfilled when git is gone. */
  readonly ended: Promise<void>;

  constructor(
    child: Deno.ChildProcess,
    body: ReadableStream<Uint8Array>,
    limits: UploadPackLimits,
  ) {
    this.#child = child;
    this.#request = body.getReader();
    this.#input = child.stdin.getWriter();
    this.#input.closed.catch(() => {}); // git went first: its answer tells why
    this.#output = child.stdout.getReader();
    this.answer = new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pass(controller),
      cancel: () => this.end(),
    }, { highWaterMark: 0 });
    this.ended = child.status.then(() => {
      this.#isOver = true;
      this.#stopFeeding();
      for (const timer of this.#timers) clearTimeout(timer);
    });
    this.#watch(limits);
    this.#feed(limits.gitRequestBytesMax);
  }

  /** Ends git, which takes its own children along; by force if need be. */
  end(): void {
    this.#output.cancel().catch(() => {}); // nobody reads any more
    if (this.#isOver) return;
    this.#stopFeeding();
    this.#kill("SIGTERM");
    this.#timers.push(setTimeout(() => this.#kill("SIGKILL"), ENDING_MS));
  }

  async #pass(
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): Promise<void> {
    const { value, done } = await this.#output.read();
    this.#moved++;
    // An answer that was cut off shows as such to git's client: it has an end
    // mark of its own. What git's exit status says, it has been told as well.
    if (done) controller.close();
    else controller.enqueue(value);
  }

  async #feed(bytesMax: number): Promise<void> {
    try {
      for (let sizeBytes = 0;;) {
        const { value, done } = await this.#request.read();
        if (done) break;
        sizeBytes += value.length;
        if (sizeBytes > bytesMax) return this.end();
        await this.#input.write(value);
        this.#moved++;
      }
      await this.#input.close();
    } catch {
      this.end(); // its client is gone, or git is and this does nothing
    }
  }

  #stopFeeding(): void {
    this.#request.cancel().catch(() => {}); // it has broken off already
    this.#input.abort().catch(() => {}); // it is closed already
  }

  #watch({ gitStalledMsMax, gitCloneMsMax }: UploadPackLimits): void {
    let seen = -1;
    const look = () => {
      if (this.#moved === seen) this.end();
      seen = this.#moved;
    };
    this.#timers.push(
      setInterval(look, gitStalledMsMax),
      setTimeout(() => this.end(), gitCloneMsMax),
    );
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already, which is what was wanted.
    }
  }
}
