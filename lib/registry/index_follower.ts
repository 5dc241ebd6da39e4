/**
 * What follows the index: owners and removals, then derived rows.
 *
 * @module
 */

import type { DerivedDatabase } from "../database/derived.ts";
import type { PeopleDatabase } from "../database/people.ts";
import type { IndexState, MadeChange } from "../index/change.ts";
import type { CommitFollower } from "../index/batch_writer.ts";
import type { Clock } from "../clock.ts";
import type { DerivedFollower } from "./follow_derived.ts";
import type { PeopleFollower } from "./follow_people.ts";

/** Keeps all rows true to the index, in the order in which they must be. */
export class IndexFollower implements CommitFollower {
  readonly #people: PeopleFollower;
  readonly #derived: DerivedFollower;
  readonly #clock: Clock;

  /** Names, owners, users and removals as the rows have them. */
  readonly state: IndexState;

  /**
   * @param people keeps owners and removals.
   * @param derived keeps names and dependents.
   * @param databases the rows of both.
   * @param clock tells when a commit was made.
   */
  constructor(
    people: PeopleFollower,
    derived: DerivedFollower,
    databases: { people: PeopleDatabase; derived: DerivedDatabase },
    clock: Clock,
  ) {
    this.#people = people;
    this.#derived = derived;
    this.#clock = clock;
    this.state = {
      crateNamed: (name) => databases.derived.crateNamed(name),
      ownersOf: (crate) => databases.people.ownersOf(crate),
      standingOf: (user) => databases.people.users.standingOf(user),
      removedVersion: (crate, version) =>
        databases.people.removedVersion(crate, version)?.checksum ?? null,
      isRemovedName: (crate) => databases.people.isRemovedName(crate),
    };
  }

  /** Brings all rows up to `tip`. */
  async catchUp(tip: string | null): Promise<void> {
    await this.#people.catchUp(tip);
    await this.#derived.catchUp(tip);
  }

  /** Takes in a commit that was just made. */
  async follow(oid: string, made: readonly MadeChange[]): Promise<void> {
    await this.#people.follow(oid, this.#clock.now(), made);
    this.#derived.follow(oid, made);
  }
}
