import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alert.ts';
import { enrich } from '../../../src/core/enrichment/enrich.ts';
import { compile } from '../../../src/core/expression/compile.ts';
import { evaluate } from '../../../src/core/expression/evaluate.ts';
import { ExpressionProblem } from '../../../src/core/expression/problem.ts';
import { type Scope, scopeOf } from '../../../src/core/expression/scope.ts';
import { startCpuTimer } from '../plan/cpu-time.ts';
import { planWith } from '../plan/sample.ts';

const alert: Alert = {
  source: 'generic',
  fingerprint: 'f1',
  status: 'firing',
  title: 'CPU at 97 %',
  severityHint: 'high',
  startsAt: '2026-03-01T10:00:00Z',
  labels: { kind: 'brute_force', alertname: 'SshFailures' },
  annotations: {},
  entities: [
    { kind: 'ip', value: '203.0.113.7' },
    { kind: 'user', value: 'root' },
  ],
  groupKey: 'g',
  links: [],
};

function scope(alerts: Alert[] = [alert, { ...alert, labels: { kind: 'brute_force', alertname: 'Other' } }]): Scope {
  return scopeOf({
    incident: {
      id: 'i1',
      title: 'Brute force',
      severity: 'high',
      impactStartedAt: '2026-03-01T10:00:00Z',
      openedAt: '2026-03-01T10:01:00Z',
      drill: false,
    },
    alerts,
    service: { name: 'checkout', aliases: [], tier: 1, team: 'shop', depends_on: [], runbooks: [] },
    enrichment: enrich(planWith().plan, [], [], 0),
    serviceName: 'checkout',
  });
}

describe('an expression', () => {
  it.each([
    ['= labels.kind == "brute_force"', true],
    ['= has(labels.alertname)', false],
    ['= labels.?nothing.orValue("none")', 'none'],
    ['= alerts.exists(a, a.labels.alertname == "SshFailures")', true],
    ['= alerts[0].title.re2("^CPU at [0-9]+")', true],
    ['= entities.ip', ['203.0.113.7']],
    ['= entities.ip.map(i, {"ip": i})', [{ ip: '203.0.113.7' }]],
    ['= service.tier <= 2 && service.known', true],
    ['= service.tier', 1],
    ['= alerts[0].startsAt', '2026-03-01T10:00:00.000Z'],
    ['= incident.openedAt > alerts[0].startsAt', true],
    ['= incident.impactStartedAt', '2026-03-01T10:00:00.000Z'],
    ['= alerts[0].entities[1]', { kind: 'user', value: 'root' }],
    ['= alerts.size() > 1 ? "many" : "one"', 'many'],
    ['= 1.5', 1.5],
    ['= null', null],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text, scope())).toEqual({ ok: true, value });
  });

  it('sees labels as data, whatever their names are', () => {
    const labels = JSON.parse('{"__proto__":"p","constructor":"c"}');
    const hostile = scope([{ ...alert, labels }]);
    expect(evaluate('= labels.__proto__ + labels.constructor', hostile)).toEqual({ ok: true, value: 'pc' });
    expect(evaluate('= labels.toString', hostile)).toMatchObject({ ok: false, code: 'no_such_key' });
    const made = evaluate('= labels', hostile);
    expect(made.ok && Object.keys(made.value as object).sort()).toEqual(['__proto__', 'constructor']);
  });

  it.each([
    ['= labels.nothing', 'no_such_key'],
    ['= entities.host[0]', 'index_out_of_bounds'],
    ['= int("x")', 'int_conversion_error'],
    ['= 9007199254740993', 'result_not_json'],
    ['= double("inf")', 'result_not_json'],
  ])('%s fails with %s over data that lacks it, and does not throw', (text, code) => {
    expect(evaluate(text, scope())).toMatchObject({ ok: false, code });
  });

  it.each([
    ['= labels.kind = "x"', /unexpected/i],
    ['= nothing == 1', /Unknown variable: nothing/],
    ['= alerts[0].titel', /No such key: titel/],
    ['= entities.ips', /No such key: ips/],
    ['= service.tier == "1"', /no such overload/],
    ['= incident.constructor', /No such key/],
    ['= "aaaa".matches("(a+)+$")', /use re2\(\)/],
    ['= labels.kind.re2(labels.pattern)', /pattern that is written out/],
    ['= labels.kind.re2("(")', /not RE2/],
    ['= cel.bind(x, [1], x + x)', /not among the functions/],
    ['= b"{}".json()', /not among the functions/],
    ['= alerts.map(a, alerts.map(b, alerts.map(c, c.title)))', /costs up to/],
    ['= item', /Unknown variable: item/],
    [`= ${'('.repeat(500)}1${')'.repeat(500)}`, /./],
    [`= ${'1+'.repeat(900)}1`, /./],
    [`= [${'1,'.repeat(500)}1]`, /./],
  ])('%s is refused before it ever runs', (text, reason) => {
    expect(() => compile(text)).toThrow(ExpressionProblem);
    expect(() => compile(text)).toThrow(reason);
  });

  it('says where it is wrong and what the name could have been', () => {
    const problem = failure(() => compile('= labels.kind == "x" && alerts.exists(a, a.titel == "y")'));
    expect(problem).toMatchObject({ code: 'no_such_key', offset: 41, wrong: 'titel' });
    expect((problem as ExpressionProblem).known).toContain('title');
  });

  it('types `item` by the list that it comes from', () => {
    expect(compile('= item + "/32"', { item: 'string' }).type).toBe('string');
    expect(() => compile('= item + 1', { item: 'string' })).toThrow(ExpressionProblem);
  });

  it('ends soon, whatever it is made of, when it was not refused', () => {
    const part = fc.constantFrom('alerts', 'entities.ip', 'labels.kind', '1', '"x"', 'alerts[0].entities', '[1, 2]');
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        part,
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a} + ${b}`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}).map(v, ${b})`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}).filter(w, ${b} == w)`),
        tie('tree').map((a) => `(${a}).split("")`),
        tie('tree').map((a) => `(${a}).join("")`),
      ),
    }));
    const storm = scope(Array.from({ length: 300 }, (_, n) => ({ ...alert, description: `${n}`.repeat(2_000) })));
    fc.assert(
      fc.property(tree, (cel) => {
        const cpuMs = startCpuTimer();
        const result = evaluate(`= ${cel}`, storm);
        expect(cpuMs()).toBeLessThan(1_000);
        expect(typeof result.ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

function failure(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
}
