// One YAML text → plain data that remembers where everything stood. Only the plain part of YAML 1.2 is taken: no anchors,
// tags or directives, and nothing that is deep or huge.

import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { celOffset } from '../core/plan/values.ts';

export const yamlBounds = { bytes: 262_144, depth: 24, problems: 50 } as const;

interface Position {
  /** From 1. */
  line: number;
  column: number;
}

type YamlProblem = Position & { message: string };

export interface YamlFile {
  value: unknown;
  /** Of the deepest part of the path that is in the file; the key itself with `atKey`. */
  positionOf(path: readonly PropertyKey[], atKey?: boolean): Position;
  /** Of a character of the expression that stands there. */
  positionInExpression(path: readonly PropertyKey[], offset: number): Position;
}

export type YamlRead = { ok: true; file: YamlFile } | { ok: false; problems: YamlProblem[] };

export function readYaml(text: string): YamlRead {
  const refuse = (message: string, position: Position = { line: 1, column: 1 }): YamlRead => ({
    ok: false,
    problems: [{ ...position, message }],
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > yamlBounds.bytes) return refuse(`the file has ${bytes} bytes: at most ${yamlBounds.bytes} are read`);
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const composed = compose(text, lines);
  if ('tooDeepAt' in composed) {
    return refuse(`nested deeper than ${yamlBounds.depth} levels: flatten it`, at(composed.tooDeepAt));
  }
  const [document, ...others] = composed.documents;
  if (!document) return refuse('the file is empty');
  if (others.length > 0)
    return refuse('the file has several documents ("---"): write one', at(others[0]?.range[0] ?? 0));
  const faults = [...document.errors, ...document.warnings].slice(0, yamlBounds.problems).map((fault) => {
    const place = at(fault.pos[0]);
    return { ...place, message: `${sayFault(fault.message)}${quoteHint(text, place)}` };
  });
  const refused = [...faults, ...refusedParts(document, at)].slice(0, yamlBounds.problems);
  if (refused.length > 0) return { ok: false, problems: refused };
  return { ok: true, file: located(document, text, at) };
}

/** Lexed and parsed piece by piece, so that depth is refused before anything recurses into it. */
function compose(text: string, lines: LineCounter): { documents: Document.Parsed[] } | { tooDeepAt: number } {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ uniqueKeys: false, stringKeys: true });
  const documents: Document.Parsed[] = [];
  // Beside one token a level: the document, and the scalar at the end.
  const deepest = yamlBounds.depth + 2;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
    if (parser.stack.length > deepest) return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
  documents.push(...(composer.end(true, text.length) as Iterable<Document.Parsed>));
  return { documents };
}

function refusedParts(document: Document.Parsed, at: (offset: number) => Position): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const refuse = (node: Node, message: string): void => {
    problems.push({ ...at(node.range?.[0] ?? 0), message });
  };
  if (document.directives.yaml.explicit) {
    problems.push({
      line: 1,
      column: 1,
      message: 'YAML directives are not read here: remove the line that begins with %',
    });
  }
  visit(document, (_, node) => {
    if (isMap(node))
      for (const key of repeatedKeys(node)) refuse(key, `the key "${key.value}" is there twice: remove one`);
    if (isAlias(node)) refuse(node, `aliases are not read here (*${node.source}): repeat what you mean`);
    else if (!isNode(node)) return;
    else if (node.anchor) refuse(node, `anchors are not read here (&${node.anchor}): remove it`);
    else if (node.tag) refuse(node, `tags are not read here (${node.tag}): remove it`);
    else if (isScalar(node) && typeof node.value === 'string' && !isStorable(node.value)) {
      refuse(node, 'the text has a NUL or half a surrogate pair, which cannot be stored: remove it');
    }
  });
  return problems;
}

/** Not the library's own check: its time is quadratic in the number of keys. */
function repeatedKeys(map: YAMLMap): Scalar[] {
  const seen = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    if (seen.has(key.value)) return [key];
    seen.add(key.value);
    return [];
  });
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function sayFault(message: string): string {
  return `not YAML that can be read: ${message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}`;
}

/** What trips most people up. */
function quoteHint(text: string, { line }: Position): string {
  const written = text.split('\n')[line - 1] ?? '';
  if (/:\s+=/.test(written)) return `. An expression with ": " or " #" in it needs quotes, as in '= a ? b : c'`;
  return /:\s+[^"'\s].*: /.test(written) ? '. A text with ": " in it needs quotes' : '';
}

function located(document: Document.Parsed, text: string, at: (offset: number) => Position): YamlFile {
  const positionOf = (path: readonly PropertyKey[], atKey = false): Position => {
    const node = (atKey && keyAt(document, path)) || nodeAt(document, path);
    return at(node?.range?.[0] ?? 0);
  };
  return {
    value: document.toJS(),
    positionOf,
    positionInExpression(path, offset) {
      const node = nodeAt(document, path);
      const start = isScalar(node) && typeof node.value === 'string' ? contentStart(node, node.value, text) : undefined;
      if (start === undefined || !isScalar(node)) return positionOf(path);
      return at(start + celOffset(String(node.value)) + offset);
    },
  };
}

/** Where the characters of a scalar begin, when they stand in the file one for one; otherwise undefined. */
function contentStart(node: Scalar, value: string, text: string): number | undefined {
  const begin = (node.range?.[0] ?? 0) + (node.type === 'PLAIN' ? 0 : 1);
  return text.startsWith(value, begin) ? begin : undefined;
}

function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return document.contents ?? undefined;
}

function keyAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1));
  return pair && isNode(pair.key) ? pair.key : undefined;
}
