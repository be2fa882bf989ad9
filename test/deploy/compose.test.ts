import { fileURLToPath } from 'node:url';
import { DCLinter } from 'dclint';
import { describe, expect, test } from 'vitest';
import { readCompose, repository, type Service } from './compose.ts';

const { services, networks, volumes, secrets } = await readCompose();
const all = Object.entries(services);
const namesOf = (matches: (service: Service) => boolean): string[] =>
  all.filter(([, service]) => matches(service)).map(([name]) => name);
const reaches = (service: Service, network: string) => service.networks.includes(network);
const isOneShot = (service: Service) => service.restart.startsWith('on-failure');

describe('the compose files are what Docker Compose accepts', () => {
  test.for(['docker-compose.yml', 'deploy/compose.host-firewall.yml'])('%s fits the schema', async (file) => {
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [], disableIgnoreFile: true });
    const [result] = await linter.lintFiles([fileURLToPath(new URL(file, repository))], false);
    expect(result?.messages.filter(({ rule }: { rule: string }) => rule.startsWith('invalid'))).toEqual([]);
  });

  test('everything that is named exists', () => {
    for (const [, service] of all) {
      expect(Object.keys(networks)).toEqual(expect.arrayContaining(service.networks));
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining(service.secrets));
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on)));
      const named = service.volumes.map((mount) => mount.split(':')[0] ?? '').filter((source) => /^[a-z]/.test(source));
      expect(Object.keys(volumes)).toEqual(expect.arrayContaining(named));
    }
  });
});

describe('every container has as little power as it can do with', () => {
  test.for(all)('%s is read-only, without capabilities and bounded', ([name, service]) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      privileged: false,
    });
    expect(service.deploy.resources.limits.pids).toBeLessThanOrEqual(300);
    expect(service.volumes.join()).not.toContain('docker.sock');
    expect(service.image).toMatch(/:\d/);
    expect(service.network_mode ?? 'none').toBe('none');
    if (name !== 'worker-containment') expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('only the containment worker has a capability, and that is NET_ADMIN', () => {
    expect(namesOf((service) => service.cap_add.length > 0)).toEqual(['worker-containment']);
    expect(services['worker-containment']?.cap_add).toEqual(['NET_ADMIN']);
  });

  test('what keeps running is watched, and what waits for it waits until it works', () => {
    expect(namesOf((service) => !isOneShot(service) && service.healthcheck === undefined)).toEqual([]);
    for (const [, service] of all) {
      for (const [name, { condition }] of Object.entries(service.depends_on)) {
        const isDone = services[name] !== undefined && isOneShot(services[name]);
        expect(condition).toBe(isDone ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });
});

describe('who can reach whom', () => {
  test('only the gateway and Temporal UI are published, on this machine unless told otherwise', () => {
    expect(namesOf((service) => service.ports.length > 0)).toEqual(['gateway', 'temporal-ui']);
    expect(services.gateway?.ports).toEqual([expect.stringContaining(':-127.0.0.1:')]);
    expect(services['temporal-ui']?.ports).toEqual([expect.stringContaining(':-127.0.0.1:')]);
  });

  test('the databases and Temporal are on internal networks alone', () => {
    for (const name of ['postgres', 'temporal-postgres', 'temporal']) {
      for (const network of services[name]?.networks ?? ['none']) expect(networks[network]?.internal).toBe(true);
    }
  });

  test('vendors are reached by the notify worker only, and systems by the containment worker only', () => {
    expect(namesOf((service) => reaches(service, 'vendors'))).toEqual(['worker-notify']);
    expect(namesOf((service) => reaches(service, 'systems'))).toEqual(['worker-containment']);
    expect(services['worker-incident']?.networks.filter((network) => !networks[network]?.internal)).toEqual([]);
  });

  test('Temporal alone reaches its database, and Firebreak alone its own', () => {
    expect(namesOf((service) => reaches(service, 'temporal-data'))).toEqual([
      'temporal-postgres',
      'temporal-schema',
      'temporal',
    ]);
    expect(namesOf((service) => reaches(service, 'data'))).toEqual([
      'migrate',
      'gateway',
      'worker-incident',
      'worker-containment',
      'worker-notify',
      'postgres',
    ]);
  });
});

describe('who holds which secret', () => {
  test.for([
    ['admin-key', ['migrate']],
    ['database-url-owner', ['migrate']],
    ['database-url-app', ['gateway', 'worker-incident', 'worker-containment', 'worker-notify']],
    ['postgres-superuser', ['postgres']],
    ['postgres-owner', ['postgres']],
    ['postgres-app', ['postgres']],
    ['temporal-postgres-superuser', ['temporal-postgres']],
    ['temporal-postgres', ['temporal-postgres', 'temporal-schema', 'temporal']],
  ] as const)('%s is given to %s only', ([secret, holders]) => {
    expect(namesOf((service) => service.secrets.includes(secret))).toEqual(holders);
  });

  test.for([
    ['/etc/firebreak/containment', ['worker-containment']],
    ['/etc/firebreak/notify', ['worker-notify']],
    ['setup-state:', ['migrate', 'share-secrets']],
    ['gateway-state:', ['share-secrets', 'gateway']],
    ['incident-state:', ['share-secrets', 'worker-incident']],
  ] as const)('%s is mounted in %s only', ([path, holders]) => {
    expect(namesOf((service) => service.volumes.some((mount) => mount.includes(path)))).toEqual(holders);
  });

  test('what comes from this repository or its folders can be read, not written', () => {
    for (const [, service] of all) {
      const fromHost = service.volumes.filter((mount) => /^[.$]/.test(mount));
      expect(fromHost.filter((mount) => !mount.endsWith(':ro'))).toEqual([]);
    }
  });

  test('no secret is in the environment, only paths of files', () => {
    const suspicious = /PASSWORD|PWD|SECRET|KEY|TOKEN|DATABASE_URL/;
    for (const [, service] of all) {
      for (const [name, value] of Object.entries(service.environment)) {
        if (suspicious.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
      }
    }
  });
});

test('Temporal is of a version without known holes, and its tools are of the same one', () => {
  const [, major, minor, patch] = /:(\d+)\.(\d+)\.(\d+)$/.exec(services.temporal?.image ?? '')?.map(Number) ?? [];
  const version = (major ?? 0) * 1_000_000 + (minor ?? 0) * 1_000 + (patch ?? 0);
  expect(version).toBeGreaterThanOrEqual(1_030_004);
  const tag = services.temporal?.image.split(':')[1];
  expect(services['temporal-schema']?.image).toBe(`temporalio/admin-tools:${tag}`);
  expect(services['temporal-namespace']?.image).toBe(`temporalio/admin-tools:${tag}`);
});
