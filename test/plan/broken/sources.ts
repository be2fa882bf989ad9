// sources.yaml: mappings that make no alert of a body.

import type { BrokenPlan } from './broken-plan.ts';

const mapping = (more: string) => `mappings:\n  - name: a\n    fingerprint: = body.id\n    title: Down\n${more}`;
const file = 'sources.yaml';

export const sources: BrokenPlan[] = [
  {
    what: 'a topic that is no ARN',
    file,
    to: 'sns: { topics: [alarms] }\n',
    problems: [
      'sources.yaml:1:17 sns.topics[0]: is "alarms": write the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alarms',
    ],
  },
  {
    what: 'a mapping without a title',
    file,
    to: 'mappings:\n  - name: a\n    fingerprint: x\n',
    problems: ['sources.yaml:2:5 mappings[0].title: is missing: write a text'],
  },
  {
    what: 'a key of a mapping with a typing mistake',
    file,
    to: mapping('    severty: high\n'),
    problems: [
      'sources.yaml:5:5 mappings[0].severty: there is no key "severty" here: write one of name, each, when, resolved, fingerprint, title, description, severity, starts_at, ends_at, group, url, labels, entities; did you mean "severity"?',
    ],
  },
  {
    what: 'a condition that is no condition',
    file,
    to: mapping('    resolved: = "yes"\n'),
    problems: ['sources.yaml:5:15 mappings[0].resolved: the expression gives a string; write one that gives a bool'],
  },
  {
    what: 'an item without a list',
    file,
    to: mapping('    labels:\n      host: = item.host\n'),
    problems: ['sources.yaml:6:15 mappings[0].labels.host: the expression is wrong: Unknown variable: item'],
  },
  {
    what: 'a name of an incident in a mapping',
    file,
    to: mapping('    url: = labels.url\n'),
    problems: ['sources.yaml:5:12 mappings[0].url: the expression is wrong: Unknown variable: labels'],
  },
  {
    what: 'a list that is computed',
    file,
    to: mapping('    each: = body.a.filter(x, true)\n'),
    problems: [
      'sources.yaml:5:11 mappings[0].each: is "= body.a.filter(x, true)": write a place in the body, such as = body.alerts',
    ],
  },
  {
    what: 'a kind of entity that there is not',
    file,
    to: mapping('    entities: { hst: = body.h }\n'),
    problems: [
      'sources.yaml:5:17 mappings[0].entities.hst: there is no key "hst" here: write one of ip, host, user, service, process, hash, url, resource, key; did you mean "host"?',
    ],
  },
  {
    what: 'two mappings of one name',
    file,
    to: mapping('  - name: a\n    fingerprint: x\n    title: y\n'),
    problems: ['sources.yaml:5:11 mappings[1].name: there is a mapping "a" already: give it a name of its own'],
  },
];
