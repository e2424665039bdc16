/** The words that hold bytes of the stations: they are shown when somebody wants to see them, and are no state. */
import type { Space } from '../../src/explore/space.js';

/** @returns by word of the space: 1 where it is one of them. */
export function stationBytes({ words, layout }: Space): Uint8Array {
  const isBytes = new Uint8Array(words.length);
  for (const { name, startByte, bytes } of layout.regions) {
    if (/^(memory|pou|icache|decoded|fetched mask)/.test(name))
      isBytes.fill(1, startByte / 4, (startByte + bytes) / 4);
  }
  return isBytes;
}
