// A queue in which lanes take turns: however much waits in one, each of the others is next after at most one of every
// lane. Within a lane, first come, first served.

interface Lane<Item> {
  items: Item[];
  /** Where the first that still waits is: shifting a long list would move all of it. */
  head: number;
}

export class Turns<Item> {
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Lane<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(lane: string, item: Item): void {
    this.#size += 1;
    const known = this.#lanes.get(lane);
    if (known) known.items.push(item);
    else this.#lanes.set(lane, { items: [item], head: 0 });
  }

  /** The next one, which stays. */
  peek(): Item | undefined {
    const [lane] = this.#lanes.values();
    return lane?.items[lane.head];
  }

  /** Takes the next one; then it is the turn of the next lane. */
  take(): Item | undefined {
    const [first] = this.#lanes;
    if (!first) return undefined;
    const [name, lane] = first;
    const item = lane.items[lane.head];
    lane.head += 1;
    this.#size -= 1;
    this.#lanes.delete(name);
    if (lane.head < lane.items.length) this.#lanes.set(name, lane.head > 1_000 ? compacted(lane) : lane);
    return item;
  }
}

const compacted = <Item>({ items, head }: Lane<Item>): Lane<Item> => ({ items: items.slice(head), head: 0 });
