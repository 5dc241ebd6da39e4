/**
 * What a handler is given: the registry, who asks, what for, and where it came
 * in.
 *
 * @module
 */

import type { Context } from "hono";
import { type Identity, NOBODY, type Registry } from "../lib/mod.ts";
import type { EventLog } from "./event_log.ts";
import type { Target } from "./gate.ts";
import type { InFlight } from "./in_flight.ts";
import { newRequestId } from "./middleware/request_id.ts";
import type { Upload, UploadBudget } from "./middleware/body_limit.ts";
import type { ListenerConfig } from "./server_config.ts";

/** What the server asks of a registry. */
export type ServedRegistry = Pick<
  Registry,
  | "addOwners"
  | "authenticate"
  | "config"
  | "indexFile"
  | "crateFile"
  | "gitAdvertisement"
  | "gitUploadPack"
  | "isReady"
  | "list"
  | "owners"
  | "publish"
  | "removeOwners"
  | "show"
  | "showVersion"
  | "unyank"
  | "yank"
>;

/** What all requests of one listener have in common. */
export interface ServedListener {
  /** The registry. */
  readonly registry: ServedRegistry;
  /** Where the request came in, and what one may do there. */
  readonly listener: ListenerConfig;
  /** Where failures and requests are told. */
  readonly log: EventLog;
  /** The uploads of all listeners together. */
  readonly uploads: UploadBudget;
  /** The requests of all listeners together. */
  readonly inFlight: InFlight;
  /** Aborted when whatever still runs has to end. */
  readonly ending: AbortSignal;
}

/** One request. */
export class RequestContext {
  #id: string | undefined;

  /** Who asks, as far as that was asked for. */
  identity: Identity = NOBODY;

  /**
   * @param server what it has in common with others.
   * @param request the request itself; its URL is only for the log.
   * @param target what it is aimed at, checked; below the path of the
   * listener's URL.
   */
  constructor(
    readonly server: ServedListener,
    readonly request: Request,
    readonly target: Target,
  ) {}

  /** Its name; made when it is first asked for, which lookups never do. */
  get id(): string {
    return this.#id ??= newRequestId();
  }
}

/** Answers requests. */
export type Handler = (
  context: RequestContext,
) => Response | Promise<Response>;

/** What is answered directly, without a router: its methods, and how. */
export interface Route {
  /** All methods that do something there. */
  readonly methods: readonly string[];
  /** Whether everybody is answered, whoever may read at the listener. */
  readonly isOpen?: boolean;
  /** Answers a request with one of them. */
  readonly answer: Handler;
}

/** The methods of what can only be read. */
export const READING: readonly string[] = ["GET", "HEAD"];

/** What handlers of the web API and of pages find in hono's context. */
export interface WebEnv {
  Bindings: {
    /** The request, as it passed the gate. */
    context: RequestContext;
  };
  Variables: {
    /** The registry. */
    registry: ServedRegistry;
    /** The name of the request. */
    requestId: string;
    /** Where it came in. */
    listener: ListenerConfig;
    /** The body, bounded; only where the route takes an upload. */
    upload: Upload;
  };
}

/** What a handler of the web API or of a page is given. */
export type WebContext = Context<WebEnv>;
