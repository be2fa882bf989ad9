import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containmentIdOf } from '../../../src/core/ids.ts';
import { isEcho } from '../../../src/core/report/echo.ts';
import { inertMarkdown } from '../../../src/core/report/markdown.ts';
import { reportBounds, writeReport } from '../../../src/core/report/report.ts';
import { block, incidentId, plan, sliceOf, wholeIncident } from './slice.ts';

/** A section's lines of the Markdown report, without the escapes. */
function section(markdown: string, title: string): string {
  const body = markdown.split(`\n## ${title}\n\n`)[1] ?? '';
  return (body.split('\n## ')[0] ?? '').replace(/\\([^\w\s])/g, '$1').trim();
}

describe('the report', () => {
  const { markdown, html } = writeReport(wholeIncident());

  it('sums up what it was, how it was triaged and how it ended', () => {
    expect(section(markdown, 'Summary')).toContain('An incident of severity high in checkout, opened at');
    expect(section(markdown, 'Summary')).toContain('Severity high: rule brute-force');
    expect(section(markdown, 'Summary')).toContain('It ended as true positive.');
    expect(section(markdown, 'Summary')).toContain('**Team:** security');
  });

  it('says of each action whether it was done or only simulated', () => {
    expect(section(markdown, 'What was done').split('\n')).toEqual([
      '- 2026-03-01T10:09:00.000Z Done: Block 203.0.113.7 at the host firewall. Blocked',
      '- 2026-03-01T10:10:00.000Z Simulated, nothing was touched: Block 198.51.100.9',
    ]);
    expect(html).toContain('Simulated, nothing was touched: Block 198.51.100.9');
  });

  it('names what is still in place, and only what was really applied', () => {
    expect(section(markdown, 'Still in place when this was written')).toBe('- Block 203.0.113.7 at the host firewall');
  });

  it('takes a containment that was lifted or expired as undone', () => {
    const slice = wholeIncident();
    const data = {
      containmentId: containmentIdOf(incidentId, block.id),
      status: 'expired',
      expiresAt: '',
      reason: 'its hour is over',
    };
    const later = writeReport({
      ...slice,
      entries: [
        ...slice.entries,
        { at: '2026-03-01T11:09:00.000Z', actor: 'firebreak', kind: 'containment_changed', data },
      ],
    }).markdown;
    expect(section(later, 'Still in place when this was written')).toBe('Nothing.');
    expect(section(later, 'What was undone')).toContain('expired: its hour is over (Block 203.0.113.7');
  });

  it('tells who decided what, refusals included', () => {
    const decided = section(markdown, 'Who decided what');
    expect(decided).toContain('key:ana: Acknowledged');
    expect(decided).toContain('key:bob: Decision not taken (approve): The role viewer may not decide');
    expect(decided).toContain('Approval of step block-a1b2c3 approved by key:ana: not ours (Block 203.0.113.7');
    expect(decided).toContain('key:ana: Ended as true positive: an attack');
    expect(decided).not.toContain('Triaged');
  });

  it('gives the four metrics with what each is between', () => {
    expect(section(markdown, 'Metrics').split('\n')).toEqual([
      '- **Time to detect, MTTD (impact started → detected):** 5 min',
      '- **Time to acknowledge, MTTA (detected → acknowledged):** 2 min',
      '- **Time to contain, MTTC (detected → contained):** 5 min',
      '- **Time to resolve, MTTR (detected → resolved):** 1 h',
    ]);
  });

  it('lists follow-ups, and the whole timeline but what is on the log twice', () => {
    expect(section(markdown, 'Open follow-ups')).toBe('- Look for a success among the failures');
    const told = wholeIncident().entries.filter((entry) => !isEcho(entry));
    expect(section(markdown, 'Timeline').split('\n')).toHaveLength(told.length);
  });

  it('shows some alerts of a storm and counts the rest', () => {
    const slice = wholeIncident();
    const [alert] = slice.alerts;
    const alerts = Array.from({ length: 80 }, (_, n) => ({
      ...slice.alerts[0],
      ...alert,
      id: `${n}`,
      title: `Alert ${n}`,
    }));
    const storm = writeReport({ ...slice, alerts: alerts as typeof slice.alerts, alertCount: 20_000 }).markdown;
    expect(
      section(storm, 'Alerts')
        .split('\n')
        .filter((line) => line.startsWith('- ')),
    ).toHaveLength(reportBounds.alerts);
    expect(section(storm, 'Alerts')).toContain('19950 more alerts not shown here.');
  });

  it('keeps the beginning and the end of a long timeline, and says what it left out', () => {
    const note = { at: '2026-03-01T10:30:00.000Z', actor: 'key:ana', type: 'noted', text: 'still on it' } as const;
    const long = writeReport(sliceOf(Array.from({ length: 5_000 }, () => note))).markdown;
    expect(section(long, 'Timeline')).toContain('4600 entries are left out here');
    expect(long.length).toBeLessThan(200_000);
  });

  it('is written for an incident that was never triaged', () => {
    const { markdown: early } = writeReport(sliceOf([]));
    expect(section(early, 'Summary')).toContain('It was not triaged.');
    expect(section(early, 'What was done')).toBe('No action was taken.');
    expect(section(early, 'Metrics')).toContain('contained):** unknown');
  });
});

const naughty = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/p.png)',
  '<https://evil.example>',
  'https://evil.example/a?b=c',
  'www.evil.example',
  'mail ops@evil.example now',
  '`code` ``` fence',
  '\n# Heading\n\n- item\n\n```\n',
  '[x]: https://evil.example\n[x]',
  '&lt;script&gt; &#60;b&#62;',
  '<!-- --> <![CDATA[ ]]>',
  '| a | b |\n|---|---|',
  '1. one\n2) two',
  '***bold*** _it_ ~~no~~',
  '\u202egnp.exe\u2066',
  '\u0000\u0007\u001b[31m',
  "' onmouseover='alert(1)",
  'half \ud83d pair',
  '{{7*7}} <%= 7 %> $(id)',
];

describe('text from an attacker', () => {
  const hostile = (text: string) => {
    const slice = sliceOf([
      {
        at: '2026-03-01T10:06:00.000Z',
        actor: `key:${text}`,
        type: 'triaged',
        plan: { ...plan, title: text, service: text, team: text, reasons: [text] },
      },
      { at: '2026-03-01T10:07:00.000Z', actor: 'key:ana', type: 'noted', text },
      { at: '2026-03-01T10:08:00.000Z', actor: 'key:ana', type: 'follow_up_added', text },
      { at: '2026-03-01T10:09:00.000Z', actor: 'key:ana', type: 'assigned', to: text },
    ]);
    const alerts = [{ id: 'a', source: 'generic', status: 'firing' as const, title: text, startsAt: text }];
    return writeReport({
      ...slice,
      alerts,
      entries: [...slice.entries, { at: text, actor: text, kind: text, data: { [text]: text } }],
    });
  };

  it.each(naughty)('%j makes no tag, attribute or link in HTML', (text) => {
    expect(tagsOf(hostile(text).html)).toEqual(tagsOf(hostile('harmless').html));
  });

  it.each(naughty)('%j stays text in Markdown', (text) => {
    expectInert(inertMarkdown(text));
    expect(shapeOf(hostile(text).markdown)).toEqual(shapeOf(hostile('harmless').markdown));
  });

  it('stays text whatever it is', () => {
    const kindsOfTags = tagsOf(writeReport(wholeIncident()).html);
    const unit = fc.oneof(fc.constantFrom(...naughty), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 4 }), (parts) => {
        const text = parts.join(' ');
        expectInert(inertMarkdown(text));
        expect(kindsOfTags).toEqual(expect.arrayContaining(tagsOf(hostile(text).html)));
      }),
      { numRuns: 200 },
    );
  });
});

/** Everything that a parser could take for a tag or comment. */
const tagsOf = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

/** What each line begins with: its place in the structure of the page. */
const shapeOf = (markdown: string): string[] =>
  markdown.split('\n').map((line) => /^(#+ |- \*\*[^*]*\*\* |- |)/.exec(line)?.[1] ?? '');

/** Outside of code spans no ASCII punctuation is bare, and nothing that viewers turn into links is left. */
function expectInert(markdown: string): void {
  expect(markdown).not.toMatch(/[\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  const outside = markdown.replace(/(?<![\\`])(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, ' ');
  expect(outside.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[\\`*_{}[\]<>&|~#$^=]|^[-+]|^\d+[.)]/);
  expect(outside.replace(/\\/g, '')).not.toMatch(/:\/\/|www\.|@|[\p{L}\p{N}-]\.\p{L}{2}/u);
}

it('tells the sections that the plan names, in their order, under its heading', () => {
  const template = { heading: 'Internal', sections: ['timeline', 'summary'] as ('timeline' | 'summary')[] };
  const { markdown } = writeReport({ ...wholeIncident(), template });
  expect([...markdown.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(['Timeline', 'Summary']);
  expect(markdown).toMatch(/^# .+\n\nInternal\n/);
});
