// Which of the model's weights a thing has: a hash, so that nothing that was seen can be read out of the model.

/** A power of two. Things that share a bucket share a weight; with few thousand things that is rare. */
export const buckets = 2 ** 14;

/** FNV-1a over UTF-16 code units, stirred as MurmurHash3 does at its end. */
export function bucketOf(kind: string, value: string): number {
  let hash = 0x811c9dc5;
  const text = `${kind}\0${value}`;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}
