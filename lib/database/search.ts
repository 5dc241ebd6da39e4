/**
 * Search: which crates have these words in their name, keywords or description.
 *
 * Part of `derived.db`. Names come from the index; what describes a crate comes
 * later, from the Cargo.toml of its newest version. What counts as a word is in
 * `search_words.ts`.
 *
 * @see https://www.sqlite.org/fts5.html
 * @module
 */

import type { CanonicalCrateName, CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Database } from "./database.ts";
import { toNameText, toSearchText, toSearchWords } from "./search_words.ts";

/**
 * Matches up to this many are put in the order of their relevance. Words that
 * more crates have tell little, and weighing them all would take long.
 */
const RANKED_MATCHES_MAX = 2_000;

/** A match in the name weighs most, then one in the keywords. */
const RELEVANCE = "bm25(words, 10, 5, 1), rowid";

/** What describes a crate, from the Cargo.toml of its newest version. */
export interface CrateDescription {
  /** In a sentence or two; `null` where it says nothing. */
  readonly description: string | null;
  /** At most a handful. */
  readonly keywords: readonly string[];
}

/** A crate as a list shows it. */
export interface CrateSummary extends CrateDescription {
  /** Its name, as it is spelt. */
  readonly name: CrateName;
  /** The version that people most likely want. */
  readonly newestVersion: CrateVersion;
  /** How many versions it has, yanked ones too. */
  readonly versionCount: number;
  /** Whether the newest version is yanked, which then all are. */
  readonly yanked: boolean;
}

/** One page of what was found. */
export interface SearchResult {
  /** How many crates were found in all. */
  readonly total: number;
  /** Those of this page. */
  readonly crates: readonly CrateSummary[];
}

/** Which page of a result. */
export interface Page {
  /** How many crates at most. */
  readonly limit: number;
  /** How many to leave out before. */
  readonly offset: number;
}

type SummaryRow = {
  name: CrateName;
  newest_version: CrateVersion;
  version_count: number;
  yanked: number;
  description: string | null;
  keywords: string;
};

const SUMMARY =
  "SELECT name, newest_version, version_count, yanked, description, keywords FROM crates";

/** Names that begin with a text: `{` sorts behind whatever may follow. */
const BEGINS = "canonical BETWEEN ?1 AND ?1 || '{'";
const MATCHES =
  `FROM words WHERE words MATCH ?2 AND rowid NOT IN (SELECT id FROM crates WHERE ${BEGINS})`;

/** The words of crates, and what describes them. */
export class SearchRows {
  readonly #database: Database;

  /** @param database derived.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes a crate that has a row be found by its name. */
  add(crate: CanonicalCrateName): void {
    const row = this.#idOf(crate);
    if (row === undefined) throw new Error(`there is no row for ${crate}`);
    this.#putWords(row.id, crate, { description: null, keywords: [] });
  }

  /** Makes a crate be found no more; before its row goes. */
  remove(crate: CanonicalCrateName): void {
    const row = this.#idOf(crate);
    if (row === undefined) return;
    this.#database.run("DELETE FROM words WHERE rowid = ?", row.id);
  }

  /** Notes what describes a crate, if this version is its newest. */
  describe(
    crate: CanonicalCrateName,
    version: CrateVersion,
    described: CrateDescription,
  ): void {
    // Without RETURNING: it would make FTS5 write out each row by itself.
    const row = this.#database.get<{ id: number }>(
      "SELECT id FROM crates WHERE canonical = ? AND newest_version = ?",
      crate,
      version,
    );
    if (row === undefined) return;
    this.#database.run(
      "UPDATE crates SET described_version = ?, description = ?, keywords = ? WHERE id = ?",
      version,
      described.description,
      described.keywords.join(" "),
      row.id,
    );
    this.#putWords(row.id, crate, described);
  }

  /** What describes a crate as far as is known; `null` for an unknown crate. */
  descriptionOf(crate: CanonicalCrateName): CrateDescription | null {
    const row = this.#database.get<SummaryRow>(
      `${SUMMARY} WHERE canonical = ?`,
      crate,
    );
    return row === undefined ? null : toDescription(row);
  }

  /** Crates whose description is not that of their newest version. */
  undescribed(
    countMax: number,
  ): Pick<CrateSummary, "name" | "newestVersion">[] {
    return this.#database.all<SummaryRow>(
      `${SUMMARY} WHERE described_version IS NOT newest_version
       ORDER BY id LIMIT ?`,
      countMax,
    ).map(toSummary);
  }

  /**
   * Finds crates that have all words of a query, in any order: first the one of
   * that very name, then those whose names begin so, then by relevance. A query
   * without any text finds all, by name.
   *
   * @param query any text; of a very long one the beginning.
   */
  search(query: string, page: Page): SearchResult {
    const words = toSearchWords(query);
    if (words === null) return this.#listAll(page);
    const named = this.#count(
      `SELECT count(*) AS count FROM crates WHERE ${BEGINS}`,
      words.name,
    );
    const other = words.match === null ? 0 : this.#count(
      `SELECT count(*) AS count ${MATCHES}`,
      words.name,
      words.match,
    );
    const crates = this.#database.all<SummaryRow>(
      `${SUMMARY} WHERE ${BEGINS} ORDER BY canonical LIMIT ?2 OFFSET ?3`,
      words.name,
      page.limit,
      page.offset,
    ).map(toSummary);
    const limit = page.limit - crates.length;
    if (words.match !== null && limit > 0) {
      const offset = Math.max(0, page.offset - named);
      const order = other <= RANKED_MATCHES_MAX ? RELEVANCE : "rowid";
      const ids = this.#database.all<{ id: number }>(
        `SELECT rowid AS id ${MATCHES} ORDER BY ${order} LIMIT ?3 OFFSET ?4`,
        words.name,
        words.match,
        limit,
        offset,
      );
      crates.push(...ids.flatMap(({ id }) => this.#summaryOf(id)));
    }
    return { total: named + other, crates };
  }

  #listAll({ limit, offset }: Page): SearchResult {
    const sql = `${SUMMARY} ORDER BY canonical LIMIT ? OFFSET ?`;
    return {
      total: this.#count("SELECT count(*) AS count FROM crates"),
      crates: this.#database.all<SummaryRow>(sql, limit, offset).map(toSummary),
    };
  }

  #count(sql: string, ...values: string[]): number {
    return this.#database.get<{ count: number }>(sql, ...values)?.count ?? 0;
  }

  #summaryOf(id: number): CrateSummary[] {
    return this.#database.all<SummaryRow>(`${SUMMARY} WHERE id = ?`, id)
      .map(toSummary);
  }

  #idOf(crate: CanonicalCrateName): { id: number } | undefined {
    return this.#database.get<{ id: number }>(
      "SELECT id FROM crates WHERE canonical = ?",
      crate,
    );
  }

  #putWords(
    id: number,
    crate: CanonicalCrateName,
    { description, keywords }: CrateDescription,
  ): void {
    this.#database.run(
      `INSERT OR REPLACE INTO words (rowid, name, keywords, description)
       VALUES (?, ?, ?, ?)`,
      id,
      toNameText(crate),
      toSearchText(keywords.join(" ")),
      toSearchText(description ?? ""),
    );
  }
}

function toSummary(row: SummaryRow): CrateSummary {
  return {
    name: row.name,
    newestVersion: row.newest_version,
    versionCount: row.version_count,
    yanked: row.yanked === 1,
    ...toDescription(row),
  };
}

function toDescription(row: SummaryRow): CrateDescription {
  const { description, keywords } = row;
  return { description, keywords: keywords === "" ? [] : keywords.split(" ") };
}
