/**
 * Another process: holds the lock of a folder until its stdin is closed.
 *
 * @module
 */

import { say } from "./other_process.ts";
import { FolderLock } from "../../lib/storage/folder_lock.ts";

using lock = FolderLock.tryAcquire(Deno.args[0] ?? "");
await say(lock === null ? "taken" : "held");
await Array.fromAsync(Deno.stdin.readable);
