import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

describe('the configuration', () => {
  test('has defaults for everything, and takes an empty variable for an absent one', () => {
    const config = readConfig({ PORT: '', TEMPORAL_ADDRESS: '' });
    expect(config.port).toBe(8080);
    expect(config.dir).toMatch(/\/\.firebreak$/);
    expect(config.temporal.address).toBeUndefined();
    expect(config.planDir).toMatch(/\/response-plan$/);
    expect(config.publicUrl).toBe('http://localhost:8080');
  });

  test.each([
    ['PORT', 'eighty', 'PORT is wrong: got "eighty"; must be a port'],
    ['PORT', '70000', 'PORT is wrong: got "70000"'],
    ['TEMPORAL_ADDRESS', 'temporal', 'must be host:port'],
    ['DATABASE_URL', 'mysql://x', 'must start with postgres://'],
    ['FIREBREAK_LOG_LEVEL', 'loud', 'FIREBREAK_LOG_LEVEL is wrong: got "loud"'],
    ['FIREBREAK_ADMIN_KEY', 'short', 'must have at least 24 characters'],
  ])('a wrong %s names its key, what it got and what would be right', (key, value, message) => {
    expect(() => readConfig({ [key]: value })).toThrow(message);
  });

  test('names all wrong keys at once, and no secret', () => {
    const read = () => readConfig({ PORT: 'x', FIREBREAK_ADMIN_KEY: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@x' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*FIREBREAK_ADMIN_KEY|FIREBREAK_ADMIN_KEY[\s\S]*PORT/);
    expect(read).not.toThrow(/hunter2/);
  });

  test('reads secrets from files where containers put them', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'firebreak-config-')), 'url');
    writeFileSync(file, 'postgres://u:p@db/firebreak\n');
    expect(readConfig({ DATABASE_URL_FILE: file }).database.url).toBe('postgres://u:p@db/firebreak');
    expect(() => readConfig({ DATABASE_URL_FILE: '/nowhere/url' })).toThrow('DATABASE_URL_FILE is wrong: /nowhere/url');
  });
});
