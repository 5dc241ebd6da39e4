import type { Identity, Owner } from "../../../lib/auth/identity.ts";
import { requireMayChange } from "../../../lib/auth/policy.ts";
import { assertRefuses } from "../../support/assert.ts";

const NOBODY: Identity = { kind: "nobody" };
const OPERATOR: Identity = { kind: "operator" };
const ANN: Identity = { kind: "user", id: 1 };

const DECISIONS: [by: Identity, owners: Owner[], may: boolean, why: string][] =
  [
    [OPERATOR, [], true, "the operator may do all"],
    [OPERATOR, [2], true, "the operator may do all to the crates of others"],
    [ANN, [1], true, "an owner"],
    [ANN, [2, 1], true, "one of several owners"],
    [ANN, [2], false, "another's crate"],
    [ANN, [], false, "a crate that nobody owns is closed"],
    [ANN, ["anyone"], true, "a crate that belongs to anyone"],
    [
      NOBODY,
      ["anyone"],
      true,
      "a crate that belongs to anyone, without a token",
    ],
    [NOBODY, [], false, "a closed crate, without a token"],
    [NOBODY, [1], false, "a user's crate, without a token"],
  ];
for (const [by, owners, may, why] of DECISIONS) {
  const name =
    `requireMayChange() ${may ? "lets" : "refuses"} ${
      JSON.stringify(by)
    } at owners ` +
    `${JSON.stringify(owners)} (${why})`;
  Deno.test(name, () => {
    const act = () => requireMayChange(by, "yank", "foo", owners);
    if (may) act();
    else assertRefuses(act, "not_permitted", { action: "yank", crate: "foo" });
  });
}
