// Runs Temporal's time-skipping test server: it keeps all in memory, and its clock jumps to the next timer while nothing
// is under way. Skipping is off unless `sleepMs` or `letTimePass` say otherwise.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, type TestService } from '@temporalio/client';
import { type InternalConnectionOptions, InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributeNames } from '../contract/search-attributes.ts';
import { EmbeddedError } from './error.ts';
import { choosePort, isListening } from './ports.ts';
import { startServer } from './server-process.ts';

export interface TestServer {
  /** host:port */
  address: string;
  connection: Connection;
  /** Of the server's clock, in ms since 1970. */
  nowMs(): Promise<number>;
  /** Lets so much of its time pass, and returns then. */
  sleepMs(ms: number): Promise<void>;
  /** Skipping goes on until `stopTime`. */
  letTimePass(): Promise<void>;
  stopTime(): Promise<void>;
  /**
   * The server forgets now and then to look at its timers once a workflow task has ended, and would wait in our time
   * (sdk-java, SelfAdvancingTimerImpl.updateLocks). While this works, it is reminded.
   */
  reminded<Value>(work: () => Promise<Value>): Promise<Value>;
  stop(): Promise<void>;
}

const what = "Temporal's test server";
const host = '127.0.0.1';
const readyTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;
const remindEveryMs = 50;
/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const keyword = 2;

/** @param executable path of `temporal-test-server`, from `findTemporalTestServer`. Throws EmbeddedError. */
export async function startTestServer(executable: string): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-test-server-'));
  const port = await choosePort(host, { port: 0, what, setting: '' });
  const server = await startServer({
    what,
    file: executable,
    args: [String(port)],
    logFile: join(folder, 'server.log'),
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await server.untilReady(() => isListening(host, port), readyTimeoutMs);
    const connection = await connect(`${host}:${port}`);
    const clock = clockOf(connection);
    return {
      address: `${host}:${port}`,
      connection,
      ...clock,
      async stop() {
        await connection.close();
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await server.stop();
    await remove();
    throw error;
  }
}

async function connect(address: string): Promise<Connection> {
  const connection = await Connection.connect({
    address,
    // Nothing is worth a second try with a server that is here or gone.
    interceptors: [],
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  } as InternalConnectionOptions);
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
  });
  return connection;
}

type Clock = Pick<TestServer, 'nowMs' | 'sleepMs' | 'letTimePass' | 'stopTime' | 'reminded'>;

function clockOf({ testService }: Connection): Clock {
  const service: TestService | undefined = testService;
  if (!service) throw new EmbeddedError('server_failed', `${what} has no clock that can be asked.`);
  return {
    async nowMs() {
      const { time } = await service.getCurrentTime({});
      return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
    },
    sleepMs: async (ms) => void (await service.unlockTimeSkippingWithSleep({ duration: msToTs(ms) })),
    letTimePass: async () => void (await service.unlockTimeSkipping({})),
    stopTime: async () => void (await service.lockTimeSkipping({})),
    async reminded(work) {
      const remind = setInterval(() => service.sleep({ duration: msToTs(0) }).catch(() => {}), remindEveryMs);
      try {
        return await work();
      } finally {
        clearInterval(remind);
      }
    },
  };
}
