/**
 * The real cargo and git with tokens: how each learns that it needs one, brings
 * it, and is told that it is wrong; by both index protocols.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-authentication.html
 * @module
 */

import { join } from "node:path";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import { runProgram } from "../support/palletizer.ts";
import { RawConnection } from "../support/raw_http.ts";
import { aTextLibrary, on } from "../support/rust_project.ts";
import {
  type Protocol,
  PROTOCOLS,
  ServedRegistry,
} from "../support/served_registry.ts";

const AT = ["--registry", "palletizer"];
const PUBLISH = ["publish", ...AT, "--no-verify", "--allow-dirty"];
const CLOSED = { read: "token", publish: "token" } as const;

/** What cargo needs to be told where reading takes a token. */
const PROVIDER = {
  CARGO_REGISTRIES_PALLETIZER_CREDENTIAL_PROVIDER: "cargo:token",
};

/** A person with a token, which git is told of too. */
async function aUserWith(
  registry: ServedRegistry,
  name: string,
  protocol: Protocol,
  secret: string | null,
  env: Record<string, string> = {},
): Promise<CargoUser> {
  const user = await registry.user(name, protocol, {
    ...PROVIDER,
    ...(secret === null ? {} : { CARGO_REGISTRIES_PALLETIZER_TOKEN: secret }),
    ...env,
  });
  // Cargo's own git passes helpers over as soon as [http] says anything.
  const config = join(user.env.CARGO_HOME ?? "", "config.toml");
  const text = await Deno.readTextFile(config);
  await Deno.writeTextFile(config, text.replace(/^proxy = .*$/m, ""));
  if (secret !== null) {
    const helper = `"!f() { echo username=any; echo password=${secret}; }; f"`;
    await Deno.writeTextFile(
      join(user.env.HOME ?? "", ".gitconfig"),
      `[credential]\nhelper = ${helper}\n`,
    );
  }
  return user;
}

const FETCHES: [Protocol, Record<string, string>, string][] = [
  ["sparse", {}, "the sparse index"],
  ["git", {}, "the git index by cargo's own git"],
  ["git", { CARGO_NET_GIT_FETCH_WITH_CLI: "true" }, "the git index by git"],
];

for (const [protocol, env, what] of FETCHES) {
  Deno.test(`cargo publishes, yanks, searches and builds with a token alone by ${what}`, async () => {
    await using registry = await ServedRegistry.make(CLOSED);
    const secret = await registry.token("ana");
    const user = await aUserWith(registry, "ana", protocol, secret, env);
    const project = await user.project(
      "aged",
      aTextLibrary("aged", "one", { version: "1.0.0" }),
    );
    await user.cargoDone(project, PUBLISH);
    const app = await user.program("aged::text()", `aged = ${on("1")}`);
    assertEquals(await user.output(app), "one");
    await user.cargoDone(app, ["yank", ...AT, "aged@1.0.0"]);
    await user.cargoDone(app, ["yank", ...AT, "--undo", "aged@1.0.0"]);
    assertIncludes(
      await user.cargoDone(app, ["search", ...AT, "aged"]),
      "aged",
    );
    assertIncludes(await user.cargoDone(app, ["info", ...AT, "aged"]), "1.0.0");
    const owners = ["owner", ...AT, "--list", "aged"];
    assertEquals((await user.cargoDone(app, owners)).trim(), "ana");
  });

  Deno.test(`cargo without a token is shown nothing by ${what}`, async () => {
    await using registry = await ServedRegistry.make(CLOSED);
    const secret = await registry.token("ana");
    const ana = await aUserWith(registry, "ana", protocol, secret, env);
    const files = aTextLibrary("aged", "one", { version: "1.0.0" });
    await registry.publish(ana, "aged", files);

    const ben = await aUserWith(registry, "ben", protocol, null, {
      ...env,
      CARGO_REGISTRIES_PALLETIZER_TOKEN: "wrong",
      GIT_TERMINAL_PROMPT: "0",
    });
    const app = await ben.program("aged::text()", `aged = ${on("1")}`);
    const { code, stderr } = await ben.cargo(app, ["build"]);
    assertEquals(code, 101, stderr);
    assertTrue(!stderr.includes("wrong\n"), stderr);
    if (protocol === "sparse") {
      assertIncludes(stderr, "token rejected for `palletizer`");
      assertIncludes(stderr, "the token is not accepted");
    }
  });
}

for (const protocol of PROTOCOLS) {
  Deno.test(`cargo is refused at once with a token that was revoked, by the API and the ${protocol} index`, async () => {
    await using registry = await ServedRegistry.make(CLOSED);
    const secret = await registry.token("ana");
    const user = await aUserWith(registry, "ana", protocol, secret);
    const files = aTextLibrary("aged", "one", { version: "1.0.0" });
    await registry.publish(user, "aged", files);
    const tokens = await registry.done("token", "list", "--json");
    const { id } = JSON.parse(tokens.trim().split("\n").at(-1) ?? "{}");
    await registry.done("token", "revoke", String(id));
    const { code, stderr } = await user.cargo(registry.folder, [
      ...["yank", ...AT, "aged@1.0.0"],
    ]);
    assertEquals(code, 101);
    assertMatch(stderr, /40[13]|rejected|authenticat/i);
    assertEquals(
      await registry.done("crate", "list", "--json").then((it) =>
        JSON.parse(it).yanked
      ),
      false,
    );
  });

  Deno.test(`cargo needs a token to publish alone where everybody may read (${protocol})`, async () => {
    await using registry = await ServedRegistry.make({ publish: "token" });
    const secret = await registry.token("ana");
    const ana = await registry.user("ana", protocol, {
      CARGO_REGISTRIES_PALLETIZER_TOKEN: secret,
    });
    const files = aTextLibrary("aged", "one", { version: "1.0.0" });
    await registry.publish(ana, "aged", files);

    // Somebody who has no provider and no token reads all the same.
    const ben = await registry.user("ben", protocol);
    const app = await ben.program("aged::text()", `aged = ${on("1")}`);
    assertEquals(await ben.output(app), "one");
    const project = await ben.project("mine", aTextLibrary("mine", "x"));
    const { code, stderr } = await ben.cargo(project, PUBLISH);
    assertEquals(code, 101);
    assertIncludes(stderr, "status 403 Forbidden");
    assertIncludes(stderr, "tokens of this registry begin with `plt_`");
    assertTrue(!stderr.includes("WWW-Authenticate"), stderr);
  });

  Deno.test(`cargo owner changes who may publish (${protocol})`, async () => {
    await using registry = await ServedRegistry.make({ publish: "token" });
    const userWithToken = async (name: string) =>
      await registry.user(name, protocol, {
        CARGO_REGISTRIES_PALLETIZER_TOKEN: await registry.token(name),
      });
    const ana = await userWithToken("ana");
    const ben = await userWithToken("ben");
    const files = aTextLibrary("aged", "one", { version: "1.0.0" });
    await registry.publish(ana, "aged", files);
    const owner = (user: CargoUser, ...args: string[]) =>
      user.cargo(registry.folder, ["owner", ...AT, ...args, "aged"]);

    const refused = await owner(ben, "--add", "ben");
    assertEquals(refused.code, 101);
    assertIncludes(refused.stderr, "status 403 Forbidden");
    const unknown = await owner(ana, "--add", "carl");
    assertIncludes(unknown.stderr, "there is no user `carl`");
    const added = await owner(ana, "--add", "ben");
    assertIncludes(added.stderr, "Owner `ben` added to the owners of aged");
    assertEquals((await owner(ana, "--list")).stdout, "ana\nben\n");
    const next = aTextLibrary("aged", "two", { version: "1.1.0" });
    await registry.publish(ben, "aged-2", next);
    const removed = await owner(ben, "--remove", "ana");
    assertEquals(removed.code, 0, removed.stderr);
    const last = await owner(ben, "--remove", "ben");
    assertEquals(last.code, 101);
    assertIncludes(last.stderr, "would be left without an owner");
    assertEquals((await owner(ben, "--list")).stdout, "ben\n");
  });
}

Deno.test("cargo login says where a token is to be had, and keeps what it is given", async () => {
  await using registry = await ServedRegistry.make(CLOSED);
  const secret = await registry.token("ana");
  const user = await registry.user("ana", "sparse", PROVIDER);
  const { CARGO_REGISTRIES_PALLETIZER_TOKEN: _, ...env } = user.env;
  const login = await runProgram("cargo", ["login", ...AT], {
    ...{ cwd: registry.folder, env, stdin: `${secret}\n` },
  });
  assertEquals(login.code, 0, login.stderr);
  const kept = join(user.env.CARGO_HOME ?? "", "credentials.toml");
  assertIncludes(await Deno.readTextFile(kept), secret);
  const search = await runProgram("cargo", ["search", ...AT, "x"], {
    ...{ cwd: registry.folder, env },
  });
  assertEquals(search.code, 0, search.stderr);
});

Deno.test("cargo takes a token from a program, and Bearer in front of it", async () => {
  await using registry = await ServedRegistry.make(CLOSED);
  const secret = await registry.token("ana");
  const file = join(registry.folder, "secret");
  await Deno.writeTextFile(file, secret);
  const user = await registry.user("ana", "sparse");
  const { CARGO_REGISTRIES_PALLETIZER_TOKEN: _, ...env } = user.env;
  const ways: Record<string, string>[] = [
    {
      CARGO_REGISTRIES_PALLETIZER_CREDENTIAL_PROVIDER:
        `cargo:token-from-stdout cat ${file}`,
    },
    { ...PROVIDER, CARGO_REGISTRIES_PALLETIZER_TOKEN: `Bearer ${secret}` },
  ];
  for (const way of ways) {
    const search = await runProgram("cargo", ["search", ...AT, "x"], {
      ...{ cwd: registry.folder, env: { ...env, ...way } },
    });
    assertEquals(search.code, 0, search.stderr);
  }
});

Deno.test("listeners of one server have policies, addresses and config.json of their own", async () => {
  await using registry = await ServedRegistry.make({
    ...CLOSED,
    more: (bind) =>
      `[[listener]]\nbind = "${bind}"\nurl = "http://${bind}"\n` +
      'read = "anyone"\npublish = "nobody"\n',
  });
  const secret = await registry.token("ana");
  const ana = await aUserWith(registry, "ana", "sparse", secret);
  const files = aTextLibrary("aged", "one", { version: "1.0.0" });
  await registry.publish(ana, "aged", files);

  const { otherUrl } = registry;
  const ben = await CargoUser.make(
    join(registry.folder, "people", "ben"),
    registry.indexUrl("sparse", otherUrl),
    { NO_PROXY: "127.0.0.1", CARGO_REGISTRIES_PALLETIZER_TOKEN: secret },
  );
  const app = await ben.program("aged::text()", `aged = ${on("1")}`);
  assertEquals(await ben.output(app), "one");
  const project = await ben.project("mine", aTextLibrary("mine", "x"));
  const { code, stderr } = await ben.cargo(project, PUBLISH);
  assertEquals(code, 101);
  assertIncludes(stderr, "takes no changes");

  const open = await (await fetch(`${otherUrl}/index/config.json`)).json();
  assertEquals(open, {
    dl: `${otherUrl}/crates/{crate}/{crate}-{version}.crate`,
    api: otherUrl,
  });
  const closed = await fetch(`${registry.url}/index/config.json`, {
    headers: { authorization: secret },
  });
  assertEquals((await closed.json())["auth-required"], true);
});

Deno.test("a token that is revoked by another process is refused on a connection that is open", async () => {
  await using registry = await ServedRegistry.make(CLOSED);
  const secret = await registry.token("ana");
  const tokens = await registry.done("token", "list", "--json");
  const { id } = JSON.parse(tokens.trim().split("\n").at(-1) ?? "{}");
  using connection = await RawConnection.open(registry.url);
  const ask = async () => {
    await connection.write(
      `GET /index/config.json HTTP/1.1\r\nHost: h\r\nAuthorization: ${secret}\r\n\r\n`,
    );
    return (await connection.answer()).status;
  };
  assertEquals([await ask(), await ask()], [200, 200]);
  await registry.done("token", "revoke", String(id));
  assertEquals(await ask(), 401);
});
