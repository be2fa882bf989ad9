// Broken plans: Files of the folder: missing, misnamed, empty.

import type { BrokenPlan } from './broken-plan.ts';

export const folder: readonly BrokenPlan[] = [
  {
    what: 'a file that is not there',
    file: 'slas.yaml',
    to: null,
    problems: ['slas.yaml:1:1: is not there: create it (docs/response-plan.md says what belongs into it)'],
  },
  {
    what: 'a folder of playbooks that is empty',
    file: 'playbooks/unknown.yaml',
    to: null,
    problems: ['rules.yaml:20:13 default.playbook: there is no playbook "unknown"'],
  },
  {
    what: 'a name with a typo',
    file: 'routng.yaml',
    to: `teams: []
`,
    problems: ['routng.yaml:1:1: nothing reads this file; did you mean "routing.yaml"?'],
  },
  {
    what: 'a playbook in a folder of its own',
    file: 'playbooks/web/down.yaml',
    to: `name: down
title: Down
`,
    problems: ['playbooks/web/down.yaml:1:1: nothing reads this file'],
  },
  {
    what: 'a playbook whose file has another name',
    file: 'playbooks/service-down.yaml',
    from: 'name: service-down',
    to: 'name: service-donw',
    problems: [
      'playbooks/service-down.yaml:2:7 name: is "service-donw": name the file service-donw.yaml, or the other way round',
    ],
  },
  {
    what: 'the other ending',
    file: 'playbooks/extra.yml',
    to: `name: extra
title: Extra
`,
    problems: ['playbooks/extra.yml:1:7 name: is "extra": name the file extra.yaml, or the other way round'],
  },
  {
    what: 'an empty file',
    file: 'guards.yaml',
    to: '',
    problems: ['guards.yaml:1:1: is empty: write keys and values'],
  },
  {
    what: 'a file of comments',
    file: 'guards.yaml',
    to: `# nothing
`,
    problems: ['guards.yaml:1:1: is empty: write keys and values'],
  },
  {
    what: 'a list in place of keys',
    file: 'guards.yaml',
    to: `- protected
`,
    problems: ['guards.yaml:1:1: is ["protected"]: write keys and values'],
  },
];
