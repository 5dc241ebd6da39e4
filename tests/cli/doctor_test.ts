import { aCrate } from "../support/a_crate.ts";
import { linesOf, Shelf } from "../support/a_shelf.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";
import { run } from "../../cli/mod.ts";

/** A registry whose crates have an owner. */
async function crates(): Promise<Shelf> {
  const shelf = await Shelf.make();
  await shelf.done(["user", "add", "anna"]);
  const files = await shelf.write(
    aCrate("parser", "1.0.0"),
    aCrate("parser", "1.1.0"),
    aCrate("other"),
  );
  await shelf.done(["crate", "add", "--owner", "anna", ...files]);
  return shelf;
}

/** Room on the disk is the machine's own matter. */
function withoutSpace(stdout: string): Record<string, unknown>[] {
  return linesOf(stdout).filter(({ code }) =>
    !/^space_|^files_/.test(`${code}`)
  );
}

function fileIn(shelf: Shelf, path: string): string {
  return `${shelf.path}/palletizer-data/${path}`;
}

const PARSER = "crates/parser/parser-1.0.0.crate";

Deno.test("palletizer doctor finds nothing in a whole registry, and shows how far it is", async () => {
  await using shelf = await crates();
  for (const more of [[], ["--quick"], ["--repair"]]) {
    const io = new CapturedIo(shelf.path);
    const status = await run(["doctor", "--json", ...more], io);
    assertEquals([status, withoutSpace(io.stdout)], [0, []]);
    const bar = `[${"#".repeat(30)}] 3 of 3 index files`;
    assertEquals(io.shown.at(-1), bar);
  }
});

Deno.test("palletizer doctor exits 1 when something is serious, and tells what to do", async () => {
  await using shelf = await crates();
  await Deno.remove(fileIn(shelf, PARSER));
  const { status, stdout, stderr } = await shelf.run(["doctor"]);
  assertEquals(status, 1);
  assertIncludes(stdout, "serious: crate_file_missing (1)");
  assertIncludes(stdout, "palletizer crate remove parser 1.0.0");
  assertIncludes(stderr, "1 serious problem");
  await shelf.done(["crate", "remove", "parser", "1.0.0", "--yes"]);
  assertEquals((await shelf.run(["doctor"])).status, 0);
});

Deno.test("palletizer doctor exits 0 when nothing is serious", async () => {
  await using shelf = await crates();
  await Deno.chmod(fileIn(shelf, PARSER), 0o644);
  const { status, stdout, stderr } = await shelf.run(["doctor"]);
  assertEquals(status, 0);
  assertIncludes(stdout, "warning: mode_open (1)");
  assertIncludes(stderr, "1 warning");
  assertIncludes(stderr, "`palletizer doctor --repair` repairs 1 of them");
});

Deno.test("palletizer doctor --json prints an object a line", async () => {
  await using shelf = await crates();
  await Deno.chmod(fileIn(shelf, PARSER), 0o644);
  const { stdout } = await shelf.run(["doctor", "--json"]);
  const [{ message: _, advice: __, ...found } = {}] = withoutSpace(stdout);
  assertEquals(found, {
    code: "mode_open",
    severity: "warning",
    outcome: "found",
    facts: { path: PARSER, mode: "0644" },
    repairable: true,
    trouble: null,
  });
});

Deno.test("palletizer doctor --repair says what it mended, and exits by what is left", async () => {
  await using shelf = await crates();
  await Deno.chmod(fileIn(shelf, PARSER), 0o000); // serious, until it is mended
  const repaired = await shelf.run(["doctor", "--repair"]);
  assertEquals(repaired.status, 0);
  assertIncludes(repaired.stdout, "repaired: its owner may use it again");
  assertIncludes(repaired.stderr, "1 repaired");
  await Deno.remove(fileIn(shelf, PARSER));
  await Deno.chmod(fileIn(shelf, "crates"), 0o755);
  const left = await shelf.run(["doctor", "--repair"]);
  assertEquals(left.status, 1);
  assertIncludes(left.stderr, "1 repaired, 1 serious problem");
  const { status, stdout } = await shelf.run(["doctor", "--json"]);
  const codes = withoutSpace(stdout).map(({ code }) => code);
  assertEquals([status, codes], [1, ["crate_file_missing"]]);
});

Deno.test("palletizer doctor shows a bounded number of findings of a kind, --json all", async () => {
  await using shelf = await crates();
  for (let at = 10; at < 35; at++) {
    const path = `crates/parser/parser-2.0.${at}.crate`;
    await Deno.writeTextFile(fileIn(shelf, path), "", { mode: 0o600 });
  }
  const { stdout } = await shelf.run(["doctor"]);
  assertIncludes(stdout, "warning: crate_file_orphan (25)");
  assertIncludes(stdout, "… and 5 more");
  assertEquals(stdout.match(/no line of the index names/g)?.length, 20);
  const json = await shelf.run(["doctor", "--json"]);
  assertEquals(withoutSpace(json.stdout).length, 25);
});

Deno.test("palletizer doctor makes no texts of a damaged index dangerous to a terminal", async () => {
  await using shelf = await crates();
  await Deno.writeTextFile(fileIn(shelf, "crates/\x1b[31mred"), "", {
    mode: 0o600,
  });
  const { stdout } = await shelf.run(["doctor"]);
  assertIncludes(stdout, "crates/\\u{1b}[31mred");
});

Deno.test("palletizer doctor says that there is no registry", async () => {
  await using shelf = await Shelf.make();
  await Deno.remove(`${shelf.path}/palletizer-data`, { recursive: true });
  const { status, stderr } = await shelf.run(["doctor"]);
  assertEquals(status, 2);
  assertIncludes(stderr, "there is no registry at");
});
