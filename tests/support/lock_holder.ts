/**
 * Another process: holds the lock at a path until its stdin is closed.
 *
 * @module
 */

import { say } from "./other_process.ts";
import { SYSTEM_CLOCK } from "../../lib/clock.ts";
import { FileLock } from "../../lib/storage/lock.ts";

using lock = FileLock.open(Deno.args[0] ?? "", SYSTEM_CLOCK);
await lock.acquire(10_000);
await say("held");
await Array.fromAsync(Deno.stdin.readable);
