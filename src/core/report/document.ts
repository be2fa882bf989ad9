// A report before it is Markdown or HTML: blocks of plain text. Every text in it may come from an attacker; the
// renderers make it inert, so nothing here needs to.

export type Block =
  | { kind: 'heading'; level: 1 | 2; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'facts'; facts: readonly (readonly [name: string, value: string])[] };

export interface Document {
  title: string;
  blocks: Block[];
}
