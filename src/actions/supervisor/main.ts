// The process of a supervisor: node main.ts DIRECTORY [--key KEY] -- COMMAND…
// It answers one JSON line for each on the socket in its directory. Exit code 3: another one has the directory.

import { createHash } from 'node:crypto';
import { chmod, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { parseArgs } from 'node:util';
import { socketFile, supervisorPidFile } from './journal.ts';
import { onLine, requestSchema, type SupervisorAnswer } from './protocol.ts';
import { type Supervisor, supervise } from './supervise.ts';

const { values, positionals } = parseArgs({ options: { key: { type: 'string' } }, allowPositionals: true });
const [folder, ...command] = positionals;
if (folder === undefined || command.length === 0) {
  console.error('Usage: node main.ts DIRECTORY [--key KEY] -- COMMAND…');
  process.exit(2);
}
const directory = await realpath(folder);

// The kernel drops this name with the process, however that ends, so it is never stale as a file would be.
const lock = await listen(
  createServer(),
  `\0firebreak-supervisor-${createHash('sha256').update(directory).digest('hex')}`,
);
if (lock === undefined) {
  console.error(`${directory} has a supervisor already`);
  process.exit(3);
}

await writeFile(supervisorPidFile(directory), `${process.pid}\n`);
const supervisor = await supervise({ directory, command, ...(values.key === undefined ? {} : { key: values.key }) });
await rm(socketFile(directory), { force: true });
const control = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  onLine(socket, async (line) => {
    socket.end(`${JSON.stringify(await answerTo(line, supervisor))}\n`);
  });
});
await listen(control, socketFile(directory));
await chmod(socketFile(directory), 0o600);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    await supervisor.stop();
    for (const file of [socketFile(directory), supervisorPidFile(directory)]) await rm(file, { force: true });
    process.exit(0);
  });
}

async function answerTo(line: string, served: Supervisor): Promise<SupervisorAnswer> {
  try {
    const request = requestSchema.parse(JSON.parse(line));
    const { repeated, started } = await served.restart(request.key);
    return { ok: true, repeated, ...(started.pid === undefined ? {} : { pid: started.pid }) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Undefined when the address is taken. */
function listen(server: Server, path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}
