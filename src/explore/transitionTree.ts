/** Transitions, unrolled while they are explored: what each of them does to the state, known without doing it.
 *
 *  A transition is a function of the words that it reads. So there is a tree of each: at a node stands the word that it
 *  reads next, on the edges the values that came up, and at a leaf (leaves.ts) what it does. The first time that it meets a
 *  value at a node, it is made by the machine, which notes every word that it reads or writes, in the order in which it
 *  comes to them; ever after, it is a look into the tree. A word that is written counts as read, so that what the write
 *  changes in the hash is known too. That it cannot happen is learnt in the same way.
 *
 *  About half of what is read never changes: instructions, what a task belongs to. From some hundred ways on, words that no
 *  transition has changed so far are left out of the trees; when one does, they are planted anew from the ways that are known.
 *
 *  Source: as of routineTree.ts.
 *  Limit: relies on every word being noted that a transition depends on. From some 200,000 different transitions on it
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
 * that is next where it has this value lies behind it. Of a word with many values, the first node has HASHED. */
const ADDRESS = 0;
const VALUE = 1;
const OTHER = 2;
const NODE_NUMBERS = 3;
const NONE = 0;
/* In place of the word: nothing more is read, and the value is where the leaf is. */
const LEAF = -1;
/* Beside the word: all of its nodes here are found by hashing. */
const HASHED = 1 << 30;

/* A way: whose it is, where it leads, how many words it touches, and behind that each of them with its value. */
const TRANSITION = 0;
const LEADS_TO = 1;
const TOUCHES = 2;
const TOUCHED = 3;

/** With so many ways, what does not change is left out. By then, most of what changes has changed. */
const MANY_WAYS = 256;

/** With more numbers than these it learns nothing more. */
const MOST_NUMBERS = 1 << 24;

/** Enough for most searches: most are small. */
const USUAL_NUMBERS = 1 << 13;

/** So many values of one word are looked through one after the other; of more, each is found by hashing. */
const FEW = 3;

export class TransitionTree {
  /** What is at the end of each way. */
  readonly leaves: Leaves;
  readonly #state: StateWords;
  readonly #common: CommonWords;
  /* All ways that are known, one behind the other. */
  readonly #ways = new IntList(USUAL_NUMBERS);
  #wayCount = 0;
  readonly #nodes = new IntList(USUAL_NUMBERS);
  /* By transition: its first node. */
  readonly #roots = new Map<Transition, number>();
  /* By the first node of a word that has many values, and value: the node of the value. */
  #edges = new PairMap();
  /* By word: has a transition changed it, or a search begun with another value than the first? */
  readonly #hasChanged: Uint8Array;
  /* By word: is there a way that it was left out of? */
  readonly #isLeftOut: Uint8Array;
  #firstBeginning: Int32Array | undefined;
  /* Are words left out that do not change? */
  #leavesOut = false;

  /** @param liveTasks the word that is 0 where no task is left. */
  constructor(state: StateWords, hardware: HardwareWords, liveTasks: WordAddress) {
    this.#state = state;
    this.#common = new CommonWords(state.words.length);
    this.leaves = new Leaves(state, hardware, this.#common, liveTasks);
    this.#hasChanged = new Uint8Array(state.words.length);
    this.#isLeftOut = new Uint8Array(state.words.length);
    // So that nothing begins at NONE.
    this.#nodes.length = 1;
  }

  /** The state is one in which a search begins; what has led there is no transition. */
  begin(): void {
    const { words } = this.#state;
    this.#firstBeginning ??= words.slice();
    const first = this.#firstBeginning;
    let isMissing = false;
    for (let word = 0; word < words.length; word++)
      if (words[word] !== first[word] && this.#noteChange(word)) isMissing = true;
    if (isMissing) this.#plantAnew();
  }

  /** Forgets what transitions do that touch one of these words.
   *
   *  What a transition reads, and in which order, may depend on what else is known (which words are private) only where it
   *  has touched the word in question. */
  forget(words: IntList): void {
    const ways = this.#ways;
    const { values, length } = ways;
    const isAmong = new Uint8Array(this.#state.words.length);
    for (let i = 0; i < words.length; i++) isAmong[words.values[i]!] = 1;
    const affected = new Set<Transition>();
    ways.length = 0;
    for (let way = 0; way < length; ) {
      const end = endOf(values, way);
      let touches = false;
      for (let at = way + TOUCHED; at < end; at += 2) if (isAmong[values[at]!] === 1) touches = true;
      if (touches) {
        affected.add(values[way + TRANSITION]!);
        this.#wayCount--;
      } else {
        if (ways.length < way) values.copyWithin(ways.length, way, end);
        ways.length += end - way;
      }
      way = end;
    }
    for (const transition of affected) this.#roots.delete(transition);
    this.#plantWhere((transition) => affected.has(transition));
  }

  /** What the transition does from here; UNKNOWN where it has to be tried to find out. After `begin`. */
  find(transition: Transition): Leaf {
    const root = this.#roots.get(transition);
    if (root === undefined) return UNKNOWN;
    return walk(root, this.#state.words, this.#nodes.values, this.#edges);
  }

  /** A transition has been made, whether it will be remembered or not: notes what it has changed. */
  noteChanges(): void {
    const { touched, touchedValues, words } = this.#state;
    let isMissing = false;
    for (let i = 0; i < touched.length; i++) {
      const word = touched.values[i]!;
      if (words[word] !== touchedValues.values[i] && this.#noteChange(word)) isMissing = true;
    }
    if (isMissing) this.#plantAnew();
  }

  /** @returns is there a way that the word was left out of? */
  #noteChange(word: WordAddress): boolean {
    if (this.#hasChanged[word] === 1) return false;
    this.#hasChanged[word] = 1;
    return this.#isLeftOut[word] === 1;
  }

  /** Remembers a transition that was unknown, and has just been made; its changes were noted.
   *  @param before where; it was watched from there on.
   *  @returns UNKNOWN where there is no room. */
  learn(transition: Transition, before: Mark): Leaf {
    if (this.#isFull()) return UNKNOWN;
    this.#noteTouched(cpuOf(transition));
    return this.#remember(transition, this.leaves.add(before));
  }

  /** Remembers one that was watched, and could not happen. */
  learnImpossible(transition: Transition): Leaf {
    if (this.#isFull()) return IMPOSSIBLE;
    this.#noteTouched(cpuOf(transition));
    return this.#remember(transition, this.leaves.addImpossible());
  }

  #isFull(): boolean {
    return this.#ways.length + this.#nodes.length + this.leaves.size > MOST_NUMBERS;
  }

  /** Where a word becomes common, the leaves of those that touched it before are told. */
  #noteTouched(by: CpuId): void {
    const { touched } = this.#state;
    for (let i = 0; i < touched.length; i++) {
      const word = touched.values[i]!;
      const cpu = this.#common.touch(word, by);
      if (cpu !== NOBODY) this.#tell(cpu, word);
    }
  }

  #tell(cpu: CpuId, word: WordAddress): void {
    const { values, length } = this.#ways;
    for (let way = 0, end = 0; way < length; way = end) {
      end = endOf(values, way);
      if (cpuOf(values[way + TRANSITION]!) !== cpu) continue;
      for (let at = way + TOUCHED; at < end; at += 2)
        if (values[at] === word) this.leaves.addCommon(values[way + LEADS_TO]!, word);
    }
  }

  #remember(transition: Transition, leaf: Leaf): Leaf {
    const { touched, touchedValues } = this.#state;
    const ways = this.#ways;
    const way = ways.length;
    ways.push(transition);
    ways.push(leaf);
    ways.push(touched.length);
    for (let i = 0; i < touched.length; i++) {
      ways.push(touched.values[i]!);
      ways.push(touchedValues.values[i]!);
    }
    this.#wayCount++;
    if (this.#leavesOut || this.#wayCount < MANY_WAYS) this.#plant(way);
    else {
      this.#leavesOut = true;
      this.#plantAnew();
    }
    return leaf;
  }

  #plantAnew(): void {
    this.#nodes.length = 1;
    this.#edges = new PairMap();
    this.#roots.clear();
    this.#plantWhere(() => true);
  }

  #plantWhere(isPlanted: (transition: Transition) => boolean): void {
    const { values, length } = this.#ways;
    for (let way = 0; way < length; way = endOf(values, way))
      if (isPlanted(values[way + TRANSITION]!)) this.#plant(way);
  }

  /** Lets a way part from those that are there.
   *  @throws {LabError} E_NONDETERMINISM where it reads another word than one of those did after the same values. */
  #plant(way: number): void {
    const { values: ways } = this.#ways;
    const transition = ways[way + TRANSITION]!;
    const end = endOf(ways, way);
    let at = this.#roots.get(transition) ?? NONE;
    let isNew = at === NONE;
    if (isNew) this.#roots.set(transition, this.#nodes.length);
    for (let next = way + TOUCHED; next < end; next += 2) {
      const word = ways[next]!;
      if (this.#leavesOut && this.#hasChanged[word] === 0) {
        this.#isLeftOut[word] = 1;
        continue;
      }
      const value = ways[next + 1]!;
      if (isNew) {
        this.#node(word, value);
        continue;
      }
      const first = at;
      const address = this.#nodes.values[first + ADDRESS]!;
      if ((address & ~HASHED) !== word) throw differs(transition);
      at = address === word ? this.#listed(first, value) : this.#edges.get(first, value);
      if (at === NONE) {
        at = this.#nodes.length;
        this.#node(word, value);
        this.#join(first, value, at);
        isNew = true;
      }
      at += NODE_NUMBERS;
    }
    if (!isNew) throw differs(transition);
    this.#node(LEAF, ways[way + LEADS_TO]!);
  }

  /** The node of a value, looked for in the list that begins there; NONE where there is none. */
  #listed(first: number, value: number): number {
    const { values } = this.#nodes;
    let at = first;
    while (at !== NONE && values[at + VALUE] !== value) at = values[at + OTHER]!;
    return at;
  }

  /** Adds the node of another value of a word to those that are there. */
  #join(first: number, value: number, added: number): void {
    const { values } = this.#nodes;
    if ((values[first + ADDRESS]! & HASHED) !== 0) {
      this.#edges.set(first, value, added);
      return;
    }
    let last = first;
    let count = 1;
    for (; values[last + OTHER] !== NONE; count++) last = values[last + OTHER]!;
    values[last + OTHER] = added;
    if (count < FEW) return;
    values[first + ADDRESS]! |= HASHED;
    for (let at = first; at !== NONE; at = values[at + OTHER]!)
      this.#edges.set(first, values[at + VALUE]!, at);
  }

  #node(address: number, value: number): void {
    const nodes = this.#nodes;
    const at = nodes.length;
    nodes.grow(at + NODE_NUMBERS);
    const { values } = nodes;
    values[at + ADDRESS] = address;
    values[at + VALUE] = value;
    values[at + OTHER] = NONE;
  }
}

function endOf(ways: Int32Array, way: number): number {
  return way + TOUCHED + 2 * ways[way + TOUCHES]!;
}

/** Goes from a node to a leaf: much of the time of a search is spent here. `| 0` keeps V8 from looking whether sums are small
 *  enough. */
function walk(root: number, words: Int32Array, nodes: Int32Array, edges: PairMap): Leaf {
  let at = root | 0;
  for (;;) {
    const address = nodes[at]!;
    if (address < HASHED) {
      if (address < 0) return nodes[(at + VALUE) | 0]!;
      const value = words[address]!;
      while (nodes[(at + VALUE) | 0] !== value) {
        at = nodes[(at + OTHER) | 0]!;
        if (at === NONE) return UNKNOWN;
      }
    } else {
      at = edges.get(at, words[address ^ HASHED]!);
      if (at === NONE) return UNKNOWN;
    }
    at = (at + NODE_NUMBERS) | 0;
  }
}

function differs(transition: Transition): LabError {
  return new LabError(
    'E_NONDETERMINISM',
    `the step ${printSchedule([transition])} read the same values as before, and then another word`,
    'Something decides that is not in the machine: chance, time, or a variable outside its words. Keep it in the machine.',
  );
}
