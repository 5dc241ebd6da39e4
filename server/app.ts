/**
 * The whole URL space of a listener on one screen: the gate, then what is
 * answered directly, then hono for the web API and the pages.
 *
 * @module
 */

import { Hono, type MiddlewareHandler } from "hono";
import { handleCrate, handleVersion } from "./api/crates.ts";
import {
  handleAddOwners,
  handleListOwners,
  handleRemoveOwners,
} from "./api/owners.ts";
import { handlePublish } from "./api/publish.ts";
import { handleSearch } from "./api/search.ts";
import { handleUnyank, handleYank } from "./api/yank.ts";
import {
  type Handler,
  RequestContext,
  type Route,
  type ServedListener,
  type WebContext,
  type WebEnv,
} from "./context.ts";
import { crateFile, handleDownload, isCrateFilePath } from "./download.ts";
import {
  methodNotAllowed,
  pathNotFound,
  toErrorAnswer,
  toJsonResponse,
  toTextResponse,
} from "./error_response.ts";
import { pathBelow, readTarget, type Target } from "./gate.ts";
import { live, ready } from "./health.ts";
import { configJson } from "./index/config_json.ts";
import { gitRoutes } from "./index/git.ts";
import { sparse, SPARSE_BASE } from "./index/sparse.ts";
import { isLogged, withAccessLog } from "./middleware/access_log.ts";
import {
  forPublishers,
  forReaders,
  requireReader,
  withChallenge,
} from "./middleware/authenticate.ts";
import { bodyLimit } from "./middleware/body_limit.ts";
import { cratePage } from "./web/crate_page.ts";
import { homePage } from "./web/home_page.ts";
import { mePage } from "./web/me_page.ts";

/** What is answered directly, by its exact path. */
function directRoutes(server: ServedListener): Map<string, Route> {
  const { registry, listener } = server;
  return new Map([
    ["/index/config.json", configJson(registry.config, listener)],
    ...gitRoutes("/index"),
    ...gitRoutes("/index.git"),
    ["/health/live", live],
    ["/health/ready", ready],
  ]);
}

/** What is answered directly, by how its path begins. */
function routeBelow(path: string): Route | null {
  if (path.startsWith(SPARSE_BASE)) return sparse;
  return isCrateFilePath(path) ? crateFile : null;
}

/** What hono answers: the web API, and pages. */
const WEB: readonly WebRoute[] = [
  get("/", homePage),
  open("/me", mePage),
  get("/crates/:crate", cratePage),
  get("/api/v1/crates", handleSearch),
  upload("PUT", "/api/v1/crates/new", handlePublish),
  get("/api/v1/crates/:crate", handleCrate),
  get("/api/v1/crates/:crate/owners", handleListOwners),
  upload("PUT", "/api/v1/crates/:crate/owners", handleAddOwners),
  upload("DELETE", "/api/v1/crates/:crate/owners", handleRemoveOwners),
  get("/api/v1/crates/:crate/:version", handleVersion),
  get("/api/v1/crates/:crate/:version/download", handleDownload),
  change("DELETE", "/api/v1/crates/:crate/:version/yank", handleYank),
  change("PUT", "/api/v1/crates/:crate/:version/unyank", handleUnyank),
];

/** Answers requests; the address of the client is asked for by the log alone. */
export type App = (
  request: Request,
  clientAddress: () => string,
) => Response | Promise<Response>;

/** Makes what answers the requests of a listener. */
export function createApp(server: ServedListener): App {
  const direct = directRoutes(server);
  const web = createWebApp();
  const base = new URL(server.listener.url).pathname.replace(/\/$/, "");

  const answer: Handler = (context) => {
    const { request, target: { path } } = context;
    const route = direct.get(path) ?? routeBelow(path);
    if (route === null) return web.fetch(request, { context });
    if (!route.methods.includes(request.method)) {
      throw methodNotAllowed(request.method, route.methods);
    }
    if (route.isOpen !== true) requireReader(context);
    return route.answer(context);
  };

  return (request, clientAddress) => {
    let context: RequestContext;
    let act = answer;
    try {
      const { path, query } = readTarget(
        request.url,
        request.headers.get("host"),
      );
      const target = { path: pathBelow(base, path), query };
      context = new RequestContext(server, request, target);
    } catch (error) {
      context = new RequestContext(server, request, unreadTarget(request.url));
      act = (it) => answerError(error, it);
    }
    const { config } = server.log;
    const response = isLogged(config, request.method, context.target.path)
      ? withAccessLog(context, clientAddress(), () => answered(act, context))
      : answered(act, context);
    return request.headers.has("transfer-encoding")
      ? lastOfConnection(response)
      : response;
  };
}

/**
 * The answer to a body in chunks, which may have had a length too: a proxy that
 * went by that would see a request of its own in what is left, so nothing that
 * follows on the connection is read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.1-15
 */
async function lastOfConnection(
  response: Response | Promise<Response>,
): Promise<Response> {
  const last = await response;
  last.headers.set("connection", "close");
  return last;
}

/**
 * What is told of a target that the gate refuses: enough to answer in the shape
 * that its asker reads.
 */
function unreadTarget(url: string): Target {
  return { path: url.includes("/api/v1/") ? "/api/v1/" : "/", query: "" };
}

/** An answer in any case: this never throws. */
function answered(
  answer: Handler,
  context: RequestContext,
): Response | Promise<Response> {
  try {
    const response = answer(context);
    return response instanceof Promise
      ? response.catch((error) => answerError(error, context))
      : response;
  } catch (error) {
    return answerError(error, context);
  }
}

/** Answers an error, and logs it if somebody should know of it. */
function answerError(error: unknown, context: RequestContext): Response {
  const { id, request: { method }, server: { log }, target: { path } } =
    context;
  const answer = withChallenge(toErrorAnswer(error, id), error, context);
  if (answer.status >= 500) {
    const level = answer.status === 503 ? "warn" : "error";
    const fields = { method, path, status: answer.status, request_id: id };
    log.failure("request_failed", error, fields, level);
  }
  return path.startsWith("/api/")
    ? toJsonResponse(answer, id)
    : toTextResponse(answer, id);
}

type WebHandler = (c: WebContext) => Response | Promise<Response>;

/** A row of the table of {@linkcode WEB}. */
interface WebRoute {
  readonly method: string;
  /** Segments that begin with `:` may be anything. */
  readonly path: string;
  /** What stands in front of the handler. */
  readonly middleware: readonly MiddlewareHandler<WebEnv>[];
  readonly handler: WebHandler;
}

/** Something to read. */
function get(path: string, handler: WebHandler): WebRoute {
  return { method: "GET", path, middleware: [forReaders], handler };
}

/** Something that everybody may see, whoever may read. */
function open(path: string, handler: WebHandler): WebRoute {
  return { method: "GET", path, middleware: [], handler };
}

/** Something that changes the registry. */
function change(
  method: string,
  path: string,
  handler: WebHandler,
): WebRoute {
  return { method, path, middleware: [forPublishers], handler };
}

/** Something that changes the registry and takes an upload, `c.var.upload`. */
function upload(
  method: string,
  path: string,
  handler: WebHandler,
): WebRoute {
  const middleware = [bodyLimit, forPublishers]; // who is refused hears why
  return { method, path, middleware, handler };
}

function createWebApp(): Hono<WebEnv> {
  const app = new Hono<WebEnv>({
    getPath: (_, options) => options?.env?.context.target.path ?? "/",
  });
  app.use(provide);
  for (const { method, path, middleware, handler } of WEB) {
    app.on(method, [path], ...middleware, handler);
  }
  app.notFound((c) => answerError(noSuchRoute(c), c.env.context));
  app.onError((error, c) => answerError(error, c.env.context));
  return app;
}

/** Puts what handlers need where they look for it. */
const provide: MiddlewareHandler<WebEnv> = async (c, next) => {
  const { id, server: { registry, listener } } = c.env.context;
  c.set("registry", registry);
  c.set("listener", listener);
  c.set("requestId", id);
  c.header("x-request-id", id);
  await next();
};

/** Nothing is at the path, or something for other methods. */
function noSuchRoute(c: WebContext): Error {
  const { request: { method }, target: { path } } = c.env.context;
  const allowed = new Set(
    WEB.filter((route) => hasPattern(path, route.path))
      .flatMap((route) =>
        route.method === "GET" ? ["GET", "HEAD"] : route.method
      ),
  );
  return allowed.size === 0
    ? pathNotFound(path)
    : methodNotAllowed(method, [...allowed]);
}

function hasPattern(path: string, pattern: string): boolean {
  const [segments, wanted] = [path.split("/"), pattern.split("/")];
  return segments.length === wanted.length &&
    wanted.every((it, at) =>
      it.startsWith(":") ? segments[at] !== "" : it === segments[at]
    );
}
