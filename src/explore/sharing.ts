/** Which words are shared, as far as exploration has seen: who reads and who writes each of them.
 *
 *  Starts with nothing known, and grows; a search that makes it grow has to be repeated. */

/** Bits over cpus; this one is the world outside them, which makes interrupts pending. */
const OUTSIDE = 1 << 30;

/** Who reads and who writes each word, and which cpus are ever interrupted: bits over cpus. */
export interface SharingKnowledge {
  readonly readers: Int32Array;
  readonly writers: Int32Array;
  readonly interruptible: number;
}

export class Sharing {
  readonly #readers: Int32Array;
  readonly #writers: Int32Array;
  /* Cpus that interrupts are ever sent to. */
  #interruptible = 0;
  /** A conflict was met that had not been known. */
  grew = false;

  constructor(words: number, known?: Sharing) {
    this.#readers = known ? known.#readers.slice() : new Int32Array(words);
    this.#writers = known ? known.#writers.slice() : new Int32Array(words);
    this.#interruptible = known ? known.#interruptible : 0;
  }

  /** What is known, to be told to another search. */
  get knowledge(): SharingKnowledge {
    return { readers: this.#readers, writers: this.#writers, interruptible: this.#interruptible };
  }

  /** Takes over what another search knows. */
  learn({ readers, writers, interruptible }: SharingKnowledge): void {
    for (let i = 0; i < readers.length; i++) this.#readers[i]! |= readers[i]!;
    for (let i = 0; i < writers.length; i++) this.#writers[i]! |= writers[i]!;
    this.#interruptible |= interruptible;
  }

  noteRead(address: number, cpu: number): void {
    const bit = 1 << cpu;
    if ((this.#readers[address]! & bit) !== 0) return;
    this.#readers[address]! |= bit;
    if ((this.#writers[address]! & ~bit) !== 0) this.grew = true;
  }

  noteWrite(address: number, cpu: number): void {
    this.#noteWriter(address, 1 << cpu);
  }

  noteWriteFromOutside(address: number): void {
    this.#noteWriter(address, OUTSIDE);
  }

  noteInterrupt(cpu: number): void {
    const bit = 1 << cpu;
    if ((this.#interruptible & bit) !== 0) return;
    this.#interruptible |= bit;
    this.grew = true;
  }

  isInterruptible(cpu: number): boolean {
    return (this.#interruptible & (1 << cpu)) !== 0;
  }

  /** Does nobody but `cpu` write the word? */
  mayReadAlone(address: number, cpu: number): boolean {
    return (this.#writers[address]! & ~(1 << cpu)) === 0;
  }

  /** Does nobody but `cpu` look at the word? */
  mayWriteAlone(address: number, cpu: number): boolean {
    return ((this.#writers[address]! | this.#readers[address]!) & ~(1 << cpu)) === 0;
  }

  #noteWriter(address: number, bit: number): void {
    if ((this.#writers[address]! & bit) !== 0) return;
    this.#writers[address]! |= bit;
    if (((this.#readers[address]! | this.#writers[address]!) & ~bit) !== 0) this.grew = true;
  }
}
