// The Debian packages that tests run for real. Installed where that is possible, else named with what is lost.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture, say } from './run.js';

const packages = [
  { name: 'nftables', command: 'nft', serves: 'blocking in a real firewall' },
  { name: 'iproute2', command: 'ip', serves: "an attacker's network namespace" },
  { name: 'prometheus', command: 'prometheus', serves: 'a real rule that fires' },
  { name: 'prometheus-alertmanager', command: 'prometheus-alertmanager', serves: 'alerts from a real Alertmanager' },
  { name: 'prometheus-node-exporter', command: 'prometheus-node-exporter', serves: 'a real exporter' },
  { name: 'chromium', command: 'chromium', serves: 'the console in a real browser' },
];

/** Of an ordinary user's PATH, /usr/sbin is often missing. */
const folders = () => [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

export function ensureSystemPackages() {
  const missing = findMissing();
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isInstalled('apt-get')) install(missing);
  const left = findMissing();
  if (left.length === 0) return;
  for (const { name, serves } of left) say(`Missing: ${name}, so tests of ${serves} are skipped.`);
  say(`To run them: sudo apt-get install ${left.map(({ name }) => name).join(' ')}`);
}

function findMissing() {
  return packages.filter(({ command }) => !isInstalled(command));
}

function isInstalled(command) {
  return folders().some((folder) => existsSync(join(folder, command)));
}

function install(missing) {
  const names = missing.map(({ name }) => name);
  say(`Installing Debian packages for the tests: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt may be at work on a fresh machine.
  const patience = ['-o', 'DPkg::Lock::Timeout=180', '-o', 'Acquire::Retries=3', '-q'];
  const update = capture('apt-get', [...patience, 'update'], { env });
  const installed = capture('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...names], { env });
  if (!installed.ok) say(`apt-get failed:\n${update.ok ? '' : update.output}${installed.output}`);
}
