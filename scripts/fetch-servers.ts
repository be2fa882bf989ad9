// Fetches the Temporal servers that tests run on, so that no test waits for a download. Quiet when they are there.

import { findTemporalCli, findTemporalTestServer } from '../src/embedded/temporal-binary.ts';

const options = { searchPath: process.env.PATH, onProgress: (message: string) => console.error(message) };

for (const find of [findTemporalCli, findTemporalTestServer]) {
  try {
    await find(options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
