/**
 * TypeScript source as rules about it want to see it: code without comments,
 * strings apart, and every import.
 *
 * Pure. A scanner, not a parser: it knows comments, strings, templates and
 * regular expressions, which is all that could hide or fake a word of code.
 *
 * @module
 */

/** A string literal, or a piece of a template between its `${…}`. */
export interface StringLiteral {
  /** Where its first quote (or the end of `${…}`) stands in the text. */
  readonly start: number;
  /** What is between the quotes, escapes as written. */
  readonly value: string;
}

/** A module that a source imports or re-exports, in any form. */
export interface Import {
  /** The specifier; `null` when it is computed at run time. */
  readonly specifier: string | null;
  /** The number of its line, from 1. */
  readonly line: number;
}

/** A source, taken apart. */
export interface SourceText {
  /** The path in the project, with `/`. */
  readonly path: string;
  /** The text, with comments and the inside of literals blanked. */
  readonly code: string;
  /** All strings in order. */
  readonly strings: readonly StringLiteral[];
  /** All imports in order: static, for types, for effects, dynamic. */
  readonly imports: readonly Import[];
}

/** Takes a source apart. */
export function readSource(path: string, text: string): SourceText {
  const { code, strings } = scan(text);
  const byStart = new Map(strings.map((it) => [it.start, it.value]));
  const imports: Import[] = [];
  for (const match of code.matchAll(IMPORT)) {
    const quote = match.index + match[0].length - 1;
    const computed = code[quote] === "`";
    const specifier = computed ? null : byStart.get(quote) ?? null;
    imports.push({ specifier, line: lineAt(code, match.index) });
  }
  return { path, code, strings, imports };
}

/** The number of the line, from 1, in which an offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Ends at the quote of the specifier, or at what stands in its place. */
const IMPORT = new RegExp(
  [
    String.raw`\b(?:import|export)\b[^;'"()\x60]*?\bfrom\s*["']`,
    String.raw`\bimport\s*["']`,
    String.raw`\bimport\s*\(\s*[^\s)]`,
  ].join("|"),
  "g",
);

/** After these a `/` begins a regular expression; after a value it divides. */
const BEFORE_REGEX =
  /(?:^|[=([{}:;,!&|?+\-*%<>~^]|(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|yield|await))\s*$/;

function scan(text: string): { code: string; strings: StringLiteral[] } {
  const strings: StringLiteral[] = [];
  let code = "";
  let depth = 0;
  /** The depths of braces at which a template goes on. */
  const templates: number[] = [];

  const blankTo = (end: number) => {
    code += text.slice(code.length, end).replaceAll(/[^\n]/g, " ");
  };
  const copyTo = (end: number) => {
    code += text.slice(code.length, end);
  };
  const literal = (end: number) => {
    const start = code.length;
    strings.push({ start, value: text.slice(start + 1, end) });
    copyTo(start + 1);
    blankTo(end);
  };
  const template = () => {
    const end = endOfTemplate(text, code.length + 1);
    literal(end);
    if (text[end] === "$") templates.push(depth);
    copyTo(end + (text[end] === "$" ? 2 : 1));
  };

  while (code.length < text.length) {
    const at = code.length;
    const char = text[at] ?? "";
    if (text.startsWith("//", at)) {
      blankTo(endOf(text, "\n", at));
    } else if (text.startsWith("/*", at)) {
      blankTo(endOf(text, "*/", at + 2) + 2);
    } else if (char === '"' || char === "'") {
      literal(endOfLiteral(text, char, at + 1));
      copyTo(code.length + 1);
    } else if (char === "`") {
      template();
    } else if (char === "}" && templates.at(-1) === depth) {
      templates.pop();
      template();
    } else if (char === "/" && BEFORE_REGEX.test(code.slice(-20))) {
      copyTo(at + 1);
      blankTo(endOfLiteral(text, "/", at + 1));
      copyTo(code.length + 1);
    } else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      copyTo(at + 1);
    }
  }
  return { code, strings };
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

/** Where the closing mark stands, or the end of the line if there is none. */
function endOfLiteral(text: string, mark: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") return at;
    if (char === "\\") at++;
    else if (mark === "/" && char === "[") inClass = true;
    else if (mark === "/" && char === "]") inClass = false;
    else if (char === mark && !inClass) return at;
  }
  return text.length;
}

/** Where the closing backquote or the next `${` stands. */
function endOfTemplate(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`" || text.startsWith("${", at)) return at;
  }
  return text.length;
}
