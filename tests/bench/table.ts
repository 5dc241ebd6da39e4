/**
 * The one table of a run, as Markdown.
 *
 * @module
 */

/** A row: something measured beside something else of the same run. */
export interface Row {
  /** What was measured. */
  readonly what: string;
  /** What came out. */
  readonly measured: string;
  /** What it is compared with, if anything, and what came out there. */
  readonly beside?: string;
  /** The first divided by the second. */
  readonly ratio?: number;
}

/** The rows as a table. */
export function toMarkdown(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, beside = "", ratio }) => [
    what,
    measured,
    beside,
    ratio === undefined ? "" : ratio.toFixed(2),
  ]);
  const all = [["what", "measured", "beside", "ratio"], ...cells];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(3, ...all.map((row) => row[column]?.length ?? 0))
  );
  const line = (row: readonly string[], fill = " ") =>
    `| ${row.map((it, at) => it.padEnd(widths[at] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...body] = all;
  return [
    line(head),
    line(["", "", "", ""], "-"),
    ...body.map((it) => line(it)),
  ]
    .join("\n");
}

/** A count, like `10,000`. */
export function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

/** A duration of some ms, like `4.3 ms` or `1.2 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** A size in bytes, like `81 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(0)} MB`;
}
