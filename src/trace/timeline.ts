/** What happened when, in one lane per cpu: slices that lie in each other, marks, and arrows from slice to slice.
 *
 *  What a unit of time is, and what the slices are, is up to whoever records. A slice is kept when it ends, with what
 *  lies in it before it; a long one is therefore there although its beginning is long gone.
 *
 *  Source: the slices, instants and flows of the trace event format, for what can be shown.
 *  Limit: only so much is kept (boundedLog.ts). */
import type { CpuId } from '../base/ids.js';
import { BoundedLog } from './boundedLog.js';

/** More about something, by name. */
export type Details = Record<string, string | number | boolean>;

interface Shown {
  readonly cpu: CpuId;
  /** For filters: what kind of thing it is. */
  readonly category: string;
  name: string;
  readonly details: Details;
}

export interface Slice extends Shown {
  readonly kind: 'slice';
  /** In how many others it lies. */
  readonly depth: number;
  readonly from: number;
  until: number;
}

/** Of no length. */
export interface Mark extends Shown {
  readonly kind: 'mark';
  readonly at: number;
  /** Something went wrong here. */
  readonly isFinding: boolean;
}

export interface Arrow {
  readonly kind: 'arrow';
  readonly name: string;
  readonly from: Slice;
  readonly to: Slice;
}

/** What a slice or a mark is. */
export type Label = Pick<Shown, 'category' | 'name'> & { readonly details?: Details };

export class Timeline {
  readonly #items: BoundedLog<Slice | Mark | Arrow>;
  /* By cpu, those that have not ended, the outermost first. */
  readonly #open: Slice[][] = [];
  /* Those that had not ended when the log was closed, up to then. */
  #cutOff: readonly Slice[] | undefined;
  #latest = 0;

  /** @param most slices, marks and arrows that are kept. */
  constructor(most: number) {
    this.#items = new BoundedLog(most);
  }

  /** How many slices of a cpu have not ended. */
  depth(cpu: CpuId): number {
    return this.#lane(cpu).length;
  }

  /** The one that has not ended and lies in `depth` others. */
  open(cpu: CpuId, depth: number): Slice | undefined {
    return this.#lane(cpu)[depth];
  }

  begin(cpu: CpuId, from: number, label: Label): Slice {
    const lane = this.#lane(cpu);
    const slice = sliceOf(cpu, lane.length, from, label);
    lane.push(slice);
    return slice;
  }

  /** Ends the slices of a cpu that lie in `depth` others or more. */
  end(cpu: CpuId, depth: number, at: number): void {
    const lane = this.#lane(cpu);
    while (lane.length > depth) {
      const slice = lane.pop()!;
      slice.until = at;
      this.#keep(slice);
    }
  }

  /** A slice that nothing else lies in. */
  add(cpu: CpuId, from: number, until: number, label: Label): Slice {
    const slice = sliceOf(cpu, this.depth(cpu), from, label);
    slice.until = until;
    this.#keep(slice);
    return slice;
  }

  mark(cpu: CpuId, at: number, { category, name, details = {} }: Label): void {
    this.#log({ kind: 'mark', cpu, category, name, details, at, isFinding: false });
  }

  /** Marks something that went wrong: what came before and after it is what is kept. */
  markFinding(cpu: CpuId, at: number, { category, name, details = {} }: Label): void {
    this.#log({ kind: 'mark', cpu, category, name, details, at, isFinding: true });
    this.#items.trigger();
  }

  arrow(name: string, from: Slice, to: Slice): void {
    this.#log({ kind: 'arrow', name, from, to });
  }

  /** Ends whatever has not ended, at a time that no slice goes beyond. */
  finish(at: number): void {
    for (const cpu of this.#open.keys()) this.end(cpu, 0, at);
  }

  get slices(): readonly Slice[] {
    return [...this.#items.items.filter((item) => item.kind === 'slice'), ...(this.#cutOff ?? [])];
  }

  get marks(): readonly Mark[] {
    return this.#items.items.filter((item) => item.kind === 'mark');
  }

  /** Those of which both ends are there. */
  get arrows(): readonly Arrow[] {
    const kept = new Set<unknown>(this.#items.items);
    return this.#items.items
      .filter((item) => item.kind === 'arrow')
      .filter(({ from, to }) => kept.has(from) && kept.has(to));
  }

  /** Slices, marks and arrows that there was no room for; an arrow that has lost an end is not counted again. */
  get leftOut(): number {
    return this.#items.leftOut;
  }

  #lane(cpu: CpuId): Slice[] {
    this.#open[cpu] ??= [];
    return this.#open[cpu];
  }

  /** One of no length says nothing. */
  #keep(slice: Slice): void {
    if (slice.until <= slice.from) return;
    this.#latest = Math.max(this.#latest, slice.until);
    this.#log(slice);
  }

  #log(item: Slice | Mark | Arrow): void {
    this.#items.add(item);
    if (!this.#items.isClosed || this.#cutOff) return;
    this.#cutOff = this.#open
      .flat()
      .map((slice) => ({ ...slice, until: this.#latest }))
      .filter(({ from, until }) => from < until);
  }
}

function sliceOf(cpu: CpuId, depth: number, from: number, { category, name, details = {} }: Label): Slice {
  return { kind: 'slice', cpu, category, name, details: { ...details }, depth, from, until: from };
}
