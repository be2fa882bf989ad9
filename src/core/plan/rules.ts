// rules.yaml: triage. What an incident is, how bad, who handles it and by which playbook; the first rule that matches wins.

import { z } from 'zod';
import { dispositions } from '../incident/status.ts';
import { severities } from '../severity.ts';
import { MatcherProblem, matchesNothing, parseMatcher } from '../suppression/matcher.ts';
import { isTimeZone, weekdays } from '../suppression/window.ts';
import { tellingKinds } from '../triage/facts.ts';
import { expression, learntMode, line, name, someTime } from './values.ts';

/** Joins a new incident to an older open one. */
const correlate = z
  .strictObject({
    by: z
      .enum(['service', 'dependency', 'entity'])
      .describe('The same service; one that depends on the other, by the catalog; or about the same things.'),
    within: someTime,
    kinds: z.array(z.enum(tellingKinds)).min(1).optional().describe('Of entities; absent means any of these.'),
    into: z.array(name).min(1).max(50).optional().describe('Playbooks of the older incident; absent means any.'),
  })
  .refine(({ by, kinds }) => by === 'entity' || !kinds, { path: ['kinds'], error: 'only `by: entity` has kinds' });

const rule = z
  .strictObject({
    name,
    when: expression.describe('The first rule whose condition is true decides. A label that is not there is "no".'),
    title: line.optional(),
    severity: z.enum(severities).optional().describe('Default: the worst that its firing alerts say.'),
    playbook: name.optional().describe('Default: that of `default`.'),
    service: line.optional().describe('A name from the catalog; may be computed. Default: label or entity `service`.'),
    team: name.optional().describe('Default: the owner of the service, else the default team.'),
    dismiss: z.strictObject({ disposition: z.enum(dispositions), reason: line }).optional(),
    correlate: z
      .array(correlate)
      .max(5)
      .default([])
      .describe('Joins the incident to an older open one, whose response then covers both.'),
  })
  .refine((value) => !(value.dismiss && value.playbook), {
    path: ['dismiss'],
    error: 'a rule either dismisses or names a playbook; remove one of the two',
  });

const matcher = z
  .string()
  .trim()
  .superRefine((text, context) => {
    try {
      parseMatcher(text);
    } catch (error) {
      if (!(error instanceof MatcherProblem)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

const isNarrow = (texts: readonly string[]): boolean => {
  try {
    return texts.some((text) => !matchesNothing(parseMatcher(text)));
  } catch {
    // Said of the matcher itself.
    return true;
  }
};

const matcherSyntax =
  'As in Alertmanager: severity="warning", instance=~"web-.+"; @source, @title, @host, … are no labels.';

/** That may match everything: what more a rule asks makes it narrow. */
const anyMatchers = z.array(matcher).min(1).max(20).describe(matcherSyntax);

export const matchers = z
  .array(matcher)
  .min(1)
  .max(20)
  .refine(isNarrow, 'at least one matcher must ask for something, or all alerts would match')
  .describe(matcherSyntax);

const time = z.iso.datetime({ offset: true, error: 'write a time such as 2026-12-01T22:00:00Z' });
const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'write hours and minutes in quotes, such as "22:00"');

const weekly = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).max(7).describe('Days on which it begins.'),
  from: clock,
  to: clock.describe('Before `from`: on the next day.'),
  timezone: z.string().max(100).refine(isTimeZone, 'write a time zone such as Europe/Berlin').default('UTC'),
});

const maintenance = z.strictObject({
  name,
  reason: line,
  owner: line.describe('Who answers for it.'),
  match: matchers,
  from: time.optional(),
  until: time.describe('It must end, or what it hides is never seen again.'),
  weekly: weekly.optional().describe('Only at these hours of the week.'),
});

const names = z.array(z.string().trim().min(1).max(200)).max(20);

const inhibit = z.strictObject({
  name,
  source: anyMatchers.describe('While such an alert fires …'),
  target: anyMatchers.describe('… such alerts are withheld.'),
  equal: names.default([]).describe('Labels that both have alike.'),
  at_most: someTime.default('7d').describe('After the start of the inhibiting alert; a tool may never say it is over.'),
});

const threshold = z.strictObject({ at_least: z.int().min(2).max(1_000), within: someTime });

const group = z
  .strictObject({
    name,
    match: anyMatchers,
    group_by: names.default([]).describe('Labels, or @host and the like; absent: as the source groups.'),
    across_sources: z.boolean().default(false).describe('Alerts of all sources with the same values are together.'),
    threshold: threshold.optional().describe('So many alerts of the group within the time open an incident.'),
  })
  .refine((value) => !value.across_sources || value.group_by.length > 0, {
    path: ['group_by'],
    error: 'name what alerts of several sources have alike',
  })
  .refine((value) => value.group_by.length > 0 || value.threshold, {
    path: ['group_by'],
    error: 'write group_by, a threshold, or both',
  });

const flapping = z.strictObject({
  name,
  match: z.array(matcher).max(20).default([]).describe('Absent: all alerts.'),
  more_than: z.int().min(2).max(40).describe('A finding that begins more often …'),
  within: someTime.describe('… within this time flaps.'),
});

const beginsAnew = z.strictObject({
  name,
  match: anyMatchers.describe('Of findings whose source tells no starts, as PagerDuty; of others it says nothing.'),
  after: someTime.describe(
    'A trigger that comes so long after the end of its incident, whatever fired then, is a new incident.',
  ),
});

const raise = z
  .strictObject({
    tier: z.int().min(1).max(4).optional().describe('When the service is of this tier …'),
    criticality: z.int().min(1).max(4).optional().describe('… or an asset has this criticality …'),
    known_bad: z.literal(true).optional().describe('… or something is on a list of known-bad indicators.'),
    levels: z.int().min(1).max(4),
  })
  .refine(
    ({ tier, criticality, known_bad }) =>
      [tier, criticality, known_bad].filter((one) => one !== undefined).length === 1,
    {
      path: ['levels'],
      error: 'name one of tier, criticality and known_bad beside it',
    },
  );

export const rules = z.strictObject({
  rules: z.array(rule).max(500),
  default: z.strictObject({ playbook: name }).describe('For an incident that no rule matches: it is new to the plan.'),
  raise: z.array(raise).max(20).default([]).describe('Severity goes up by so many levels; all that apply add up.'),
  maintenance: z
    .array(maintenance)
    .max(200)
    .default([])
    .describe('Alerts that begin meanwhile open no incident until it is over.'),
  groups: z
    .array(group)
    .max(200)
    .default([])
    .describe('Which alerts belong together, and how many make an incident; the first that matches decides.'),
  flapping: z.array(flapping).max(50).default([]).describe('The first that matches decides.'),
  begins_anew: z
    .array(beginsAnew)
    .max(50)
    .default([])
    .describe(
      'Which findings begin anew after a person ended their incident; absent: once their source said they are over.',
    ),
  inhibit: z.array(inhibit).max(100).default([]).describe('Alerts that say nothing new while another one fires.'),
  learnt: learntMode.describe(
    'What people made of such incidents before. use: it counts where no rule names a severity and it is worse.',
  ),
});

export type Rule = z.output<typeof rule>;
export type Raise = z.output<typeof raise>;
export type Rules = z.output<typeof rules>;
export type Maintenance = z.output<typeof maintenance>;
export type GroupRule = z.output<typeof group>;
export type FlapRule = z.output<typeof flapping>;
export type BeginsAnewRule = z.output<typeof beginsAnew>;
export type Inhibit = z.output<typeof inhibit>;
export type Correlate = z.output<typeof correlate>;
