import type { Identity, Owner, Standing } from "../../../lib/auth/identity.ts";
import {
  type Authority,
  type CrateAction,
  isAdmin,
  requireAdmin,
  requireMayChange,
  requireStanding,
} from "../../../lib/auth/policy.ts";
import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const NOBODY: Identity = { kind: "nobody" };
const OPERATOR: Identity = { kind: "operator" };
const ANN: Identity = { kind: "user", id: 1 };
const BEN: Identity = { kind: "user", id: 2 };
const ADMIN: Identity = { kind: "user", id: 8 };
const GONE: Identity = { kind: "user", id: 9 };

const STANDINGS: ReadonlyMap<number, Standing> = new Map([
  [1, "user"],
  [2, "user"],
  [8, "admin"],
]);

const CRATE = parseCrateName("Foo-bar");

function anAuthority(owners: readonly Owner[]): Authority {
  return {
    ownersOf: (crate) => crate === canonicalCrateName(CRATE) ? owners : [],
    standingOf: (user) => STANDINGS.get(user) ?? null,
  };
}

type Answer = "may" | "not_permitted" | "token_invalid";

/** Who may publish, yank, unyank and remove; and who may change owners. */
const DECISIONS: [
  by: Identity,
  owners: Owner[],
  change: Answer,
  owner: Answer,
  why: string,
][] = [
  [OPERATOR, [], "may", "may", "the operator may do all"],
  [OPERATOR, [2], "may", "may", "to the crates of others too"],
  [ADMIN, [], "may", "may", "admins open what is closed"],
  [ADMIN, [2], "may", "may", "and see to the crates of others"],
  [ADMIN, ["anyone"], "may", "may", "and to those of everybody"],
  [ANN, [1], "may", "may", "an owner"],
  [ANN, [2, 1], "may", "may", "one of several owners"],
  [ANN, [2], "not_permitted", "not_permitted", "another's crate"],
  [BEN, [1, 8], "not_permitted", "not_permitted", "a crate of others"],
  [ANN, [], "not_permitted", "not_permitted", "what nobody owns is closed"],
  [
    ANN,
    ["anyone"],
    "may",
    "may",
    "everybody's crate, which is anybody's to take",
  ],
  [NOBODY, ["anyone"], "may", "not_permitted", "nobody can own nothing"],
  [NOBODY, [], "not_permitted", "not_permitted", "closed, without a token"],
  [NOBODY, [1], "not_permitted", "not_permitted", "a user's, without a token"],
  [GONE, [9], "token_invalid", "token_invalid", "an owner who was disabled"],
  [GONE, [], "token_invalid", "token_invalid", "a user who was removed"],
  [
    GONE,
    ["anyone"],
    "token_invalid",
    "token_invalid",
    "even where anybody may",
  ],
];

const ACTIONS: readonly CrateAction[] = [
  ...["publish versions of", "yank", "unyank", "remove"] as const,
  "change the owners of",
];

for (const [by, owners, change, owner, why] of DECISIONS) {
  const who = by.kind === "user" ? `user ${by.id}` : by.kind;
  Deno.test(`requireMayChange() at owners [${owners}] judges ${who} (${why})`, () => {
    for (const action of ACTIONS) {
      const answer = action === "change the owners of" ? owner : change;
      const act = () =>
        requireMayChange(by, action, CRATE, anAuthority(owners));
      if (answer === "may") act();
      else if (answer === "token_invalid") assertRefuses(act, answer);
      else assertRefuses(act, answer, { action, crate: CRATE });
    }
  });
}

const ADMINS: [by: Identity, admin: boolean, why: string][] = [
  [OPERATOR, true, "the person at the machine"],
  [ADMIN, true, "a user who is one"],
  [ANN, false, "another user"],
  [NOBODY, false, "nobody"],
];
for (const [by, admin, why] of ADMINS) {
  Deno.test(`requireAdmin() ${admin ? "lets" : "refuses"} ${why}`, () => {
    const act = () => requireAdmin(by, "add users", anAuthority([]));
    assertEquals(isAdmin(by, anAuthority([])), admin);
    if (admin) act();
    else assertRefuses(act, "admin_needed", { action: "add users" });
  });
}

Deno.test("requireStanding() refuses users alone, once they are disabled or gone", () => {
  for (const by of [OPERATOR, NOBODY, ANN, ADMIN]) {
    requireStanding(by, anAuthority([]));
  }
  for (
    const act of [
      () => requireStanding(GONE, anAuthority([9])),
      () => requireAdmin(GONE, "add users", anAuthority([9])),
    ]
  ) assertRefuses(act, "token_invalid");
});
