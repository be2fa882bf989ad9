// A report as Markdown in which text from outside is only text: no tag, link, image or autolink comes out of it.

import { assertNever } from '../assert-never.ts';
import { plainLine } from '../text.ts';
import type { Block, Document } from './document.ts';

const longestLine = 1_000;

export function toMarkdown({ blocks }: Document): string {
  return `${blocks.map(block).join('\n\n')}\n`;
}

function block(part: Block): string {
  switch (part.kind) {
    case 'heading':
      return `${'#'.repeat(part.level)} ${inertMarkdown(part.text)}`;
    case 'paragraph':
      return inertMarkdown(part.text);
    case 'list':
      return part.items.map((item) => `- ${inertMarkdown(item)}`).join('\n');
    case 'facts':
      return part.facts.map(([name, value]) => `- **${inertMarkdown(name)}:** ${inertMarkdown(value)}`).join('\n');
    default:
      return assertNever(part);
  }
}

// What viewers turn into links by themselves, though nobody wrote a link: URLs, mail addresses, names of domains.
const linkable = /:\/\/|www\.|@|[\p{L}\p{N}-]\.\p{L}{2}/iu;

/**
 * On one line, whose beginning starts no list. Escapes what means something to CommonMark or GFM and leaves the rest
 * readable; code spans are the one place where no viewer looks for links.
 */
export function inertMarkdown(text: string): string {
  const inert = plainLine(text, longestLine)
    .split(' ')
    .map((word) => (linkable.test(word) ? codeSpan(word) : word.replace(/[\\`*_{}[\]<>&|~#$^=]/g, '\\$&')))
    .join(' ');
  return inert.replace(/^([-+]|\d+[.)])/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);
}

function codeSpan(text: string): string {
  const longestRun = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longestRun + 1);
  // A backtick at the edge would join the fence.
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
