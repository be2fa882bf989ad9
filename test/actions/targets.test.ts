import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTargets, parseTargets } from '../../src/actions/targets.ts';

describe('the targets file', () => {
  it.each(['', '# nothing yet\n', '{}'])('names nothing when it is %j', (text) => {
    expect(parseTargets(text, 'targets.yaml')).toEqual(noTargets);
  });

  it.each([
    ['firewal: {}', 'targets.yaml:1 firewal is {}: there is no setting "firewal" here: did you mean "firewall"?'],
    ['firewall:', 'targets.yaml:1 firewall is null: write a map of settings here, or {} for the defaults.'],
    ['x', 'targets.yaml:1 the file is "x": write a map of settings here, or {} for the defaults.'],
    [
      'services:\n  a:\n    supervisor: procss',
      'targets.yaml:3 services.a.supervisor is "procss": write supervisor: process or',
    ],
    [
      'services:\n  a: { supervisor: process, command: [a],\n    directory: srv }',
      'targets.yaml:3 services.a.directory is "srv": write an absolute path',
    ],
    [
      'commands:\n  a: { binary: /bin/a, arguments: ["{x}"] }',
      'targets.yaml:2 commands.a.arguments is ["{x}"]: "{x}" is no parameter of this command; its parameters are none.',
    ],
    [
      'commands:\n  a: { binary: /bin/a, parameters: { x: { type: string, pattern: "(" } } }',
      'targets.yaml:2 commands.a.parameters.x.pattern is "(": write a regular expression that RE2 knows.',
    ],
    ['commands: { a: { binary: a } }', 'targets.yaml:1 commands.a.binary is "a": write an absolute path'],
    [
      'snapshots: { a: { kind: postgres } }',
      'write either url, or urlFile with the path of a file that holds the URL.',
    ],
    ['http: { allow: [0x7f.1] }', 'targets.yaml:1 http.allow.0 is "0x7f.1": write a CIDR, an address or a host name'],
    ['firewall: {}\nfirewall: {}', 'targets.yaml:2 is not YAML: Map keys must be unique'],
    ['a: [', 'targets.yaml:1 is not YAML:'],
  ])('says where %j is wrong, and what is right', (text, problem) => {
    expect(() => parseTargets(text, 'targets.yaml')).toThrow(problem);
  });

  it('says all that is wrong at once', () => {
    expect(() => parseTargets('firewall: { tabel: x }\nhttp: { allow: 7 }', 'targets.yaml')).toThrow(
      /firewall\.tabel.*http\.allow/s,
    );
  });

  it('does not repeat a password that does not belong there', () => {
    const text = 'snapshots: { a: { kind: postgres, url: "postgres://app:hunter2@db/orders" } }';
    expect(() => parseTargets(text, 'targets.yaml')).toThrow('put a URL with a password into a file of its own');
    expect(() => parseTargets(text, 'targets.yaml')).not.toThrow('hunter2');
  });

  it('finds nothing under the names that every object has', () => {
    const { services, commands } = parseTargets('services: {}', 'targets.yaml');
    expect(services.get('constructor')).toBeUndefined();
    expect(commands.has('__proto__')).toBe(false);
  });

  it('is read or refused, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseTargets(text, 'targets.yaml');
        } catch (error) {
          expect(error).toMatchObject({ code: 'configuration_invalid' });
        }
      }),
    );
  });

  it('is as docs/actions.md shows it', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/actions.md'), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
    const { services, commands, snapshots } = parseTargets(example, 'docs/actions.md');
    expect([services.size, commands.size, snapshots.size]).toEqual([2, 1, 2]);
  });
});
