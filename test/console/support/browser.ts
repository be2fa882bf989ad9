// A real Chromium, as Debian packages it.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Why browser tests cannot run here; undefined when they can. */
export const browserMissing = existsSync(executablePath)
  ? undefined
  : `${executablePath} is missing: apt-get install chromium`;

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** How long a page may take for what it should do at once, on a machine that is busy with much else. */
export const patienceMs = 20_000;

export const phone = { width: 390, height: 844 } as const;
export const desk = { width: 1280, height: 800 } as const;
