/**
 * The frame of all pages: title, styles and headers.
 *
 * Whatever is put into a page is escaped by the templates.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { WebContext } from "../context.ts";
import { pageHeaders } from "../middleware/security_headers.ts";

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
pre { background: #8881; border: 1px solid #8884; border-radius: 4px; padding: .75rem; overflow-x: auto; }
h1, h2 { line-height: 1.2; }
:root { color-scheme: light dark; }
`;

/** The checksum is of what stands between the tags, to the last blank. */
const HEADERS = pageHeaders(
  createHash("sha256").update(STYLE).digest("base64"),
);

/** A page of this title and with this in it. */
export function page(
  c: WebContext,
  title: string,
  content: Html,
): Response | Promise<Response> {
  return c.html(
    html`
      <!DOCTYPE html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>${title}</title>
          ${raw(`<style>${STYLE}</style>`)}
        </head>
        <body>
          ${content}
        </body>
      </html>
    `,
    200,
    HEADERS,
  );
}

/** A block of code, as it is to be typed or pasted. */
export function code(text: string): Html {
  return html`
    <pre><code>${text}</code></pre>
  `;
}
