import { join } from "node:path";
import {
  dataPaths,
  makeDataFolder,
  requireDataFolder,
} from "../../../lib/storage/data_folder.ts";
import { listFolder } from "../../../lib/storage/file_names.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("a data folder is made with all that a registry needs, for its owner alone", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "new", "data");
  await makeDataFolder(folder);
  await requireDataFolder(folder);
  const names = await listFolder(folder);
  const made = ["backup", "crates", "lock", "maintenance", "serving", "tmp"];
  assertEquals(names, made);
  const modes = ["", ...names]
    .map((name) => (Deno.statSync(join(folder, name)).mode ?? 0) & 0o777);
  assertEquals(modes, [0o700, 0o600, 0o700, 0o600, 0o600, 0o600, 0o700]);
});

Deno.test("a data folder made again keeps what is in it", async () => {
  await using temp = await tempFolder();
  const { folder, crates, lock } = dataPaths(join(temp.path, "data"));
  await makeDataFolder(folder);
  await Deno.mkdir(join(crates, "foo"));
  await Deno.writeTextFile(lock, "held");
  await makeDataFolder(folder);
  assertEquals(await listFolder(crates), ["foo"]);
  assertEquals(await Deno.readTextFile(lock), "held");
});

Deno.test("a data folder that an operator made keeps its mode", async () => {
  await using temp = await tempFolder();
  await Deno.chmod(temp.path, 0o750);
  await makeDataFolder(temp.path);
  assertEquals(((await Deno.stat(temp.path)).mode ?? 0) & 0o777, 0o750);
});

Deno.test("a data folder that is not there, is empty or is a file is refused as missing", async () => {
  await using temp = await tempFolder();
  const file = join(temp.path, "file");
  await Deno.writeTextFile(file, "");
  const empty = join(temp.path, "empty");
  await Deno.mkdir(empty);
  for (const path of [file, empty, join(temp.path, "none")]) {
    await assertRejects(() => requireDataFolder(path), "data_folder_missing", {
      path,
    });
  }
  assertEquals(await listFolder(empty), []);
});

const OWNERS: [id: number, owner: string, command: string, why: string][] = [
  [1, firstUser(), `sudo -u ${firstUser()} palletizer …`, "a user with a name"],
  [54321, "#54321", "sudo -u '#54321' palletizer …", "a user without one"],
];
for (const [id, owner, command, why] of OWNERS) {
  Deno.test({
    name: `a data folder of another owner is refused to root too (${why})`,
    ignore: Deno.uid() !== 0,
    async fn() {
      await using temp = await tempFolder();
      const path = join(temp.path, "data");
      await makeDataFolder(path);
      await Deno.remove(join(path, "tmp"));
      await Deno.chown(path, id, id);
      const facts = { path, owner, command };
      for (const use of [requireDataFolder, makeDataFolder]) {
        await assertRejects(() => use(path), "data_folder_foreign", facts);
      }
      const left = ["backup", "crates", "lock", "maintenance", "serving"];
      assertEquals(await listFolder(path), left);
    },
  });
}

function firstUser(): string {
  const line = Deno.readTextFileSync("/etc/passwd").split("\n")
    .find((it) => it.split(":")[2] === "1");
  return line?.split(":")[0] ?? "#1";
}

Deno.test({
  name: "a folder of root is refused to others",
  ignore: Deno.uid() === 0,
  async fn() {
    await assertRejects(
      () => requireDataFolder("/usr"),
      "data_folder_foreign",
      {
        path: "/usr",
        owner: "root",
        command: "sudo -u root palletizer …",
      },
    );
  },
});
