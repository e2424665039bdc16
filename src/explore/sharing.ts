/** Which words are shared, as far as exploration has seen: who reads and who writes each of them.
 *
 *  Starts with nothing known, and grows; a search that makes it grow has to be repeated. */
import { LabError } from '../base/errors.js';
import { IntList } from './intList.js';

/** Bits over cpus; this one is the world outside them, which makes interrupts pending. */
const OUTSIDE = 1 << 30;

/** Who reads and who writes each word, and which cpus are ever interrupted: bits over cpus. */
export interface SharingKnowledge {
  readonly readers: Int32Array;
  readonly writers: Int32Array;
  readonly interruptible: number;
}

/** The same, of those words only that anybody accesses: [word, readers, writers], by word. */
export interface SharedWords {
  readonly words: readonly (readonly [word: number, readers: number, writers: number])[];
  readonly interruptible: number;
}

export function sharedWords({ readers, writers, interruptible }: SharingKnowledge): SharedWords {
  const words = Array.from(readers, (bits, word) => [word, bits, writers[word]!] as const);
  return { words: words.filter(([, read, written]) => (read | written) !== 0), interruptible };
}

/** What any of them knows. */
export function allShared(known: readonly SharedWords[]): SharedWords {
  const union = new Map<number, readonly [number, number, number]>();
  for (const [word, readers, writers] of known.flatMap(({ words }) => words)) {
    const [, read, written] = union.get(word) ?? [word, 0, 0];
    union.set(word, [word, readers | read, writers | written]);
  }
  return {
    words: [...union.values()].sort(([a], [b]) => a - b),
    interruptible: known.reduce((bits, { interruptible }) => bits | interruptible, 0),
  };
}

/** Does it know every conflict that all of them know together? A word that several read and nobody writes, or that
 *  only one accesses, is a choice to nobody, known or not. */
export function knowsConflicts({ words, interruptible }: SharedWords, all: SharedWords): boolean {
  const own = new Map(words.map(([word, ...bits]) => [word, bits]));
  return (
    interruptible === all.interruptible &&
    all.words.every(([word, readers, writers]) => {
      const [read = 0, written = 0] = own.get(word) ?? [];
      return !isConflict(readers, writers) || (read === readers && written === writers);
    })
  );
}

function isConflict(readers: number, writers: number): boolean {
  const accessors = readers | writers;
  return writers !== 0 && (accessors & (accessors - 1)) !== 0;
}

export class Sharing {
  readonly #readers: Int32Array;
  readonly #writers: Int32Array;
  /* Cpus that interrupts are ever sent to. */
  #interruptible = 0;
  /** A conflict was met that had not been known. */
  grew = false;
  /** The words that it was about, since somebody last emptied the list. */
  readonly grown = new IntList();

  constructor(words: number, known?: Sharing) {
    this.#readers = known ? known.#readers.slice() : new Int32Array(words);
    this.#writers = known ? known.#writers.slice() : new Int32Array(words);
    this.#interruptible = known ? known.#interruptible : 0;
  }

  /** Every cpu is taken to load every word; for schedules of single accesses, which must not depend on what is known. */
  static loadedByAll(words: number): Sharing {
    const sharing = new Sharing(words);
    sharing.#readers.fill(OUTSIDE - 1);
    return sharing;
  }

  /** What is known, to be told to another search. */
  get knowledge(): SharingKnowledge {
    return { readers: this.#readers, writers: this.#writers, interruptible: this.#interruptible };
  }

  /** The cpus that interrupts are ever sent to, as bits. */
  get interruptible(): number {
    return this.#interruptible;
  }

  /** Takes over what another search knows. */
  learn({ readers, writers, interruptible }: SharingKnowledge): void {
    for (let word = 0; word < readers.length; word++) this.#learnWord(word, readers[word]!, writers[word]!);
    this.#interruptible |= interruptible;
  }

  /** The same in the middle of a search, which has to begin again where there is a conflict that it did not know. */
  hear(knowledge: SharingKnowledge): void {
    const { readers, writers, interruptible } = knowledge;
    for (let word = 0; word < readers.length; word++) {
      const read = this.#readers[word]! | readers[word]!;
      const written = this.#writers[word]! | writers[word]!;
      const isNew = read !== this.#readers[word] || written !== this.#writers[word];
      if (isNew && isConflict(read, written)) this.grew = true;
    }
    if ((interruptible & ~this.#interruptible) !== 0) this.grew = true;
    this.learn(knowledge);
  }

  /** The same, of a search on another machine.
   *  @throws {LabError} E_SHARD where it knows of a word that is not there. */
  learnWords({ words, interruptible }: SharedWords): void {
    for (const [word, readers, writers] of words) {
      if (word >= this.#readers.length) {
        throw new LabError(
          'E_SHARD',
          `another shard knows word ${word} to be shared; expected one below ${this.#readers.length}`,
          'Give documents as `coresync explore --shard` has printed them.',
        );
      }
      this.#learnWord(word, readers, writers);
    }
    this.#interruptible |= interruptible;
  }

  #learnWord(word: number, readers: number, writers: number): void {
    if (((readers & ~this.#readers[word]!) | (writers & ~this.#writers[word]!)) === 0) return;
    this.#readers[word]! |= readers;
    this.#writers[word]! |= writers;
    // A word that is in no conflict was no choice, and is none now.
    if (isConflict(this.#readers[word]!, this.#writers[word]!)) this.grown.push(word);
  }

  #grow(word: number): void {
    this.grew = true;
    this.grown.push(word);
  }

  noteRead(address: number, cpu: number): void {
    const bit = 1 << cpu;
    if ((this.#readers[address]! & bit) !== 0) return;
    this.#readers[address]! |= bit;
    if ((this.#writers[address]! & ~bit) !== 0) this.#grow(address);
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

  /** The cpus that load the word, as bits. */
  readersOf(address: number): number {
    return this.#readers[address]!;
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
    if (((this.#readers[address]! | this.#writers[address]!) & ~bit) !== 0) this.#grow(address);
  }
}
