// One at a time per key, within this process: for targets that are read, decided upon and written.

const tails = new Map<string, Promise<unknown>>();

export async function withLock<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
  const before = tails.get(key) ?? Promise.resolve();
  const turn = before.then(work, work);
  const tail = turn.catch(() => {});
  tails.set(key, tail);
  try {
    return await turn;
  } finally {
    if (tails.get(key) === tail) tails.delete(key);
  }
}
