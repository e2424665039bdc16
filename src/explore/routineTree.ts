/** A routine of the kernel, unrolled while it is explored: a tree of everything it can do.
 *
 *  What a routine does next is a function of what it has read since it began: results of its accesses and private
 *  reads. So a place in a routine is a node of a tree; the edges are the values read there, and on an edge stands what
 *  the routine writes for itself on the way to the next node. The first time a value comes up at a node, the routine
 *  is watched as it goes on from there: the one that was left standing there, or one that is started afresh and fed with
 *  the values on the way. Ever after, going on from the node is a look into the tree. A routine can be anywhere at once,
 *  and to take it back is to name another node.
 *
 *  Source: the tree of an execution that is recorded once per path, as in tracing compilers (Gal et al., "Trace-based
 *  Just-in-Time Type Specialization for Dynamic Languages", PLDI 2009).
 *  Limit: what a routine keeps outside the machine's words is not seen; `differs` finds out. */
import type { WordAddress } from '../base/ids.js';
import { ACCESS, type Access, kindOf, type Routine } from '../hw/access.js';
import type { ExploredCpu, Script } from './exploredCpu.js';
import { IntList } from './intList.js';
import { mixHigh, mixLow } from './mix.js';

/** What stands at a node. */
const NODE = { start: 0, read: 1, access: 2, end: 3 } as const;
type NodeKind = (typeof NODE)[keyof typeof NODE];

/** A place in a routine: where its node begins. */
export type Place = number;

/** Before the routine's first step. */
export const START: Place = 0;

/* An effect is three numbers; `Script.did` says which. */
const EFFECT_NUMBERS = 3;

/* Fields of a node, which lie side by side: going on takes most of them. */
const KIND = 0;
/** The access, or the address that is read. */
const WORD = 1;
const OPERAND = 2;
const PARENT = 3;
/** On the edge from the parent: the value read there, and where its effects begin and end. */
const VALUE = 4;
const EFFECTS_START = 5;
const EFFECTS_END = 6;
const FIRST_CHILD = 7;
const NEXT_SIBLING = 8;
/** Hash of what has been read. */
const LOW = 9;
const HIGH = 10;
const NODE_WORDS = 12;

/** Enough for most searches: most are small. */
const USUAL_NUMBERS = 1 << 11;

class Differs extends Error {}

const NOTHING_READ: readonly number[] = [];
const NO_OPERANDS: readonly [bigint, bigint] = [0n, 0n];

export class RoutineTree {
  readonly #c: ExploredCpu;
  readonly #begin: (c: ExploredCpu) => Routine;
  /* Of each node its fields. */
  readonly #nodes = new IntList(USUAL_NUMBERS);
  readonly #effects = new IntList(USUAL_NUMBERS);
  /* The routine that was watched last, and where it stands; START for nowhere. */
  #standing: Routine | undefined;
  #standsAt: Place = START;
  readonly #codeOperands = new Map<Place, readonly [mask: bigint, bits: bigint]>();
  /* Of the routine that is recorded: what it is fed with until it is where something new begins, and how much of that it has
   * had; the last place, what was read there, and where the effects on the way to the next one begin. */
  #path: readonly number[] = NOTHING_READ;
  #fed = 0;
  #last: Place = START;
  #edge = 0;
  #effectsStart = 0;
  readonly #recorder: Script = {
    read: (address) => this.#recordRead(address),
    did: (what, a, b) => this.#recordEffect(what, a, b),
  };

  /** @param seed hashed before the routine has read anything. */
  constructor(c: ExploredCpu, begin: (c: ExploredCpu) => Routine, seed: number) {
    this.#c = c;
    this.#begin = begin;
    this.#add(NODE.start, 0, 0);
    const { values } = this.#nodes;
    values[START + LOW] = seed;
    values[START + HIGH] = seed;
  }

  /** The access that comes next. */
  access(place: Place): Access {
    return this.#get(place, WORD);
  }

  operand(place: Place): number {
    return this.#get(place, OPERAND);
  }

  codeOperands(place: Place): readonly [mask: bigint, bits: bigint] {
    return this.#codeOperands.get(place) ?? NO_OPERANDS;
  }

  /** Is the routine done? */
  isEnd(place: Place): boolean {
    return this.#get(place, KIND) === NODE.end;
  }

  low(place: Place): number {
    return this.#get(place, LOW);
  }

  high(place: Place): number {
    return this.#get(place, HIGH);
  }

  /** Hands the routine the result of its access, and does what it does up to its next one. */
  goOn(from: Place, result: number): Place {
    let place = from;
    let value = result;
    for (;;) {
      let child = this.#get(place, FIRST_CHILD);
      while (child !== START && this.#get(child, VALUE) !== value) child = this.#get(child, NEXT_SIBLING);
      if (child === START) return this.#record(place, value);
      const end = this.#get(child, EFFECTS_END);
      for (let at = this.#get(child, EFFECTS_START); at < end; at += EFFECT_NUMBERS) {
        const effects = this.#effects.values;
        this.#c.redo(effects[at]!, effects[at + 1]!, effects[at + 2]!);
      }
      if (this.#get(child, KIND) !== NODE.read) return child;
      place = child;
      value = this.#c.view(this.#get(child, WORD));
    }
  }

  /** Runs the routine on past what is known of it. */
  #record(from: Place, value: number): Place {
    const standing = this.#standsAt === from ? this.#standing : undefined;
    this.#path = standing || from === START ? NOTHING_READ : this.#pathTo(from, value);
    this.#fed = 0;
    this.#last = from;
    this.#edge = value;
    this.#effectsStart = this.#effects.length;
    const c = this.#c;
    c.script = this.#recorder;
    const routine = standing ?? this.#begin(c);
    let step = routine.next(standing ? value : 0);
    while (!step.done && this.#fed < this.#path.length) step = routine.next(this.#path[this.#fed++]!);
    c.script = undefined;
    this.#standing = step.done ? undefined : routine;
    if (step.done) this.#append(NODE.end, 0, 0);
    else {
      this.#append(NODE.access, step.value, c.operand);
      if (kindOf(step.value) === ACCESS.storeCode) this.#codeOperands.set(this.#last, c.codeOperands);
    }
    this.#standsAt = this.#last;
    return this.#last;
  }

  #recordRead(address: WordAddress): number {
    if (this.#fed < this.#path.length) return this.#path[this.#fed++]!;
    this.#append(NODE.read, address, 0);
    this.#edge = this.#c.view(address);
    return this.#edge;
  }

  #recordEffect(what: number, a: number, b: number): void {
    if (this.#fed < this.#path.length) return;
    this.#effects.push(what);
    this.#effects.push(a);
    this.#effects.push(b);
    this.#c.redo(what, a, b);
  }

  /** Adds the place to which the edge leads that is recorded. */
  #append(kind: NodeKind, word: number, operand: number): void {
    const parent = this.#last;
    const edge = this.#edge;
    const place = this.#add(kind, word, operand);
    const { values } = this.#nodes;
    values[place + PARENT] = parent;
    values[place + VALUE] = edge;
    values[place + EFFECTS_START] = this.#effectsStart;
    values[place + EFFECTS_END] = this.#effects.length;
    // The youngest child comes first.
    values[place + NEXT_SIBLING] = values[parent + FIRST_CHILD]!;
    values[parent + FIRST_CHILD] = place;
    // Nothing is read before the first step.
    values[place + LOW] = parent === START ? values[START + LOW]! : mixLow(values[parent + LOW]!, edge);
    values[place + HIGH] = parent === START ? values[START + HIGH]! : mixHigh(values[parent + HIGH]!, edge);
    this.#last = place;
    this.#effectsStart = this.#effects.length;
  }

  /** Runs the routine again, as far as `place`, and compares: does it do something else than it did? */
  differs(place: Place): boolean {
    const path: Place[] = [];
    for (let at = place; at !== START; at = this.#get(at, PARENT)) path.unshift(at);
    let at = 0;
    let effect = this.#get(path[0]!, EFFECTS_START);
    const expect = (isSo: boolean): void => {
      if (!isSo) throw new Differs();
    };
    /* @returns the value on the edge to the node after it. */
    const meet = (kind: NodeKind, word: number): number => {
      const node = path[at]!;
      expect(this.#get(node, KIND) === kind && this.#get(node, WORD) === word);
      expect(effect === this.#get(node, EFFECTS_END));
      if (node === place) return 0;
      const next = path[++at]!;
      effect = this.#get(next, EFFECTS_START);
      return this.#get(next, VALUE);
    };
    this.#c.script = {
      read: (address) => meet(NODE.read, address),
      did: (...done) => {
        for (const number of done) expect(this.#effects.values[effect++] === number);
      },
    };
    try {
      const routine = this.#begin(this.#c);
      let step = routine.next(0);
      for (;;) {
        const isLast = path[at] === place;
        const value = step.done ? meet(NODE.end, 0) : meet(NODE.access, step.value);
        if (isLast) return false;
        step = routine.next(value);
      }
    } catch (error) {
      if (error instanceof Differs) return true;
      throw error;
    } finally {
      this.#c.script = undefined;
    }
  }

  /** Runs the routine again, up to the access at `place`.
   *  @param c the cpu, or one that stands for it. */
  runAgain(place: Place, c: ExploredCpu): void {
    const path = this.#pathTo(place);
    let fed = 0;
    this.#c.script = { read: () => path[fed++]!, did: () => {} };
    try {
      const routine = this.#begin(c);
      let step = routine.next(0);
      while (!step.done && fed < path.length) step = routine.next(path[fed++]!);
    } finally {
      this.#c.script = undefined;
    }
  }

  /** What has been read on the way there.
   *  @param then what is read there itself. */
  #pathTo(place: Place, ...then: readonly number[]): number[] {
    const path: number[] = [...then];
    for (let at = place; at !== START; at = this.#get(at, PARENT)) {
      if (this.#get(at, PARENT) !== START) path.push(this.#get(at, VALUE));
    }
    return path.reverse();
  }

  /** Adds a place without children, to which nothing leads yet. */
  #add(kind: NodeKind, word: number, operand: number): Place {
    const nodes = this.#nodes;
    const place = nodes.length;
    nodes.grow(place + NODE_WORDS);
    const { values } = nodes;
    values[place + KIND] = kind;
    values[place + WORD] = word;
    values[place + OPERAND] = operand;
    values[place + FIRST_CHILD] = START;
    return place;
  }

  #get(place: Place, field: number): number {
    return this.#nodes.values[place + field]!;
  }
}
