/**
 * Names and words of crates that do not exist, spread like those of crates.io:
 * many begin alike, so that some folders of the index are full and most are not.
 *
 * @module
 */

import { canonicalCrateName, parseCrateName } from "../../lib/mod.ts";
import { pick, type Random } from "./numbers.ts";

/** First words, the commonest first. */
const FIRST =
  ("rust cargo async tokio serde aws web wasm bevy http json git simple easy " +
    "mini micro tiny fast open sol solana substrate sp pallet near ethereum " +
    "eth lib proc derive macro py node js win windows linux embedded stm32 " +
    "esp nrf hal actix axum hyper tower tracing log config cli term tui gtk " +
    "egui iced gl vulkan audio midi image math num big bit hash crypto ring " +
    "tls ssl ssh ftp smtp mail dns quic grpc kafka redis sql postgres mysql " +
    "mongo yaml toml xml html css csv parse lex nom tree graph list queue " +
    "heap arena slab pool thread rayon par sync lock atomic").split(" ");

const SYLLABLES =
  ("ba be bi bo ca ce ci co da de di do fa fe fi fo ga ge gi go ha he hi ho " +
    "ja jo ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe pi po ra re " +
    "ri ro sa se si so ta te ti to va ve vi vo xa xe ya yo za zo qu th st gr " +
    "pl tr").split(" ");

/** Words that descriptions have in common, the commonest first. */
const COMMON =
  ("library rust simple for with and a the of fast async client parser api " +
    "bindings server types macros support tools data runtime format small")
    .split(" ");

/** In more than half of all descriptions. */
export const COMMON_WORD = "library";

/** So many different names, the same for the same random numbers. */
export function crateNames(count: number, random: Random): string[] {
  const names = new Map<string, string>();
  while (names.size < count) {
    const name = crateName(random);
    const canonical = canonicalCrateName(parseCrateName(name));
    if (!names.has(canonical)) names.set(canonical, name);
  }
  return [...names.values()];
}

function crateName(random: Random): string {
  const kind = random();
  const end = () => random() < 0.3 ? `-${word(random)}` : "";
  if (kind < 0.01) return `${pick(SYLLABLES, random)}${letter(random)}`;
  if (kind >= 0.55) return `${word(random)}${word(random)}${end()}`;
  const joint = random() < 0.5 ? "-" : "_";
  return `${pick(FIRST, random, 2)}${joint}${word(random)}${end()}`;
}

/** A word of one to three syllables. */
function word(random: Random): string {
  const syllables = 1 + Math.floor(random() * 3);
  return Array.from({ length: syllables }, () => pick(SYLLABLES, random))
    .join("");
}

function letter(random: Random): string {
  return String.fromCharCode(97 + Math.floor(random() * 26));
}

/** What is said of a crate: common words, and some that hardly any other has. */
export function description(random: Random): string {
  const common = Array.from({ length: 6 }, () => pick(COMMON, random, 1.8));
  return [...common, word(random) + word(random), word(random)].join(" ");
}
