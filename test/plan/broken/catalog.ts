// Broken plans: catalog/.

import type { BrokenPlan } from './broken-plan.ts';

export const catalog: readonly BrokenPlan[] = [
  {
    what: 'a service twice',
    file: 'catalog/services.yaml',
    from: '  - name: database',
    to: '  - name: shop',
    problems: [
      'catalog/services.yaml:9:18 services[0].depends_on[0]: there is no service "database"',
      'catalog/services.yaml:11:11 services[1].name: there is a service "shop" already: give it a name of its own',
    ],
  },
  {
    what: "an alias that is another's name",
    file: 'catalog/services.yaml',
    from: '    title: Shop',
    to: '    aliases: [database]',
    problems: [
      'catalog/services.yaml:11:11 services[1].name: there is a service "database" already: give it a name of its own',
    ],
  },
  {
    what: 'a dependency that is not there',
    file: 'catalog/services.yaml',
    from: 'depends_on: [database]',
    to: 'depends_on: [databse]',
    problems: [
      'catalog/services.yaml:9:18 services[0].depends_on[0]: there is no service "databse"; did you mean "database"?',
    ],
  },
  {
    what: 'an owner that is no team',
    file: 'catalog/services.yaml',
    from: `    team: on-call
    depends_on`,
    to: `    team: shop
    depends_on`,
    problems: ['catalog/services.yaml:8:11 services[0].team: there is no team "shop"'],
  },
  {
    what: 'a tier that is not there',
    file: 'catalog/services.yaml',
    from: `  - name: database
    tier: 1`,
    to: `  - name: database
    tier: 5`,
    problems: ['catalog/services.yaml:12:11 services[1].tier: is 5: write 4 or less'],
  },
  {
    what: 'a runbook that is no link',
    file: 'catalog/services.yaml',
    from: '    title: Shop',
    to: "    runbooks: [{ title: Shop, url: 'javascript:alert(1)' }]",
    problems: [
      'catalog/services.yaml:6:36 services[0].runbooks[0].url: is "javascript:alert(1)": write an http or https URL',
    ],
  },
  {
    what: 'an asset of a kind that is not there',
    file: 'catalog/assets.yaml',
    from: 'kind: service',
    to: 'kind: servce',
    problems: [
      'catalog/assets.yaml:11:11 assets[1].kind: is "servce": write one of ip, host, user, service, process, hash, url, resource, key; did you mean "service"?',
    ],
  },
  {
    what: 'an asset of a criticality that is not there',
    file: 'catalog/assets.yaml',
    from: `    values: [database]
    criticality: 1`,
    to: `    values: [database]
    criticality: 0`,
    problems: ['catalog/assets.yaml:13:18 assets[1].criticality: is 0: write 1 or more'],
  },
];
