/**
 * Publishing, as cargo asks for it.
 *
 * @module
 */

import type { WebContext } from "../context.ts";
import { jsonResponse } from "./json.ts";

/**
 * PUT {api}/api/v1/crates/new
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 */
export async function handlePublish(c: WebContext): Promise<Response> {
  const { registry, upload } = c.var;
  const { warnings, unknownCategories } = await registry.publish({
    by: c.env.context.identity,
    body: upload.read(),
    sizeBytes: upload.sizeBytes,
  });
  return jsonResponse(c, {
    warnings: {
      invalid_categories: unknownCategories,
      invalid_badges: [],
      other: warnings,
    },
  });
}
