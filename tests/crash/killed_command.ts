/**
 * A command line that dies at a step of its own: `killed_command.ts STEP[:N]
 * ARGS…` kills itself, without any chance to tidy, when a change reaches that
 * step for the first (or N-th) time.
 *
 * @module
 */

import { processIo } from "../../cli/io.ts";
import { run } from "../../cli/mod.ts";

const [where = "", ...args] = Deno.args;
const [step, times = "1"] = where.split(":");
let count = 0;

Deno.exit(
  await run(args, processIo(), {
    reached(reached) {
      if (reached === step && ++count === Number(times)) {
        Deno.kill(Deno.pid, "SIGKILL");
      }
    },
  }),
);
