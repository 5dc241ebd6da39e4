/**
 * Query strings as no client sends them.
 *
 * @module
 */

/** What a search may not be asked for. */
export const PAGES_REFUSED: [query: string, why: string][] = [
  ["per_page=101", "more than a page may have"],
  ["per_page=-1", "less than nothing"],
  ["per_page=ten", "no number"],
  ["per_page=1.5", "half a crate"],
  ["per_page=1e1", "a number that is written otherwise"],
  ["per_page=", "nothing"],
  ["page=0", "there is no page before the first"],
  ["page=99999999999999999999", "too large"],
];

/** More that a search may not be asked for. */
export const MORE_PAGES_REFUSED: readonly (readonly [
  query: string,
  why: string,
])[] = [
  ["per_page=%D9%A3", "a digit that is not ASCII"],
  ["per_page=+5", "a plus sign, which is a blank"],
  ["per_page=%2B5", "a plus sign, escaped"],
  ["per_page=5%00", "a NUL behind the number"],
  ["per_page=0x5", "a hexadecimal number"],
  ["per_page=5;DROP", "what SQL might know"],
  ["per_page=NaN", "no number"],
  ["per_page=null", "nothing, in a word"],
  ["per_page=101&per_page=5", "two sizes, of which the first counts"],
  ["per_page=-0", "a negative nothing"],
  ["page=1000001", "one page too far"],
  ["page=-1", "a page before the first"],
  ["page=1.0", "a page with a fraction"],
  ["page=%201", "a blank"],
  ["page", "a key alone"],
];

/** Queries that mean nothing harmful, whatever they look like. */
export const QUERIES_TAKEN: readonly (readonly [
  query: string,
  why: string,
])[] = [
  ["q", "a key alone"],
  ["q=a&q=b&q=c", "several"],
  ["q[]=a&q[0]=b", "lists as other programs read them"],
  ["Q=a", "another case"],
  ["%71=a", "an escaped key"],
  ["__proto__=1&constructor=2", "what objects inherit"],
  ["&&&===&=&", "signs"],
  ["q=%", "half an escape"],
  ["q=%zz", "an escape that is none"],
  ["q=%u0041", "an escape of another kind"],
  ["q=%c0%af", "a slash in two bytes"],
  ["q=%ed%a0%80", "half a character"],
  ["q=%ef%bb%bf", "a byte order mark"],
  ["q=%00%01%1b%7f", "control characters"],
  ["q=%E2%80%AE", "what turns around the rest"],
  ["q=%22", "half a quotation"],
  ["q=%22%22%22", "quotation marks"],
  ["q=*", "what the index of words might know"],
  ["q=^a", "what the index of words might know"],
  ["q=NEAR(a%20b,%202)", "what the index of words might know"],
  ["q=name:%20a%20NOT%20b", "what the index of words might know"],
  ["q=%7Bname%7D%20:%20a", "what the index of words might know"],
  ["q=a%20AND%20(b%20OR", "an open bracket"],
  ["q=%25_%25%5C", "what LIKE might know"],
  ["q=%27%20UNION%20SELECT%20secret%20FROM%20tokens%20--", "SQL"],
  ["q=%F0%9F%98%80%F0%9F%98%80", "signs beyond 16 bits"],
  [`q=${"a%20".repeat(900)}`, "many words"],
  [`q=${"a".repeat(3_900)}`, "one long word"],
  [`q=${"%CC%81".repeat(600)}`, "accents without letters"],
  [`q=${"%EF%B7%BA".repeat(400)}`, "letters that become many in lower case"],
  [Array.from({ length: 500 }, (_, at) => `a${at}=`).join("&"), "many keys"],
  ["q=a".concat("&q=a".repeat(900)), "one key many times"],
  ["per_page=5&per_page=101", "two sizes, of which the first counts"],
  ["page=1000000&per_page=100", "the last page"],
  ["per_page=0", "a page of nothing"],
  ["per_page=00000005", "zeros in front"],
];
