import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../../support/assert.ts";
import { CapturedIo } from "../../support/captured_io.ts";
import { run } from "../../../cli/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { Shelf } from "../../support/a_shelf.ts";

Deno.test("palletizer crate add says a line a file, and what to do next", async () => {
  await using shelf = await Shelf.make();
  const files = await shelf.write(aCrate("a"), aCrate("b", "0.1.0"));
  assertEquals(await shelf.run(["crate", "add", ...files]), {
    status: 0,
    stdout: "added a 1.0.0 (a-1.0.0.crate)\nadded b 0.1.0 (b-0.1.0.crate)\n",
    stderr: "2 added; use one with `cargo add NAME --registry palletizer`\n" +
      "nobody owns what is new (`a`, `b`), so only admins and this command can publish more of it: `palletizer owner add a USER` makes somebody an owner, and so does `--owner USER` the next time\n",
  });
  assertEquals(await shelf.versions(), ["a 1.0.0", "b 0.1.0"]);
});

Deno.test("palletizer crate add refuses each bad file alone", async () => {
  await using shelf = await Shelf.make();
  const [good] = await shelf.write(aCrate("good"));
  await Deno.writeTextFile(`${shelf.path}/bad.crate`, "no crate file");
  await Deno.mkdir(`${shelf.path}/empty`);
  const args = ["crate", "add", "bad.crate", "none.crate", "empty", good ?? ""];
  const { status, stdout, stderr } = await shelf.run(args);
  assertEquals(status, 1);
  assertEquals(stdout, "added good 1.0.0 (good-1.0.0.crate)\n");
  assertMatch(stderr, /^refused bad\.crate: the crate file is malformed/m);
  assertMatch(stderr, /^refused none\.crate: .*there is no such file$/m);
  assertMatch(stderr, /^refused empty: .*no file in this folder/m);
  assertMatch(stderr, /^1 added, 3 refused; use one with/m);
  assertEquals(await shelf.versions(), ["good 1.0.0"]);
});

Deno.test("palletizer crate add refuses a version that is there, unless its bytes are equal and --skip-existing is given", async () => {
  await using shelf = await Shelf.with(aCrate("a"));
  const again = await shelf.run(["crate", "add", "a-1.0.0.crate"]);
  assertEquals([again.status, again.stdout], [1, ""]);
  assertIncludes(again.stderr, "already has version 1.0.0");
  assertIncludes(again.stderr, "1 refused; nothing was changed");

  const args = ["crate", "add", "--skip-existing", "a-1.0.0.crate"];
  assertEquals(await shelf.run(args), {
    status: 0,
    stdout: "already there a 1.0.0 (a-1.0.0.crate)\n",
    stderr: "1 already there; nothing was changed\n",
  });

  await shelf.write(aCrate("a").withLibrary("// other bytes"));
  assertEquals((await shelf.run(args)).status, 1);
});

Deno.test("palletizer crate add --dry-run changes nothing", async () => {
  await using shelf = await Shelf.make();
  const [file] = await shelf.write(aCrate("a"));
  assertEquals(await shelf.run(["crate", "add", file ?? "", "--dry-run"]), {
    status: 0,
    stdout: "would be added a 1.0.0 (a-1.0.0.crate)\n",
    stderr: "1 would be added; nothing was changed\n",
  });
  assertEquals(await shelf.versions(), []);
});

Deno.test("palletizer crate add --published keeps the time of another registry", async () => {
  await using shelf = await Shelf.make();
  const published = "2020-02-29T23:59:59Z";
  const [file] = await shelf.write(aCrate("a"));
  await shelf.done(["crate", "add", file ?? "", "--published", published]);
  const shown = await shelf.done(["crate", "show", "a", "--json"]);
  assertEquals(JSON.parse(shown).versions[0].published, published);
});

Deno.test("palletizer crate add shows how far it is", async () => {
  await using shelf = await Shelf.make();
  const files = await shelf.write(aCrate("a"), aCrate("b"));
  const io = new CapturedIo(shelf.path);
  assertEquals(await run(["crate", "add", ...files], io), 0);
  assertEquals(io.shown, ["checked 1 file", "checked 2 files"]);
});

Deno.test("palletizer crate add says where it looked when there is no registry", async () => {
  await using shelf = await Shelf.make();
  await Deno.writeTextFile(`${shelf.path}/other.toml`, 'data = "other"\n');
  const args = ["crate", "add", "a.crate", "--config", "other.toml"];
  const { status, stdout, stderr } = await shelf.run(args);
  assertEquals([status, stdout], [2, ""]);
  assertIncludes(stderr, `there is no registry at \`${shelf.path}/other\``);
  assertIncludes(stderr, `${shelf.path}/other.toml\` (--config)`);
});
