import { processIo } from "./cli/io.ts";
import { run } from "./cli/mod.ts";

Deno.exit(await run(Deno.args, processIo()));
