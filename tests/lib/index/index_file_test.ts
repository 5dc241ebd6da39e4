import fc from "fast-check";
import { parseChecksum } from "../../../lib/crate/checksum.ts";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import {
  encodeIndexEntry,
  type IndexEntryJson,
  toIndexEntry,
} from "../../../lib/index/entry.ts";
import { IndexFile } from "../../../lib/index/index_file.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";
import { someMetadata } from "../../support/some_metadata.ts";

const CHECKSUM = parseChecksum("0123456789abcdef".repeat(4));
const version = parseCrateVersion;

function json(vers: string, crate = "foo"): IndexEntryJson {
  const metadata = someMetadata({
    name: parseCrateName(crate),
    version: version(vers),
  });
  return toIndexEntry(metadata, CHECKSUM, "2026-11-24T10:00:00Z");
}

function line(vers: string, stated: Partial<IndexEntryJson> = {}): string {
  return encodeIndexEntry({ ...json(vers), ...stated });
}

function fileOf(...lines: string[]): IndexFile {
  return IndexFile.parse(lines.map((it) => `${it}\n`).join(""));
}

function versions(file: IndexFile): string[] {
  return file.entries.map((it) => it.version);
}

Deno.test("IndexFile.EMPTY is the file of a crate that is not there", () => {
  const { EMPTY } = IndexFile;
  assertEquals(
    [EMPTY.text, EMPTY.isEmpty, EMPTY.name, EMPTY.newest, EMPTY.entries],
    ["", true, null, null, []],
  );
  assertEquals(IndexFile.parse("") === EMPTY, true);
});

Deno.test("IndexFile.withEntry() adds a line at the end, and the first one too", () => {
  const one = IndexFile.EMPTY.withEntry(json("1.0.0"));
  assertEquals(one.text, line("1.0.0") + "\n");
  const two = one.withEntry(json("0.9.0"));
  assertEquals(two.text, one.text + line("0.9.0") + "\n");
  assertEquals(versions(two), ["1.0.0", "0.9.0"]);
  assertEquals(two.name as string | null, "foo");
  assertEquals(versions(one), ["1.0.0"], "the file before is what it was");
});

// What cargo puts up with (and what git users may have written).
const ODD_FILES: [text: string, versions: string[], why: string][] = [
  [line("1.0.0"), ["1.0.0"], "no newline at the end"],
  [line("1.0.0") + "\r\n" + line("1.1.0") + "\r\n", ["1.0.0", "1.1.0"], "CRLF"],
  [
    `\n\n${line("1.0.0")}\n \n${line("1.1.0")}\n\n`,
    ["1.0.0", "1.1.0"],
    "blank lines",
  ],
  [
    `${line("1.0.0")}\ngarbage\n${line("1.1.0")}\n`,
    ["1.0.0", "1.1.0"],
    "a line that is none",
  ],
  [
    `${line("1.0.0").slice(0, -9)}\n${line("1.1.0")}\n`,
    ["1.1.0"],
    "a line torn off",
  ],
  [
    `\ufeff${line("1.0.0")}\n${line("1.1.0")}\n`,
    ["1.1.0"],
    "a byte order mark",
  ],
  [
    line("1.0.0").replace('"deps"', '"x":[1.50,{"vers":"9.9.9"}],"deps"') +
    "\n",
    ["1.0.0"],
    "unknown keys",
  ],
  [
    line("1.0.0").replace('{"name":"foo",', '{"x":1,"name" : "foo" , ') + "\n",
    ["1.0.0"],
    "keys in another order, and blanks",
  ],
  [
    line("1.0.0").replaceAll('":', '": ').replaceAll(',"', ', "') + "\n",
    ["1.0.0"],
    "as Python prints it",
  ],
  [
    line("1.0.0").replace(/\}$/, ',"vers":"2.0.0"}') + "\n",
    [],
    "a version said twice",
  ],
  ["garbage", [], "no entry at all"],
  ["\n\n", [], "nothing but blank lines"],
];
for (const [text, expected, why] of ODD_FILES) {
  Deno.test(`IndexFile puts up with ${why} and keeps every byte of it`, () => {
    const file = IndexFile.parse(text);
    assertEquals(versions(file), expected);
    assertEquals(file.text, text);
    for (const it of expected) {
      assertEquals(file.find(version(it))?.version as string, it);
    }
    const added = file.withEntry(json("3.0.0"));
    const glue = text === "" || text.endsWith("\n") ? "" : "\n";
    assertEquals(added.text, text + glue + line("3.0.0") + "\n");
    assertEquals(added.without(version("3.0.0")).text, text + glue);
  });
}

Deno.test("IndexFile.isEmpty means that nothing is worth keeping", () => {
  assertEquals(IndexFile.parse("\n \r\n").isEmpty, true);
  assertEquals(IndexFile.parse("garbage\n").isEmpty, false);
  assertEquals(fileOf(line("1.0.0")).isEmpty, false);
  assertEquals(fileOf(line("1.0.0")).without(version("1.0.0")).isEmpty, true);
});

Deno.test("IndexFile lets the last of two lines with one version count", () => {
  const file = fileOf(
    line("1.0.0"),
    line("1.1.0"),
    line("1.0.0", { yanked: true, links: "z" }),
  );
  assertEquals(versions(file), ["1.0.0", "1.1.0"]);
  assertEquals(file.find(version("1.0.0"))?.json.links, "z");
  assertEquals(
    file.withYanked(version("1.0.0"), false).text,
    [line("1.0.0"), line("1.1.0"), line("1.0.0", { links: "z" }), ""]
      .join("\n"),
  );
  assertEquals(file.without(version("1.0.0")).text, line("1.1.0") + "\n");
});

Deno.test("IndexFile falls back to an older line when the last one is damaged", () => {
  const damaged = line("1.0.0").replace(/,"cksum":"[^"]*"/, "");
  const file = fileOf(line("1.0.0", { links: "z" }), damaged);
  assertEquals(file.find(version("1.0.0"))?.json.links, "z");
  assertEquals(versions(file), ["1.0.0"]);
});

Deno.test("IndexFile.find() wants the very version, findIgnoringBuild() its numbers", () => {
  const file = fileOf(line("1.0.0+a"), line("1.0.0-a+b"), line("1.0.10"));
  const found = (text: string) => [
    file.find(version(text))?.version ?? null,
    file.findIgnoringBuild(version(text))?.version ?? null,
  ];
  assertEquals<unknown>(found("1.0.0+a"), ["1.0.0+a", "1.0.0+a"]);
  assertEquals<unknown>(found("1.0.0"), [null, "1.0.0+a"]);
  assertEquals<unknown>(found("1.0.0+b"), [null, "1.0.0+a"]);
  assertEquals<unknown>(found("1.0.0-a"), [null, "1.0.0-a+b"]);
  assertEquals<unknown>(found("1.0.1"), [null, null]);
});

const NEWEST: [
  versions: [version: string, yanked?: "yanked"][],
  newest: string,
  why: string,
][] = [
  [[["1.0.0"], ["1.10.0"], ["1.9.0"]], "1.10.0", "by number, not by date"],
  [[["1.0.0"], ["2.0.0-rc.1"]], "1.0.0", "a release before a pre-release"],
  [[["1.0.0"], ["2.0.0", "yanked"]], "1.0.0", "not a yanked one"],
  [
    [["1.0.0", "yanked"], ["2.0.0-a"], ["2.0.0-b"]],
    "2.0.0-b",
    "a pre-release before a yanked release",
  ],
  [
    [["1.0.0", "yanked"], ["2.0.0-a", "yanked"]],
    "2.0.0-a",
    "the highest when all are yanked",
  ],
];
for (const [stated, newest, why] of NEWEST) {
  Deno.test(`IndexFile.newest is ${newest} (${why})`, () => {
    const lines = stated.map(([it, yanked]) =>
      line(it, { yanked: yanked === "yanked" })
    );
    assertEquals(fileOf(...lines).newest?.version as string, newest);
    assertEquals(
      fileOf(...lines.reverse()).newest?.version as string,
      newest,
      "in whatever order they were published",
    );
  });
}

Deno.test("IndexFile.withEntry() refuses a version that is there but for build metadata", () => {
  const file = fileOf(line("1.0.0+a"));
  for (const text of ["1.0.0+a", "1.0.0", "1.0.0+b"]) {
    assertRefuses(() => file.withEntry(json(text)), "version_exists", {
      crate: "foo",
      version: text,
      existing: "1.0.0+a",
    });
  }
  assertEquals(file.text, line("1.0.0+a") + "\n");
});

Deno.test("IndexFile.withEntry() refuses another spelling of the crate's name", () => {
  assertRefuses(
    () => fileOf(line("1.0.0")).withEntry(json("1.1.0", "Foo")),
    "crate_name_taken",
    { name: "Foo", existing: "foo" },
  );
});

Deno.test("IndexFile.withEntry() refuses what would make the file larger than the limit, in bytes", () => {
  const limit = DEFAULT_LIMITS.indexFileBytesMax;
  const added = `${line("1.0.0")}\n`.length;
  const fill = (bytes: number) => `${"x".repeat(bytes - 3)}é\n`; // é has two
  const file = IndexFile.parse(fill(limit - added));
  const there = file.withEntry(json("1.0.0"));
  assertEquals(new TextEncoder().encode(there.text).length, limit);
  const full = IndexFile.parse(fill(limit - added + 1));
  assertRefuses(() => full.withEntry(json("1.0.0")), "index_file_full", {
    crate: "foo",
    limit_bytes: limit,
  });
  assertEquals(there.withYanked(version("1.0.0"), true).isEmpty, false);
  assertEquals(there.without(version("1.0.0")).text, file.text);
});

Deno.test("IndexFile.withYanked() changes one line and no other byte", () => {
  const odd = `${line("1.0.0")}\r\ngarbage\n${
    line("1.1.0").replace(',"yanked":false', "").replace("{", '{ "x":1.0,')
  }`;
  const file = IndexFile.parse(odd);
  const there = file.withYanked(version("1.1.0"), true);
  assertEquals(there.text, odd.replace(/\}$/, ',"yanked":true}'));
  assertEquals(there.find(version("1.1.0"))?.yanked, true);
  const other = file.withYanked(version("1.0.0"), true);
  assertEquals(
    other.text,
    odd.replace('"yanked":false', '"yanked":true'),
  );
});

Deno.test("IndexFile.withYanked() gives back the very file that is so already", () => {
  const file = fileOf(line("1.0.0"));
  assertEquals(file.withYanked(version("1.0.0"), false) === file, true);
});

for (const edit of ["withYanked", "without"] as const) {
  Deno.test(`IndexFile.${edit}() refuses a version that is not there`, () => {
    const act = (file: IndexFile, text: string) => () =>
      file[edit](version(text), true);
    const facts = { crate: "foo", version: "1.0.0+a" };
    const file = fileOf(line("1.0.0"));
    assertRefuses(act(file, "1.0.0+a"), "version_not_found", facts);
    assertRefuses(act(IndexFile.EMPTY, "1.0.0+a"), "version_not_found");
  });
}

const someVersion = fc.constantFrom(
  ...["0.1.0", "1.0.0", "1.0.0+a", "1.0.0-a", "2.0.0"].map(version),
);
const someLine = fc.oneof(
  someVersion.map((it) => line(it)),
  someVersion.map((it) => line(it, { yanked: true })),
  someVersion.map((it) => line(it).slice(0, -5)),
  anyText.map((it) => it.replaceAll("\n", "")),
);
const someFile = fc.tuple(fc.array(someLine), fc.boolean()).map(
  ([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""),
);

Deno.test("IndexFile keeps every byte, and all that is read is found, whatever the text", () => {
  fc.assert(fc.property(someFile, (text) => {
    const file = IndexFile.parse(text);
    assertEquals(file.text, text);
    for (const entry of file.entries) {
      assertEquals(file.find(entry.version)?.line, entry.line);
    }
    assertEquals(new Set(versions(file)).size, file.entries.length);
  }));
});

Deno.test("IndexFile edits change no line but the one that they are about, whatever the text", () => {
  fc.assert(fc.property(someFile, someVersion, (text, it) => {
    const file = IndexFile.parse(text);
    const before = text.split("\n");
    try {
      const yanked = file.withYanked(it, true);
      const changed = yanked.text.split("\n")
        .filter((line, index) => line !== before[index]);
      assertEquals(changed.length <= 1, true);
      assertEquals(yanked.find(it)?.yanked, true);
      const rest = file.without(it);
      assertEquals(rest.find(it), undefined);
      assertEquals(
        versions(rest),
        versions(file).filter((other) => other !== it),
      );
    } catch (error) {
      if (!isRefusal(error, "version_not_found")) throw error;
      assertEquals(file.find(it), undefined);
    }
  }));
});

Deno.test("IndexFile.withEntry() and without() is the file as it was, but for a last newline", () => {
  fc.assert(fc.property(someFile, (text) => {
    const file = IndexFile.parse(text);
    const there = file.withEntry(json("3.0.0")).without(version("3.0.0"));
    assertEquals(there.text.replace(/\n$/, ""), text.replace(/\n$/, ""));
  }));
});
