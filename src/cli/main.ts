// The command line of Firebreak: `node src/cli/main.ts <command>`, or bin/firebreak.js.

import { runCommandLine } from './run.ts';

const { stdout, stderr } = process;

// The reader of a pipe has left, as `head` does: nothing is left to say.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const exitCode = await runCommandLine(process.argv.slice(2), { stdout, stderr, signals: process });
// Pipes are written asynchronously; exit when everything is out, whatever sockets are still open.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
process.exit(exitCode);
