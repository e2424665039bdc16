/** What one shard of an exploration has to do: several machines that do not talk to each other search one space.
 *
 *  All of them search the beginning, breadth first, up to the first level that is wide enough; the states of that level
 *  are cut into as many runs as there are shards, and each shard searches on from those of its own run. A state of the level
 *  that belongs to another shard is not searched again where a shard comes back to it. The split follows from the space
 *  and from the words that are known to be shared: shards belong together only if all of them end with the same words.
 *
 *  Source: static partitioning by prefixes (Staats and Pasareanu, "Parallel Symbolic Execution for Structural Test
 *  Generation", ISSTA 2010), of states instead of paths.
 *  Limit: behind the level the shards know nothing of each other, and ways through a space come together again. Most states
 *  are visited by most shards, and what a shard saves is little. Counted once, as counts do not vary, the states of each
 *  shard over those of one search:
 *
 *      crossroads, 1 round, 471,922 states         n=2: 0.85 0.84             sum 1.69
 *                                                  n=4: 0.58 0.80 0.70 0.68   sum 2.76
 *      caller-migrates, 13,079 states              n=2, n=4: 1 each (it ends before it is split)
 *
 *  Sleep sets on the split did not help: ways come together after conflicts, which are forgotten, and not only where
 *  steps commute. */
import type { Branch, DepthFirst } from './depthFirst.js';

/** One of `of` parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface Split extends Shard {
  /** States of a level that is wide enough. */
  readonly width: number;
  /** States after which a space is split where it stands. */
  readonly beginning: number;
}

/** Where explorations are split, the same for any number of shards. */
export const SPLIT_AT: Omit<Split, keyof Shard> = { width: 1 << 14, beginning: 1 << 17 };

export class ShardAgenda {
  readonly #split: Split;
  /* What is searched now, and the level below it while it is collected. */
  #branches: Branch[] = [];
  #below: Branch[] = [];
  /** Does it search its own part already? */
  isSplit = false;

  constructor(split: Split) {
    this.#split = split;
  }

  /** Takes a state that was just entered off the walk, for the next level, while the beginning is searched. */
  relieve(walk: DepthFirst): void {
    if (walk.levels > 1) this.#below.push(walk.handOver());
  }

  /** What to search next, when the walk is done with the last.
   *  @param visited how many states there are.
   *  @returns undefined where nothing is left. */
  next(visited: number): Branch | undefined {
    const branch = this.#branches.pop();
    if (branch || this.isSplit) return branch;
    const { index, of, width, beginning } = this.#split;
    const level = this.#below;
    this.#below = [];
    this.isSplit = level.length >= width || visited >= beginning;
    const upTo = (shards: number): number => Math.floor((level.length * shards) / of);
    // The last comes first.
    this.#branches = (this.isSplit ? level.slice(upTo(index - 1), upTo(index)) : level).reverse();
    return this.#branches.pop();
  }
}
