// Broken plans: reports/*.yaml.

import type { BrokenPlan } from './broken-plan.ts';

export const reports: readonly BrokenPlan[] = [
  {
    what: 'a section that is not there',
    file: 'reports/incident.yaml',
    from: 'timeline]',
    to: 'timelin]',
    problems: [
      'reports/incident.yaml:6:85 sections[8]: is "timelin": write one of summary, done, undone, in_place, decisions, metrics, alerts, follow_ups, timeline; did you mean "timeline"?',
    ],
  },
  {
    what: 'a section twice',
    file: 'reports/incident.yaml',
    from: 'timeline]',
    to: 'timeline, summary]',
    problems: [
      'reports/incident.yaml:6:11 sections: is ["summary","done","undone","in_place","decisions","metrics","alerts","follow_…: write each section once',
    ],
  },
  {
    what: 'a template',
    file: 'reports/incident.yaml',
    from: 'heading: Internal',
    to: "template: '{{ incident.title }}'",
    problems: ['reports/incident.yaml:5:1 template: there is no key "template" here: write one of heading, sections'],
  },
  {
    what: 'another report',
    file: 'reports/weekly.yaml',
    to: `sections: [summary]
`,
    problems: ['reports/weekly.yaml:1:1: nothing reads this file'],
  },
];
