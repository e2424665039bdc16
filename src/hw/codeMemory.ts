/** The first three stations of a patch: memory, the point of unification, the icaches. Real bytes.
 *
 *     store --> memory --> PoU --> icache --> (decoded, see fetchPath.ts)
 *                    clean   invalidate
 *
 *  Source: Arm ARM "Caches and instruction fetch"; Simner et al., "ARMv8-A system semantics: instruction
 *  fetch in relaxed architectures", ESOP 2020, for the stations.
 *  An icache that is not coherent may hold several copies of a line (Arm ARM, CTR_EL0.DIC; the litmus test CoFF), so a
 *  fetch may be served by the copy that is held, or past it by the PoU as if by a miss in another way, while the copy
 *  stays. New code can be followed by old code again until an invalidate drops the copy.
 *
 *  Limit: adversarial hardware. Nothing is written back, evicted or prefetched unless something forces it, or the
 *  explorer chooses to. A cpu holds one copy of a line and sees the PoU: two contents at most, where a real icache may
 *  have more. Virtual aliases are not modelled. */
import type { CodeOffset, CpuId } from '../base/ids.js';
import { type Bytes, LINE_BYTES, WORD_BYTES } from '../base/layout.js';
import type { HwLayout } from './layout.js';

const DOUBLEWORD_BYTES = 8;
const LINE_DOUBLEWORDS = LINE_BYTES / DOUBLEWORD_BYTES;

export class CodeMemory {
  readonly #layout: HwLayout;
  readonly #words: Int32Array;
  /* Every copy between stations goes by aligned 8-byte atomics: that is the unit no patch can tear. */
  readonly #doublewords: BigInt64Array;
  readonly #bytes: Uint8Array;

  constructor(layout: HwLayout, buffer: SharedArrayBuffer) {
    this.#layout = layout;
    this.#words = new Int32Array(buffer);
    this.#doublewords = new BigInt64Array(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  /** Maps a unit: its bytes reach every shared station, and no cpu has fetched anything yet. */
  map(offset: CodeOffset, bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#layout.memory.$start + offset);
    this.#bytes.set(bytes, this.#layout.pou.$start + offset);
  }

  /** One atomic store of an aligned doubleword, replacing the bytes under `mask`.
   *  The read is not part of the store: a site has one writer at a time, and the other bytes never change. */
  store(offset: CodeOffset, mask: bigint, bits: bigint): void {
    const index = (this.#layout.memory.$start + offset) / DOUBLEWORD_BYTES;
    const old = Atomics.load(this.#doublewords, index);
    Atomics.store(this.#doublewords, index, BigInt.asIntN(64, (old & ~mask) | bits));
  }

  /** Clean one line to the PoU (`DC CVAU`). Nothing to do where stores get there by themselves. */
  clean(line: number): void {
    const { memory, pou } = this.#layout;
    if (memory !== pou) this.#copyLine(memory, pou, line);
  }

  /** Drop one line from the icache of `cpu`; what was decoded from it stays decoded. */
  invalidate(cpu: CpuId, line: number): void {
    const { lineValid } = this.#layout;
    if (lineValid) Atomics.store(this.#words, lineValid(cpu, line), 0);
  }

  /** Drop every line from the icache of `cpu`. */
  invalidateAll(cpu: CpuId): void {
    const { lineValid, dimensions } = this.#layout;
    if (!lineValid) return;
    for (let line = 0; line < dimensions.codeBytes / LINE_BYTES; line++) this.invalidate(cpu, line);
  }

  /** Instruction fetch: the bytes of `lines` as this cpu's icache gives them, filled from the PoU on a miss. */
  fetch(cpu: CpuId, firstLine: number, lines: number, into: Bytes): void {
    const { lineValid, pou } = this.#layout;
    const icache = this.#layout.icache(cpu);
    for (let line = firstLine; line < firstLine + lines; line++) {
      /* Marked valid before the copy: an invalidate that arrives during it must win. */
      if (lineValid && Atomics.compareExchange(this.#words, lineValid(cpu, line), 0, 1) === 0) {
        this.#copyLine(pou, icache, line);
      }
      this.#copyLine(icache, into, line);
    }
  }

  /** Instruction fetch past the copies that an icache holds: they stay as they are. */
  fetchPast(firstLine: number, lines: number, into: Bytes): void {
    for (let line = firstLine; line < firstLine + lines; line++) this.#copyLine(this.#layout.pou, into, line);
  }

  /** Does the icache of `cpu` hold a copy of the line? A coherent one needs none. */
  holds(cpu: CpuId, line: number): boolean {
    const { lineValid } = this.#layout;
    return lineValid === undefined || Atomics.load(this.#words, lineValid(cpu, line)) !== 0;
  }

  /** Do two stations hold different bytes of a line? */
  differs(a: Bytes, b: Bytes, line: number): boolean {
    const first = (a.$start + line * LINE_BYTES) / WORD_BYTES;
    const second = (b.$start + line * LINE_BYTES) / WORD_BYTES;
    for (let i = 0; i < LINE_BYTES / WORD_BYTES; i++)
      if (this.#words[first + i] !== this.#words[second + i]) return true;
    return false;
  }

  /** What a station holds now, copied out as evidence. */
  peek(station: Bytes, offset: CodeOffset, length: number): Uint8Array {
    return this.#bytes.slice(station.$start + offset, station.$start + offset + length);
  }

  #copyLine(from: Bytes, to: Bytes, line: number): void {
    const source = (from.$start + line * LINE_BYTES) / DOUBLEWORD_BYTES;
    const target = (to.$start + line * LINE_BYTES) / DOUBLEWORD_BYTES;
    for (let i = 0; i < LINE_DOUBLEWORDS; i++) {
      Atomics.store(this.#doublewords, target + i, Atomics.load(this.#doublewords, source + i));
    }
  }
}
