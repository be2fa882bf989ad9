import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { module } from '../../src/core/plan/module.ts';
import { playbook } from '../../src/core/plan/playbook.ts';
import { everyStep } from '../../src/core/plan/step.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { drawPlaybook } from '../../src/playbook-picture/draw.ts';
import { layOut } from '../../src/playbook-picture/layout.ts';
import { mermaidOf } from '../../src/playbook-picture/mermaid.ts';
import { nodesOf, type Picture } from '../../src/playbook-picture/picture.ts';
import { svgOf } from '../../src/playbook-picture/svg.ts';
import { browserMissing, launchBrowser } from '../console/support/browser.ts';
import { writtenPlaybooks } from '../support/written-playbooks.ts';
import { inBrowser } from './in-browser.ts';

const { plan } = await loadPlan(join(import.meta.dirname, '../../response-plan'));
const modules = [module.parse({ name: 'tell', title: 'Tell', steps: [{ id: 'again', use: 'tell' }] }), ...plan.modules];
const draw = (content: Record<string, unknown>): Picture =>
  drawPlaybook(playbook.parse({ name: 'p', title: 'P', ...content }), modules);
const block = { id: 'block', action: 'block_ip', with: { ip: '= item' }, hold: '1h' };

function labelled(picture: Picture): string[] {
  const name = new Map(nodesOf(picture.members).map(({ id, lines }) => [id, lines[0]]));
  return picture.edges.map(({ from, to, label, kind }) => {
    const said = label === undefined ? '' : ` ${label}`;
    return `${name.get(from)} ${kind}${said} ${name.get(to)}`;
  });
}

describe('what is drawn', () => {
  it('shows how far an action goes by itself, how long it holds and what it computes', () => {
    const [, node] = nodesOf(draw({ contain: [{ ...block, level: 'auto', on_failure: 'continue' }] }).members);
    expect(node).toMatchObject({ kind: 'action', level: 'auto' });
    expect(node?.lines).toEqual(['block_ip', 'ip: item', 'runs by itself', 'held for 1h', 'goes on if it fails']);
  });

  it('draws a way past a step whose condition is false', () => {
    const { contain } = { contain: [{ ...block, if: '= service.name != ""', on_failure: 'continue' }] };
    expect(labelled(draw({ contain }))).toEqual([
      'Triaged flow service.name != ""',
      'service.name != "" flow yes block_ip',
      'block_ip flow Review',
      'service.name != "" flow no Review',
    ]);
  });

  it('draws where a failure leads: to a stop, or through steps and on', () => {
    const tell = { id: 'tell', notify: { text: 'No' }, on_failure: 'continue' };
    const picture = draw({
      contain: [{ ...block, on_failure: 'undo' }],
      recover: [{ ...block, on_failure: { steps: [tell] } }],
    });
    expect(labelled(picture)).toEqual([
      'Triaged flow block_ip',
      'block_ip failure Stop, and undo in reverse what was done',
      'block_ip flow block_ip',
      'block_ip failure failed Notify',
      'block_ip flow Review',
      'Notify flow Review',
    ]);
  });

  it('draws a loop back from the last step of each item', () => {
    const each = {
      id: 'each',
      for_each: { in: '= entities.ip', steps: [{ ...block, on_failure: 'continue' }] },
      on_failure: 'continue',
    };
    expect(labelled(draw({ contain: [each] }))).toEqual([
      'Triaged flow For each',
      'For each flow an item block_ip',
      'block_ip again For each',
      'For each flow all done Review',
    ]);
  });

  it('joins branches, and leads on from a choice that nothing fits', () => {
    const steps = [{ ...block, on_failure: 'continue' }];
    const both = { id: 'both', parallel: [{ steps }, { steps }], on_failure: 'continue' };
    const which = { id: 'which', choose: [{ when: '= true', steps }], on_failure: 'continue' };
    expect(labelled(draw({ contain: [both, which] }))).toEqual([
      'Triaged flow At the same time',
      'At the same time flow block_ip',
      'block_ip flow All done',
      'At the same time flow block_ip',
      'block_ip flow All done',
      'All done flow Which case?',
      'Which case? flow true block_ip',
      'block_ip flow Review',
      'Which case? flow none Review',
    ]);
  });

  it('draws a module once, where it uses itself', () => {
    const names = nodesOf(draw({ contain: [{ id: 'use', use: 'tell' }] }).members).map(({ lines }) => lines[1]);
    expect(names.filter((name) => name === 'module tell')).toHaveLength(2);
  });

  it('says so where a playbook is larger than a picture can be', () => {
    const steps = Array.from({ length: 50 }, (_, n) => ({ id: `s${n}`, if: '= true', notify: { text: 'x' } }));
    const branches = Array.from({ length: 10 }, () => ({ steps }));
    const nodes = nodesOf(draw({ contain: [{ id: 'all', parallel: branches }] }).members);
    expect(nodes.length).toBeLessThan(540);
    expect(nodes.filter(({ kind }) => kind === 'cut').length).toBeGreaterThan(0);
  });

  it('has every step of random playbooks, and no edge to nowhere', () => {
    fc.assert(
      fc.property(writtenPlaybooks, (written) => {
        const picture = drawPlaybook(written, []);
        const nodes = nodesOf(picture.members);
        const ids = new Set(nodes.map(({ id }) => id));
        expect(picture.edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
        const steps = [written.contain, written.verify, written.recover].flatMap((list) => everyStep(list, []));
        if (!nodes.some(({ kind }) => kind === 'cut')) expect(nodes.length).toBeGreaterThanOrEqual(steps.length + 2);
        // Whatever is not the start is reached.
        const reached = new Set(picture.edges.map(({ to }) => to));
        expect(nodes.filter(({ id, kind }) => kind !== 'start' && !reached.has(id))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe.skipIf(browserMissing)('in a browser', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.addScriptTag({ content: inBrowser });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('@mermaid-js/tiny') });
  });
  afterAll(() => browser?.close());

  /** Labels that Mermaid shows; rejects with what it does not understand. */
  const render = (text: string): Promise<string[]> => page.evaluate(`mermaidLabels(${JSON.stringify(text)})`);
  const faultsOf = (svg: string): Promise<string[]> => page.evaluate(`svgFaults(${JSON.stringify(svg)})`);

  it('Mermaid shows every shipped playbook', async () => {
    for (const one of plan.playbooks) {
      const shown = await render(mermaidOf(drawPlaybook(one, plan.modules)));
      expect(shown.join(' ')).toContain(`playbook ${one.name}`);
    }
  });

  it('Mermaid reads whatever titles say, as text', async () => {
    await fc.assert(
      fc.asyncProperty(writtenPlaybooks, async (written) => {
        const picture = drawPlaybook(written, modules);
        const shown = await render(mermaidOf(picture));
        expect(shown.length).toBeGreaterThanOrEqual(nodesOf(picture.members).length);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('Mermaid shows a hostile title as it is written', async () => {
    const title = '"]; click n1 <script>alert(1)</script> #35; %%{init}%% style a:#b;';
    const shown = await render(mermaidOf(draw({ contain: [{ ...block, title }] })));
    expect(shown.join(' ')).toContain('"]; click n1 <script>alert(1)</script>');
    expect(shown.join(' ')).toContain('#35; %%{init}%%');
  });

  it('the SVG is well-formed, holds every text inside its box and no box over another, whatever titles say', async () => {
    await fc.assert(
      fc.asyncProperty(writtenPlaybooks, async (written) => {
        const svg = svgOf(await layOut(drawPlaybook(written, modules)));
        expect(await faultsOf(svg)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
