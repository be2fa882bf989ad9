// Checks a plan as a whole: that what its files say of each other, of the actions and in expressions holds together.
// Each file by itself has passed its schema.

import type { ActionRegistry } from '../playbook/action-view.ts';
import type { Allowance } from './approvals.ts';
import { checkType, typeOf } from './check-expressions.ts';
import { checkUses } from './check-modules.ts';
import { type At, inFile, named, namesOf, repeated } from './check-names.ts';
import { checkReferences } from './check-references.ts';
import { checkRouting } from './check-routing.ts';
import { checkSources } from './check-sources.ts';
import { checkSteps } from './check-step.ts';
import type { Finding } from './finding.ts';
import { celTypes, type Module } from './module.ts';
import { type Playbook, phases } from './playbook.ts';
import { modulePath, playbookPath, type ResponsePlan } from './response-plan.ts';
import { everyStep } from './step.ts';
import { durationMs } from './values.ts';

export interface CheckContext {
  actions: ActionRegistry;
  /** Names of the channels that people can be told through. */
  channels: readonly string[];
}

/** Everything that is wrong, file by file. */
export function checkPlanContent(plan: ResponsePlan, context: CheckContext): Finding[] {
  return [
    ...plan.playbooks.flatMap((playbook) => checkPlaybook(playbook, plan, context)),
    ...plan.modules.flatMap((module) => checkModule(module, plan, context)),
    ...checkUses(plan.modules),
    ...checkRules(plan),
    ...checkRouting(plan.routing, context.channels),
    ...checkApprovals(plan, context.actions),
    ...checkGuards(plan, context.actions),
    ...checkCatalog(plan),
    ...checkMappings(plan),
  ];
}

function checkPlaybook(playbook: Playbook, plan: ResponsePlan, context: CheckContext): Finding[] {
  const file = playbookPath(playbook.name);
  const all = phases.flatMap((phase) => everyStep(playbook[phase], [phase]));
  return [
    ...repeated('step', idsOf(all, file)),
    ...phases.flatMap((phase) => {
      const place = { file, path: [phase] };
      return checkSteps(playbook[phase], { ...context, plan, place, names: { steps: true } });
    }),
    ...checkReferences(
      { file, lists: phases.map((phase) => ({ path: [phase], steps: playbook[phase] })) },
      plan.modules,
    ),
  ];
}

function checkModule(module: Module, plan: ResponsePlan, context: CheckContext): Finding[] {
  const file = modulePath(module.name);
  const inputs = Object.fromEntries(Object.entries(module.inputs).map(([name, { type }]) => [name, celTypes[type]]));
  const place = { file, path: ['steps'] };
  const after = Object.entries(module.outputs).map(([name, text]) => ({ text, path: ['outputs', name] }));
  return [
    ...repeated('step', idsOf(everyStep(module.steps, ['steps']), file)),
    ...checkSteps(module.steps, { ...context, plan, place, names: { steps: true, inputs } }),
    ...after.flatMap(({ text, path }) => {
      const typed = typeOf(text, { file, path }, { steps: true, inputs });
      return 'finding' in typed ? [typed.finding] : [];
    }),
    ...checkReferences({ file, lists: [{ path: ['steps'], steps: module.steps }], after }, plan.modules),
  ];
}

const idsOf = (all: ReturnType<typeof everyStep>, file: string) =>
  all.map(({ step, path }) => ({ name: step.id, at: { file, path: [...path, 'id'] } }));

function checkRules({ rules, playbooks, routing }: ResponsePlan): Finding[] {
  const at = inFile('rules');
  const playbookNames = playbooks.map((one) => one.name);
  const teamNames = routing.teams.map((one) => one.name);
  return [
    ...repeated(
      'rule',
      rules.rules.map(({ name }, index) => ({ name, at: at('rules', index, 'name') })),
    ),
    ...repeated('maintenance window', namesOf(rules.maintenance, at, 'maintenance')),
    ...repeated('group', namesOf(rules.groups, at, 'groups')),
    ...repeated('flapping rule', namesOf(rules.flapping, at, 'flapping')),
    ...repeated('rule of what begins anew', namesOf(rules.begins_anew, at, 'begins_anew')),
    ...repeated('inhibition rule', namesOf(rules.inhibit, at, 'inhibit')),
    ...named('playbook', rules.default.playbook, playbookNames, at('default', 'playbook')),
    ...rules.rules.flatMap((rule, index) => [
      ...checkType(rule.when, ['bool'], at('rules', index, 'when')),
      ...checkType(rule.title, ['string'], at('rules', index, 'title')),
      ...checkType(rule.service, ['string'], at('rules', index, 'service')),
      ...named('playbook', rule.playbook, playbookNames, at('rules', index, 'playbook')),
      ...named('team', rule.team, teamNames, at('rules', index, 'team')),
      ...rule.correlate.flatMap(({ into = [] }, nth) =>
        into.flatMap((name, inner) =>
          named('playbook', name, playbookNames, at('rules', index, 'correlate', nth, 'into', inner)),
        ),
      ),
    ]),
  ];
}

function checkMappings({ sources }: ResponsePlan): Finding[] {
  if (!sources) return [];
  const at = inFile('sources');
  const names = sources.mappings.map(({ name }, index) => ({ name, at: at('mappings', index, 'name') }));
  return [...repeated('mapping', names), ...checkSources(sources, at)];
}

function checkApprovals({ approvals, routing }: ResponsePlan, actions: ActionRegistry): Finding[] {
  const at = inFile('approvals');
  return [
    ...repeated(
      'rule',
      approvals.rules.map(({ name }, index) => ({ name, at: at('rules', index, 'name') })),
    ),
    ...approvals.rules.flatMap((rule, index) =>
      (rule.actions ?? []).flatMap((name, nth) =>
        named('action', name, [...actions.keys()], at('rules', index, 'actions', nth)),
      ),
    ),
    ...approvals.rules.flatMap((rule, index) =>
      checkEscalation(rule, routing, (...path) => at('rules', index, ...path)),
    ),
    ...checkEscalation(approvals.default, routing, (...path) => at('default', ...path)),
  ];
}

function checkEscalation(
  { escalate, expires_after: expiresAfter }: Allowance,
  { teams }: ResponsePlan['routing'],
  at: At,
): Finding[] {
  const names = teams.map(({ name }) => name);
  return escalate.flatMap(({ after, team }, index) => [
    ...named('team', team, names, at('escalate', index, 'team')),
    ...(durationMs(after) < durationMs(expiresAfter)
      ? []
      : [
          {
            ...at('escalate', index, 'after'),
            message: `the approval has expired by then: write less than ${expiresAfter}`,
          },
        ]),
  ]);
}

function checkGuards({ guards }: ResponsePlan, actions: ActionRegistry): Finding[] {
  const at = inFile('guards');
  const limits = guards.blast_radius;
  return [
    ...repeated(
      'limit',
      limits.map(({ name }, index) => ({ name, at: at('blast_radius', index, 'name') })),
    ),
    ...limits.flatMap(({ actions: limited = [] }, index) =>
      limited.flatMap((name, nth) =>
        named('action', name, [...actions.keys()], at('blast_radius', index, 'actions', nth)),
      ),
    ),
  ];
}

function checkCatalog({ catalog, routing }: ResponsePlan): Finding[] {
  const at = inFile('catalog');
  const { services } = catalog;
  const teamNames = routing.teams.map((one) => one.name);
  const serviceNames = services.map((one) => one.name);
  const everyName = services.flatMap(({ name, aliases }, index) => [
    { name, at: at('services', index, 'name') },
    ...aliases.map((alias, nth) => ({ name: alias, at: at('services', index, 'aliases', nth) })),
  ]);
  return [
    ...repeated('service', everyName),
    ...services.flatMap((service, index) => [
      ...named('team', service.team, teamNames, at('services', index, 'team')),
      ...service.depends_on.flatMap((name, nth) =>
        named('service', name, serviceNames, at('services', index, 'depends_on', nth)),
      ),
    ]),
  ];
}
