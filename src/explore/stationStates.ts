/** The stations of the fetch path, unrolled while they are explored: what they hold is a word of the state.
 *
 *  There is a part that all cpus share (memory and PoU) and one of each cpu (its icache, what it has decoded). What a part
 *  holds is numbered; the hardware model does something with it once, on its bytes, and ever after that is a look into a
 *  table: from number to number. The bytes are shown where somebody wants to see them.
 *
 *  Source: as of routineTree.ts.
 *  Limit: an operation changes one part, as a function of that part, or of it and the shared one. */
import type { CpuId } from '../base/ids.js';
import { LINE_BYTES } from '../base/layout.js';
import { FETCH_BLOCKS, type HwLayout } from '../hw/layout.js';
import type { MachineLayout } from '../kernel/boot.js';
import { Contents, type Run } from './contents.js';
import { mixHigh, mixLow } from './mix.js';
import type { StateWords } from './stateWords.js';

/** Something that the hardware model does, or answers. The number says what, and is the same on every cpu. */
export interface Operation {
  readonly number: number;
  readonly run: () => void;
}

export interface Question {
  readonly number: number;
  readonly answer: () => number;
}

/** Numbers of what is done, or asked: kind + number of kinds * argument. */
const OPERATION = {
  drop: 0,
  fetch: 1,
  fetchPast: 2,
  fetchMissing: 3,
  isDecoded: 4,
  value: 5,
  invalidate: 6,
  invalidateAll: 7,
} as const;

export function operationNumber(kind: keyof typeof OPERATION, argument = 0): number {
  return OPERATION[kind] + Object.keys(OPERATION).length * argument;
}

/** Words of the state that the stations take: the shared part, then the cpus. */
export function stationWords(cpus: number): number {
  return 1 + cpus;
}

export class StationStates {
  readonly #state: StateWords;
  /* Where the number of the shared part is; those of the cpus follow. */
  readonly #at: number;
  readonly #shared = new Contents();
  readonly #own = new Contents();
  readonly #sharedRuns: readonly Run[];
  readonly #ownRuns: readonly (readonly Run[])[];
  /* What the bytes show now. */
  #sharedShown: number;
  readonly #ownShown: number[];
  /* By what a cpu has, and number: what it has then, or the answer. */
  readonly #alone = new Map<number, number>();
  /* The same with a shared part. */
  readonly #fetched: Map<number, number>[] = [];
  /* By the shared part, and what a cpu has: what it may fetch. */
  readonly #fetches: Int32Array[][] = [];
  readonly #writeBacks: Int32Array[] = [];
  /* More than there are numbers of operations. */
  readonly #stride: number;

  constructor(state: StateWords, layout: MachineLayout, at: number) {
    this.#state = state;
    this.#at = at;
    this.#sharedRuns = runsNamed(layout, /^(memory|pou)$/);
    const { cpus, units, codeBytes } = layout.kernel.hw.dimensions;
    this.#stride = operationNumber('drop', Math.max(units * FETCH_BLOCKS, codeBytes / LINE_BYTES));
    this.#ownRuns = Array.from({ length: cpus }, (_, cpu) => [
      ...runsNamed(layout, new RegExp(`^(icache|decoded) ${cpu}$`)),
      ...flagsOf(layout.kernel.hw, cpu),
    ]);
    this.#sharedShown = this.#shared.numberOf(state.words, this.#sharedRuns);
    this.#ownShown = this.#ownRuns.map((runs) => this.#own.numberOf(state.words, runs));
    this.#stand(at, this.#shared, this.#sharedShown);
    this.#ownShown.forEach((number, cpu) => {
      this.#stand(at + 1 + cpu, this.#own, number);
    });
  }

  /** A cpu does something with what it has, whatever the shared part holds. */
  changeOwn(cpu: CpuId, { number, run }: Operation): void {
    const own = this.#numberOfOwn(cpu);
    const key = own * this.#stride + number;
    const known = this.#alone.get(key);
    if (known !== undefined) return this.#stand(this.#at + 1 + cpu, this.#own, known);
    this.#showOwn(cpu);
    run();
    this.#alone.set(key, this.#noteOwn(cpu));
  }

  /** A cpu fetches. */
  fetch(cpu: CpuId, { number, run }: Operation): void {
    const shared = this.#state.read(this.#at);
    this.#fetched[shared] ??= new Map();
    const fetched = this.#fetched[shared];
    const key = this.#numberOfOwn(cpu) * this.#stride + number;
    const known = fetched.get(key);
    if (known !== undefined) return this.#stand(this.#at + 1 + cpu, this.#own, known);
    this.#showShared();
    this.#showOwn(cpu);
    run();
    fetched.set(key, this.#noteOwn(cpu));
  }

  /** Something is asked about what a cpu has. */
  ask(cpu: CpuId, { number, answer }: Question): number {
    const key = this.#numberOfOwn(cpu) * this.#stride + number;
    let known = this.#alone.get(key);
    if (known === undefined) {
      this.#showOwn(cpu);
      known = answer();
      this.#alone.set(key, known);
    }
    return known;
  }

  /** What a cpu may fetch on its own, in numbers that mean the same on every cpu.
   *  @param find finds out. */
  fetches(cpu: CpuId, find: (cpu: CpuId) => Int32Array): Int32Array {
    const shared = this.#state.read(this.#at);
    const own = this.#numberOfOwn(cpu);
    const known = this.#fetches[shared]?.[own];
    if (known) return known;
    this.#showShared();
    this.#showOwn(cpu);
    const found = find(cpu);
    this.#fetches[shared] ??= [];
    this.#fetches[shared][own] = found;
    return found;
  }

  /** What of the shared part may be written back.
   *  @param find finds out. */
  writeBacks(find: () => Int32Array): Int32Array {
    const shared = this.#state.read(this.#at);
    let known = this.#writeBacks[shared];
    if (!known) {
      this.#showShared();
      known = find();
      this.#writeBacks[shared] = known;
    }
    return known;
  }

  /** Something happens to the shared part. */
  changeShared(run: () => void): void {
    this.#showShared();
    run();
    this.#sharedShown = this.#shared.numberOf(this.#state.words, this.#sharedRuns);
    this.#stand(this.#at, this.#shared, this.#sharedShown);
  }

  /** From now until the state changes, the bytes are what the state says. */
  show(): void {
    this.#showShared();
    for (let cpu = 0; cpu < this.#ownRuns.length; cpu++) this.#showOwn(cpu);
  }

  #numberOfOwn(cpu: CpuId): number {
    return this.#state.read(this.#at + 1 + cpu);
  }

  #showShared(): void {
    const number = this.#state.read(this.#at);
    if (this.#sharedShown === number) return;
    this.#shared.show(number, this.#state.words, this.#sharedRuns);
    this.#sharedShown = number;
  }

  #showOwn(cpu: CpuId): void {
    const number = this.#numberOfOwn(cpu);
    if (this.#ownShown[cpu] === number) return;
    this.#own.show(number, this.#state.words, this.#ownRuns[cpu]!);
    this.#ownShown[cpu] = number;
  }

  #noteOwn(cpu: CpuId): number {
    const number = this.#own.numberOf(this.#state.words, this.#ownRuns[cpu]!);
    this.#ownShown[cpu] = number;
    this.#stand(this.#at + 1 + cpu, this.#own, number);
    return number;
  }

  /* Numbers depend on the order in which contents were found; their hashes do not. */
  #stand(at: number, contents: Contents, number: number): void {
    const old = this.#state.read(at);
    if (old === number) return;
    this.#state.writeName(
      at,
      number,
      mixLow(at, contents.low(old)) ^ mixLow(at, contents.low(number)),
      mixHigh(at, contents.high(old)) ^ mixHigh(at, contents.high(number)),
    );
  }
}

/** What says which lines and blocks a cpu has. */
function flagsOf(hw: HwLayout, cpu: CpuId): Run[] {
  const masks = { start: hw.fetchedMask(cpu, 0), end: hw.fetchedMask(cpu, 0) + hw.fetchedMaskWords };
  if (!hw.lineValid) return [masks];
  const lines = hw.dimensions.codeBytes / LINE_BYTES;
  return [masks, { start: hw.lineValid(cpu, 0), end: hw.lineValid(cpu, 0) + lines }];
}

function runsNamed({ regions }: MachineLayout, name: RegExp): Run[] {
  return regions
    .filter((region) => name.test(region.name))
    .map(({ startByte, bytes }) => ({ start: startByte / 4, end: (startByte + bytes) / 4 }));
}
