/**
 * Errors as answers: THE map from refusals to HTTP statuses, and the two shapes
 * in which cargo and people read them.
 *
 * A refusal tells its wording. What the machine cannot is told without its
 * paths, and anything else is a bug of ours: a 500 that names the request, under
 * which the log has the rest.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#errors
 * @module
 */

import { isRefusal, type RefusalCode } from "../lib/mod.ts";

/** The status of every refusal. */
const STATUS: Record<RefusalCode, number> = {
  crate_name_invalid: 400,
  crate_name_reserved: 400,
  crate_name_taken: 409,
  crate_name_removed: 403,
  version_invalid: 400,
  version_exists: 409,
  version_removed: 409,
  crate_not_found: 404,
  version_not_found: 404,
  checksum_invalid: 400,
  publish_frame_malformed: 400,
  metadata_invalid: 400,
  manifest_invalid: 400,
  manifest_disagrees: 400,
  dependency_registry_not_allowed: 400,
  dependency_misspelt: 400,
  crate_file_malformed: 400,
  crate_file_entry_refused: 400,
  crate_file_too_large: 413,
  crate_file_unpacked_too_large: 413,
  crate_file_too_many_entries: 413,
  not_permitted: 403,
  admin_needed: 403,
  user_name_invalid: 400,
  user_exists: 409,
  user_unknown: 404,
  user_disabled: 409,
  user_owns_crates: 409,
  owner_unknown: 404,
  last_owner: 409,
  too_many_owners: 400,
  token_label_invalid: 400,
  token_unknown: 404,
  token_missing: 401,
  token_invalid: 403,
  index_file_full: 409,
  publish_closed: 403,
  upload_too_large: 413,
  upload_too_slow: 408,
  upload_interrupted: 400,
  uploads_busy: 503,
  git_busy: 503,
  index_busy: 503,
  index_write_unknown: 503,
  // The machine cannot, or is not set up: somebody has to look after it.
  disk_full: 507,
  index_file_malformed: 503,
  crate_file_missing: 503,
  git_failed: 503,
  index_write_failed: 503,
  index_repository_unusable: 503,
  permission_denied: 503,
  data_folder_missing: 500,
  data_folder_foreign: 500,
  data_format_too_new: 500,
  database_unusable: 503,
  git_missing: 503,
  git_too_old: 500,
  // Of the command line, and of the start: no request meets them.
  crate_file_unreadable: 500,
  not_confirmed: 500,
  already_serving: 500,
  restore_unfinished: 500,
  data_folder_not_empty: 500,
  crate_file_damaged: 500,
  backup_running: 500,
  backup_target_unusable: 500,
  backup_unusable: 500,
  export_folder_foreign: 500,
  listener_unavailable: 500,
};

/** When to try again, in seconds; cargo waits 10 at most. */
const RETRY_AFTER_S: Partial<Record<RefusalCode, number>> = {
  uploads_busy: 2,
  git_busy: 5,
  index_busy: 5,
  index_write_unknown: 10,
};

/** What outsiders are told of the machine's troubles, whose wording has paths. */
const OUTSIDE_WORDING: Partial<Record<RefusalCode, string>> = {
  disk_full:
    "the registry has no space left and nothing was changed: tell its operator",
  index_write_failed:
    "the registry could not write its index and nothing was changed: try again, and tell its operator if it stays",
  index_write_unknown:
    "the registry's git failed and it is not known whether the change was made: a version may be published; look with `cargo search` or `cargo info` before you try again (a version that was published is refused as already there), and tell its operator",
  crate_file_missing:
    "the registry has lost this crate file: tell its operator",
  git_failed:
    "the registry's git failed: try again, and tell its operator if it stays",
  git_missing: "the registry finds no git on its machine: tell its operator",
  index_repository_unusable:
    "the registry cannot use its index: tell its operator",
  index_file_malformed:
    "the registry's index file of this crate is damaged: tell its operator",
  database_unusable:
    "the registry cannot use its database: try again, and tell its operator if it stays",
  permission_denied:
    "the registry may not write to its disk: tell its operator",
};

/**
 * A "no" to the request as such, whatever the registry thinks of it: a path that
 * is not there, a method, a header.
 */
export class RequestRefused extends Error {
  override name = "RequestRefused";

  /**
   * @param status the HTTP status.
   * @param detail what was wrong, and what to do next.
   * @param headers more headers of the answer.
   */
  constructor(
    readonly status: number,
    detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

/** The refusal of a method, which names those that the path knows. */
export function methodNotAllowed(
  method: string,
  allowed: readonly string[],
): RequestRefused {
  const allow = allowed.join(", ");
  return new RequestRefused(
    405,
    `the method \`${method}\` does nothing at this path: it knows ${allow}`,
    { allow },
  );
}

/** The refusal of a path at which nothing is. */
export function pathNotFound(path: string): RequestRefused {
  return new RequestRefused(404, `there is nothing at \`${path}\``);
}

/** An error as it is answered. */
export interface ErrorAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** What the asker is told. */
  readonly detail: string;
  /** Headers that belong to it. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What is answered to an error.
 *
 * @param requestId named where the log has more to say.
 */
export function toErrorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof RequestRefused) {
    const { status, message, headers } = error;
    return { status, detail: message, headers };
  }
  const lookInLog =
    `the registry failed: its operator finds more in the log under request ${requestId}`;
  if (!isRefusal(error)) {
    return { status: 500, detail: lookInLog, headers: {} };
  }
  const status = STATUS[error.code];
  const isOurs = status === 500 || status === 507;
  const retryAfter = RETRY_AFTER_S[error.code];
  return {
    status,
    detail: OUTSIDE_WORDING[error.code] ?? (isOurs ? lookInLog : error.message),
    headers: retryAfter === undefined
      ? {}
      : { "retry-after": String(retryAfter) },
  };
}

/** Nobody may keep an error: what is missing now may be there in a second. */
const NO_STORE = "no-store";

/** An error as cargo reads it from the web API. */
export function toJsonResponse(
  { status, detail, headers }: ErrorAnswer,
  requestId: string,
): Response {
  return new Response(JSON.stringify({ errors: [{ detail }] }), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": NO_STORE,
      "x-request-id": requestId,
      ...headers,
    },
  });
}

/** An error as cargo and git show it from index and downloads: plain text. */
export function toTextResponse(
  { status, detail, headers }: ErrorAnswer,
  requestId: string,
): Response {
  return new Response(`${detail}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": NO_STORE,
      "x-content-type-options": "nosniff",
      "x-request-id": requestId,
      ...headers,
    },
  });
}
