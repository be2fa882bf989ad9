// Finds what a list says of a value: by the value itself in any case, and for addresses by the networks that hold them.

import ipaddr from 'ipaddr.js';

type Network = [address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number];

export class ValueIndex<Entry> {
  readonly #exact = new Map<string, Entry[]>();
  readonly #networks: { network: Network; entry: Entry }[] = [];

  add(value: string, entry: Entry): void {
    const network = value.includes('/') ? networkOf(value) : undefined;
    if (network) {
      this.#networks.push({ network, entry });
      return;
    }
    const key = value.toLowerCase();
    const same = this.#exact.get(key);
    if (same) same.push(entry);
    else this.#exact.set(key, [entry]);
  }

  find(value: string): Entry[] {
    const exact = this.#exact.get(value.toLowerCase()) ?? [];
    if (this.#networks.length === 0 || !ipaddr.isValid(value)) return [...exact];
    const address = ipaddr.process(value);
    const holding = this.#networks.filter(({ network }) => holds(network, address)).map(({ entry }) => entry);
    return [...exact, ...holding];
  }
}

function networkOf(value: string): Network | undefined {
  return ipaddr.isValidCIDR(value) ? ipaddr.parseCIDR(value) : undefined;
}

function holds([network, prefix]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match(network, prefix);
}
