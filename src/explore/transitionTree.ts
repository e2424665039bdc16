/** Transitions, unrolled while they are explored: what each of them does to the state, known without doing it.
 *
 *  A transition is a function of the words that it reads. So there is a tree of each: at a node stands the word that it
 *  reads next, on the edges the values that came up, and at a leaf what it writes, and by how much that changes the hash.
 *  The first time that it meets a value at a node, it is made by the machine, which notes every word that it reads or
 *  writes, in the order in which it comes to them; ever after, it is a look into the tree. A word that is written counts as
 *  read, so that what the write changes in the hash is known too.
 *
 *  Source: as of routineTree.ts; the hash is one by difference (Zobrist, 1970).
 *  Limit: relies on every word being noted that a transition depends on. From half a million different transitions on it
 *  learns nothing more; then less can wait (choices.ts), and how many states there are depends on what was learnt first. */
import { LabError } from '../base/errors.js';
import type { CpuId, WordAddress } from '../base/ids.js';
import { cpuOf, printSchedule, type Transition } from '../trace/schedule.js';
import { CommonWords, NOBODY } from './commonWords.js';
import type { HardwareWords } from './hardwareWords.js';
import { IntList } from './intList.js';
import { PairMap } from './pairMap.js';
import type { Mark, StateWords } from './stateWords.js';

/** Where the leaf of a transition begins, from the state in which it was looked for. */
export type Leaf = number;

export const UNKNOWN: Leaf = -1;
/** It cannot happen, and that is all that is known. */
export const IMPOSSIBLE: Leaf = -2;

interface Hash {
  readonly low: number;
  readonly high: number;
}

/* A node: the word that is read next, a value of it, and the node with the next value of the same word, if any. The node
 * that is next where it has this value, or the leaf, lies behind it. */
const ADDRESS = 0;
const VALUE = 1;
const OTHER = 2;
const NODE_NUMBERS = 3;
const NONE = 0;
/* In place of the word, where what lies behind does not count any more: OTHER is what has been learnt instead, if anything. */
const FORGOTTEN = -2;

/* A leaf: that it happens, and whether any task is left then, or that it cannot happen; what is changed in the hash, low and high half; where it ends; for which cpus code that
 * is fetched, and interrupts that are delivered, make a difference to it; which of the words that others touch as well it
 * reads or writes, and which it writes, low and high half of each; the words that are written, each with its value. */
const HAPPENS = -1;
const CANNOT_HAPPEN = -3;
const ENDS_ALL = -4;
const LOW = 1;
const HIGH = 2;
const END = 3;
const FETCHES = 4;
const DELIVERIES = 5;
const TOUCHED_LOW = 6;
const TOUCHED_HIGH = 7;
const WRITTEN_LOW = 8;
const WRITTEN_HIGH = 9;
const WRITES = 10;

/** With more numbers than these it learns nothing more. */
const MOST_NUMBERS = 1 << 24;

/** Enough for most searches: most are small. */
const USUAL_NUMBERS = 1 << 14;

/** So many values of one word are looked through one after the other; more are found by hashing. */
const FEW = 3;

export class TransitionTree {
  readonly #state: StateWords;
  readonly #hardware: HardwareWords;
  readonly #liveTasks: WordAddress;
  readonly #common: CommonWords;
  readonly #numbers = new IntList(USUAL_NUMBERS);
  /* By transition, and 0: its first node. */
  readonly #roots = new PairMap();
  /* Those that have one. */
  readonly #known: Transition[] = [];
  /* By the first node of a word, and value: the node of the value, where it is far down the list. */
  readonly #edges = new PairMap();

  /** @param liveTasks the word that is 0 where no task is left. */
  constructor(state: StateWords, hardware: HardwareWords, liveTasks: WordAddress) {
    this.#state = state;
    this.#liveTasks = liveTasks;
    this.#hardware = hardware;
    this.#common = new CommonWords(state.words.length);
    // So that nothing begins at NONE.
    this.#numbers.length = 1;
  }

  /** Forgets what transitions do that touch one of these words.
   *
   *  What a transition reads, and in which order, may depend on what else is known (which words are private) only where it
   *  has touched the word in question. */
  forget(words: IntList): void {
    const { values, length } = this.#numbers;
    const isAmong = new Uint8Array(this.#state.words.length);
    for (let i = 0; i < words.length; i++) isAmong[words.values[i]!] = 1;
    for (let at = 1; at < length; ) {
      const address = values[at + ADDRESS]!;
      if (isLeaf(address)) at = values[at + END]!;
      else {
        if (address >= 0 && isAmong[address] === 1) {
          values[at + ADDRESS] = FORGOTTEN;
          values[at + OTHER] = NONE;
        }
        at += NODE_NUMBERS;
      }
    }
  }

  /** What the transition does from here; UNKNOWN where it has to be tried to find out. */
  find(transition: Transition): Leaf {
    const root = this.#roots.get(transition, 0);
    if (root === NONE) return UNKNOWN;
    const { words } = this.#state;
    const { values } = this.#numbers;
    for (let at = root; ; ) {
      const address = values[at + ADDRESS]!;
      if (address < 0) {
        if (address !== FORGOTTEN) return at;
        at = values[at + OTHER]!;
        if (at === NONE) return UNKNOWN;
        continue;
      }
      const value = words[address]!;
      const first = at;
      for (let others = 0; values[at + VALUE] !== value; others++) {
        at = others < FEW ? values[at + OTHER]! : this.#edges.get(first, value);
        if (at === NONE) return UNKNOWN;
      }
      at += NODE_NUMBERS;
    }
  }

  /** Is it known that it cannot happen? */
  isImpossible(leaf: Leaf): boolean {
    return (
      leaf === IMPOSSIBLE || (leaf !== UNKNOWN && this.#numbers.values[leaf + ADDRESS] === CANNOT_HAPPEN)
    );
  }

  /** Is no task left after it? */
  endsAll(leaf: Leaf): boolean {
    return this.#numbers.values[leaf + ADDRESS] === ENDS_ALL;
  }

  /** Does it do the same after another transition has been made? Both are known, and of different cpus. */
  isUnchangedBy(other: Leaf, leaf: Leaf): boolean {
    const { values } = this.#numbers;
    return (
      ((values[leaf + TOUCHED_LOW]! & values[other + WRITTEN_LOW]!) |
        (values[leaf + TOUCHED_HIGH]! & values[other + WRITTEN_HIGH]!)) ===
      0
    );
  }

  /** Hash of the state behind it, low and high half.
   *  @param from hash of the state before it. */
  low(leaf: Leaf, from: { readonly low: number }): number {
    return from.low ^ this.#numbers.values[leaf + LOW]!;
  }

  high(leaf: Leaf, from: { readonly high: number }): number {
    return from.high ^ this.#numbers.values[leaf + HIGH]!;
  }

  /** The cpus for which it makes a difference whether code is fetched before it or after it, as bits. */
  dependentFetches(leaf: Leaf): number {
    return this.#numbers.values[leaf + FETCHES]!;
  }

  /** The same of interrupts that are delivered. */
  dependentDeliveries(leaf: Leaf): number {
    return this.#numbers.values[leaf + DELIVERIES]!;
  }

  /** Writes what the transition writes. */
  follow(leaf: Leaf): void {
    const { values } = this.#numbers;
    this.#state.replace(values, leaf + WRITES, values[leaf + END]!);
    this.#state.low ^= values[leaf + LOW]!;
    this.#state.high ^= values[leaf + HIGH]!;
  }

  /** Remembers a transition that was unknown, and has just been made.
   *  @param before where; it was watched from there on.
   *  @returns UNKNOWN where there is no room. */
  learn(transition: Transition, before: Mark): Leaf {
    return this.#isFull ? UNKNOWN : this.#remember(transition, HAPPENS, before);
  }

  /** Remembers one that was watched, and could not happen. */
  learnImpossible(transition: Transition): Leaf {
    return this.#isFull ? IMPOSSIBLE : this.#remember(transition, CANNOT_HAPPEN, this.#state);
  }

  get #isFull(): boolean {
    return this.#numbers.length > MOST_NUMBERS;
  }

  #remember(transition: Transition, what: number, before: Hash): Leaf {
    const { touched, touchedValues } = this.#state;
    const cpu = cpuOf(transition);
    for (let i = 0; i < touched.length; i++) this.#touch(touched.values[i]!, cpu);
    for (let step = this.#graft(transition); step < touched.length; step++)
      this.#node(touched.values[step]!, touchedValues.values[step]!);
    return this.#leaf(what, before);
  }

  /** Where a word has become common, those that touched it before are told. */
  #touch(word: WordAddress, by: CpuId): void {
    const cpu = this.#common.touch(word, by);
    if (cpu === NOBODY) return;
    for (const known of this.#known)
      if (cpuOf(known) === cpu) this.#findCommon(this.#roots.get(known, 0), word);
  }

  /** Notes that a word is common, in all leaves behind a node that touch it. */
  #findCommon(node: number, word: WordAddress): void {
    const { values } = this.#numbers;
    for (let at = node; at !== NONE && !isLeaf(values[at + ADDRESS]!); at = values[at + OTHER]!) {
      if (values[at + ADDRESS] === word) this.#noteCommon(at + NODE_NUMBERS, word);
      else if (values[at + ADDRESS] !== FORGOTTEN) this.#findCommon(at + NODE_NUMBERS, word);
    }
  }

  /** In all leaves behind a node or at it. */
  #noteCommon(node: number, word: WordAddress): void {
    const { values } = this.#numbers;
    let at = node;
    for (; !isLeaf(values[at + ADDRESS]!); at = values[at + OTHER]!) {
      if (values[at + ADDRESS] !== FORGOTTEN) this.#noteCommon(at + NODE_NUMBERS, word);
      if (values[at + OTHER] === NONE) return;
    }
    this.#addCommon(at, word);
  }

  /** Hangs a new branch on to where the transition has left what was known of it.
   *  @returns of the words that it touches, the one after the node that was added.
   *  @throws {LabError} E_NONDETERMINISM where it reads another word than it did after the same values. */
  #graft(transition: Transition): number {
    const root = this.#roots.get(transition, 0);
    if (root === NONE) {
      this.#roots.set(transition, 0, this.#numbers.length);
      this.#known.push(transition);
      return 0;
    }
    const { touched, touchedValues } = this.#state;
    const { values } = this.#numbers;
    let at = root;
    for (let step = 0; ; step++) {
      while (values[at + ADDRESS] === FORGOTTEN) {
        if (values[at + OTHER] === NONE) {
          values[at + OTHER] = this.#numbers.length;
          return step;
        }
        at = values[at + OTHER]!;
      }
      const address = values[at + ADDRESS]!;
      if (step === touched.length || address !== touched.values[step]) throw differs(transition);
      const value = touchedValues.values[step]!;
      const first = at;
      for (let others = 0; values[at + VALUE] !== value; others++) {
        const other = values[at + OTHER]!;
        if (other === NONE) {
          const added = this.#numbers.length;
          values[at + OTHER] = added;
          if (others >= FEW) this.#edges.set(first, value, added);
          this.#node(address, value);
          return step + 1;
        }
        at = other;
      }
      at += NODE_NUMBERS;
    }
  }

  #node(address: number, value: number): void {
    const numbers = this.#numbers;
    const at = numbers.length;
    numbers.grow(at + NODE_NUMBERS);
    const { values } = numbers;
    values[at + ADDRESS] = address;
    values[at + VALUE] = value;
    values[at + OTHER] = NONE;
  }

  #leaf(what: number, before: Hash): Leaf {
    const numbers = this.#numbers;
    const common = this.#common;
    const { touched, touchedValues, words, low, high } = this.#state;
    const leaf = numbers.length;
    numbers.grow(leaf + WRITES + 2 * touched.length);
    const { values } = numbers;
    let kind = what;
    let end = leaf + WRITES;
    let fetches = 0;
    let deliveries = 0;
    let touchedLow = 0;
    let touchedHigh = 0;
    let writtenLow = 0;
    let writtenHigh = 0;
    for (let i = 0; i < touched.length; i++) {
      const address = touched.values[i]!;
      const isWritten = words[address] !== touchedValues.values[i];
      fetches |= this.#hardware.dependentFetches(address, isWritten ? 'write' : 'read');
      deliveries |= this.#hardware.dependentDeliveries(address);
      touchedLow |= common.low[address]!;
      touchedHigh |= common.high[address]!;
      if (!isWritten) continue;
      writtenLow |= common.low[address]!;
      writtenHigh |= common.high[address]!;
      values[end++] = address;
      values[end++] = words[address]!;
      if (address === this.#liveTasks && words[address] === 0) kind = ENDS_ALL;
    }
    values[leaf + ADDRESS] = kind;
    values[leaf + LOW] = low ^ before.low;
    values[leaf + HIGH] = high ^ before.high;
    values[leaf + END] = end;
    values[leaf + FETCHES] = fetches;
    values[leaf + DELIVERIES] = deliveries;
    values[leaf + TOUCHED_LOW] = touchedLow;
    values[leaf + TOUCHED_HIGH] = touchedHigh;
    values[leaf + WRITTEN_LOW] = writtenLow;
    values[leaf + WRITTEN_HIGH] = writtenHigh;
    numbers.length = end;
    return leaf;
  }

  /** Adds a word that has become common to what a leaf touches. */
  #addCommon(leaf: Leaf, word: WordAddress): void {
    const { values } = this.#numbers;
    const low = this.#common.low[word]!;
    const high = this.#common.high[word]!;
    values[leaf + TOUCHED_LOW]! |= low;
    values[leaf + TOUCHED_HIGH]! |= high;
    for (let at = leaf + WRITES; at < values[leaf + END]!; at += 2) {
      if (values[at] !== word) continue;
      values[leaf + WRITTEN_LOW]! |= low;
      values[leaf + WRITTEN_HIGH]! |= high;
      return;
    }
  }
}

function isLeaf(address: number): boolean {
  return address < 0 && address !== FORGOTTEN;
}

function differs(transition: Transition): LabError {
  return new LabError(
    'E_NONDETERMINISM',
    `the step ${printSchedule([transition])} read the same values as before, and then another word`,
    'Something decides that is not in the machine: chance, time, or a variable outside its words. Keep it in the machine.',
  );
}
