/** Transitions, unrolled while they are explored: what each of them does to the state, known without doing it.
 *
 *  A transition is a function of the words that it reads. So there is a tree of each: at a node stands the word that it
 *  reads next, on the edges the values that came up, and at a leaf (leaves.ts) what it does. The first time that it meets a
 *  value at a node, it is made by the machine, which notes every word that it reads or writes, in the order in which it
 *  comes to them; ever after, it is a look into the tree. A word that is written counts as read, so that what the write
 *  changes in the hash is known too. That it cannot happen is learnt in the same way.
 *
 *  Source: as of routineTree.ts.
 *  Limit: relies on every word being noted that a transition depends on. From some 300,000 different transitions on it
 *  learns nothing more; then less can wait (choices.ts), and how many states there are depends on what was learnt first. */
import { LabError } from '../base/errors.js';
import type { CpuId, WordAddress } from '../base/ids.js';
import { cpuOf, printSchedule, type Transition } from '../trace/schedule.js';
import { CommonWords, NOBODY } from './commonWords.js';
import type { HardwareWords } from './hardwareWords.js';
import { IntList } from './intList.js';
import { IMPOSSIBLE, type Leaf, Leaves, UNKNOWN } from './leaves.js';
import { PairMap } from './pairMap.js';
import type { Mark, StateWords } from './stateWords.js';

/* A node: the word that is read next, a value of it, and the node with the next value of the same word, if any. The node
 * that is next where it has this value lies behind it. */
const ADDRESS = 0;
const VALUE = 1;
const OTHER = 2;
const NODE_NUMBERS = 3;
const NONE = 0;
/* In place of the word: nothing more is read, and the value is where the leaf is. */
const LEAF = -1;
/* In place of the word, where what lies behind does not count any more: OTHER is what has been learnt instead, if anything. */
const FORGOTTEN = -2;

/** With more numbers than these it learns nothing more. */
const MOST_NUMBERS = 1 << 24;

/** Enough for most searches: most are small. */
const USUAL_NUMBERS = 1 << 13;

/** So many values of one word are looked through one after the other; more are found by hashing. */
const FEW = 3;

export class TransitionTree {
  /** What is at the end of each way. */
  readonly leaves: Leaves;
  readonly #state: StateWords;
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
    this.#common = new CommonWords(state.words.length);
    this.leaves = new Leaves(state, hardware, this.#common, liveTasks);
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
    for (let at = 1; at < length; at += NODE_NUMBERS) {
      const address = values[at + ADDRESS]!;
      if (address < 0 || isAmong[address] === 0) continue;
      values[at + ADDRESS] = FORGOTTEN;
      values[at + OTHER] = NONE;
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
        if (address === LEAF) return values[at + VALUE]!;
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

  /** Remembers a transition that was unknown, and has just been made.
   *  @param before where; it was watched from there on.
   *  @returns UNKNOWN where there is no room. */
  learn(transition: Transition, before: Mark): Leaf {
    if (this.#isFull()) return UNKNOWN;
    this.#noteTouched(cpuOf(transition));
    return this.#hang(transition, this.leaves.add(before));
  }

  /** Remembers one that was watched, and could not happen. */
  learnImpossible(transition: Transition): Leaf {
    if (this.#isFull()) return IMPOSSIBLE;
    this.#noteTouched(cpuOf(transition));
    return this.#hang(transition, this.leaves.addImpossible());
  }

  #isFull(): boolean {
    return this.#numbers.length + this.leaves.size > MOST_NUMBERS;
  }

  /** Where a word becomes common, those that touched it before are told. */
  #noteTouched(by: CpuId): void {
    const { touched } = this.#state;
    for (let i = 0; i < touched.length; i++) {
      const word = touched.values[i]!;
      const cpu = this.#common.touch(word, by);
      if (cpu === NOBODY) continue;
      for (const known of this.#known) if (cpuOf(known) === cpu) this.#tell(this.#roots.get(known, 0), word);
    }
  }

  /** Looks for a word that has become common. */
  #tell(node: number, word: WordAddress): void {
    const { values } = this.#numbers;
    for (let at = node; at !== NONE; at = values[at + OTHER]!) {
      const address = values[at + ADDRESS]!;
      if (address === word) this.#tellAll(at + NODE_NUMBERS, word);
      else if (address >= 0) this.#tell(at + NODE_NUMBERS, word);
    }
  }

  /** All that lies behind touches the word. */
  #tellAll(node: number, word: WordAddress): void {
    const { values } = this.#numbers;
    for (let at = node; at !== NONE; at = values[at + OTHER]!) {
      const address = values[at + ADDRESS]!;
      if (address === LEAF) this.leaves.addCommon(values[at + VALUE]!, word);
      else if (address >= 0) this.#tellAll(at + NODE_NUMBERS, word);
    }
  }

  /** Hangs a leaf where the words lead that were touched. */
  #hang(transition: Transition, leaf: Leaf): Leaf {
    const { touched, touchedValues } = this.#state;
    for (let step = this.#graft(transition); step < touched.length; step++)
      this.#node(touched.values[step]!, touchedValues.values[step]!);
    this.#node(LEAF, leaf);
    return leaf;
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
}

function differs(transition: Transition): LabError {
  return new LabError(
    'E_NONDETERMINISM',
    `the step ${printSchedule([transition])} read the same values as before, and then another word`,
    'Something decides that is not in the machine: chance, time, or a variable outside its words. Keep it in the machine.',
  );
}
