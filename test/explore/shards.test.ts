/** Shards together visit what one search visits, and what they come to is put together without a guess. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spaceParts } from '../../src/engines/exploration.js';
import { type SearchResult, search } from '../../src/explore/search.js';
import { ShardAgenda } from '../../src/explore/shardAgenda.js';
import { allShared, knowsConflicts, sharedWords } from '../../src/explore/sharing.js';
import { Space } from '../../src/explore/space.js';
import { StateSet } from '../../src/explore/stateSet.js';
import { explored, OPTIONS, type Request, situationOf } from './situations.js';

const UNBOUNDED = { maxStates: 1e9, maxExecutions: Number.POSITIVE_INFINITY, over: () => undefined };
/** Small, so that small spaces are split. */
const SPLIT = { width: 12, beginning: 100 };

afterEach(() => vi.restoreAllMocks());

function finished<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const slice = work.next();
    if (slice.done) return slice.value;
  }
}

async function spaceOf(request: Request, memory = OPTIONS.memory): Promise<Space> {
  return new Space(spaceParts(await situationOf(request), { ...OPTIONS, memory }));
}

/** Every state that a search asks about. */
function visited(run: () => void): Set<string> {
  const states = new Set<string>();
  const add = StateSet.prototype.add;
  const spy = vi.spyOn(StateSet.prototype, 'add').mockImplementation(function (
    this: StateSet,
    low: number,
    high: number,
  ) {
    states.add(`${low} ${high}`);
    return add.call(this, low, high);
  });
  run();
  spy.mockRestore();
  return states;
}

function part(space: Space, index: number, of: number) {
  let result: SearchResult | undefined;
  space.beginAgain();
  const states = visited(() => {
    result = finished(search(space, UNBOUNDED, { index, of, ...SPLIT }));
  });
  return { states, result: result! };
}

describe('all shards together visit the states of the whole search, and no others', () => {
  const situations: readonly (readonly [string, Request, typeof OPTIONS.memory])[] = [
    ['kthread-return', { scenario: 'kthread-return' }, 'sc'],
    ['interrupted-peer', { scenario: 'interrupted-peer' }, 'sc'],
    ['two rounds', { scenario: 'caller-cpu', rounds: 2 }, 'sc'],
    ['41 thousand states', { scenario: 'caller-migrates' }, 'sc'],
    ['TSO', { scenario: 'ordering-c-switch-in' }, 'tso'],
  ];

  it.each(situations)('%s', async (_, request, memory) => {
    const space = await spaceOf(request, memory);
    finished(search(space, UNBOUNDED));
    space.beginAgain();
    // What is shared is known now: one more search is the one that counts.
    let states = 0;
    const whole = visited(() => {
      states = finished(search(space, UNBOUNDED)).states;
    });
    expect(whole.size).toBe(states);
    const words = sharedWords(space.sharingKnowledge);
    for (const of of [1, 2, 3]) {
      const parts = Array.from({ length: of }, (_, i) => part(space, i + 1, of));
      for (const { result } of parts) {
        expect(result).toMatchObject({ stoppedBy: 'end-of-shard', complete: false, repetitions: 1 });
      }
      expect(union(parts)).toEqual(whole);
      if (of === 1) expect(parts[0]!.result.states).toBe(states);
    }
    expect(sharedWords(space.sharingKnowledge)).toEqual(words);
  });

  it('each shard of a larger one is needed: without it, nobody visits some of the states', async () => {
    const space = await spaceOf({ scenario: 'caller-migrates' });
    const { states } = finished(search(space, UNBOUNDED));
    const parts = [1, 2, 3].map((index) => part(space, index, 3));
    for (const left of parts) expect(union(parts.filter((one) => one !== left)).size).toBeLessThan(states);
  });

  function union(parts: readonly { readonly states: Set<string> }[]): Set<string> {
    return new Set(parts.flatMap(({ states }) => [...states]));
  }
});

describe('what goes wrong', () => {
  const wrong: readonly Request[] = [
    { scenario: 'kthread-return', policy: 'none' },
    { scenario: 'interrupt-reschedules', policy: 'deferred-ipi-task' },
    { scenario: 'flag-left-behind', policy: 'deferred-task' },
  ];

  it.each(wrong)('$scenario under $policy: some shard finds it', async (request) => {
    for (const of of [2, 3]) {
      const found: boolean[] = [];
      for (let index = 1; index <= of; index++) {
        const result = finished(search(await spaceOf(request), UNBOUNDED, { index, of, ...SPLIT }));
        expect(['violation', 'end-of-shard']).toContain(result.stoppedBy);
        found.push(result.found !== undefined);
      }
      expect(found).toContain(true);
    }
  });

  it('a shard that finds it has the shortest schedule of all, as one search has', async () => {
    const request = wrong[0]!;
    const one = await explored(request);
    const shard = await explored(request, { shard: { index: 2, of: 3, ...SPLIT } });
    expect(shard.outcome).toBe('allowed');
    expect(shard.witness!.schedule).toEqual(one.witness!.schedule);
  });
});

describe('what shards know to be shared', () => {
  const known = (...words: readonly (readonly [number, number, number])[]) => ({ words, interruptible: 2 });

  it('all together: the accesses of any of them', () => {
    expect(allShared([known([7, 1, 0], [9, 0, 1]), { words: [[7, 2, 4]], interruptible: 1 }])).toEqual({
      words: [
        [7, 3, 4],
        [9, 0, 1],
      ],
      interruptible: 3,
    });
    expect(allShared([])).toEqual({ words: [], interruptible: 0 });
  });

  it.each([
    ['a reader more of a word that is written', known([7, 1, 2]), known([7, 5, 2]), false],
    ['a writer more', known([7, 1, 2]), known([7, 1, 3]), false],
    ['two writers, and only one known', known([7, 0, 1]), known([7, 0, 3]), false],
    ['a word that the world outside writes', known([7, 1, 0]), known([7, 1, 1 << 30]), false],
    ['a cpu that is interrupted', known(), { words: [], interruptible: 3 }, false],
    ['readers of what nobody writes', known(), known([7, 3, 0]), true],
    ['a cpu alone with a word', known(), known([7, 2, 2]), true],
    ['the same', known([7, 1, 2]), known([7, 1, 2]), true],
  ])('%s', (_, one, all, isAware) => {
    expect(knowsConflicts(one, all)).toBe(isAware);
  });
});

describe('a shard', () => {
  it('never says forbidden, and ends at bounds like any search', async () => {
    const request = { scenario: 'kthread-return' };
    const shard = { index: 1, of: 1, ...SPLIT };
    expect(await explored(request, { shard })).toMatchObject({
      outcome: 'not-found-within-the-bound',
      result: { stoppedBy: 'end-of-shard' },
    });
    expect((await explored(request, { shard, maxStates: 10 })).result.stoppedBy).toBe('state-limit');
  });

  it('begins with what others know to be shared', async () => {
    const request = { scenario: 'kthread-return' };
    const shard = { index: 1, of: 2, ...SPLIT };
    const { sharing } = await explored(request);
    const stranger = { ...sharing, words: [...sharing.words, [0, 3, 3] as const] };
    const knowing = await explored(request, { shard, knowing: stranger });
    expect(knowing.sharing.words).toContainEqual([0, 3, 3]);
    expect((await explored(request, { shard })).sharing.words).not.toContainEqual([0, 3, 3]);
  });

  it('searches a run of the level that is split, and all of them are all of it', () => {
    const of = 3;
    const level = Array.from({ length: 10 }, (_, i) => ({ way: [i], choices: [i] }));
    const runs = Array.from({ length: of }, (_, i) => {
      const agenda = new ShardAgenda({ index: i + 1, of, width: 10, beginning: 1e9 });
      for (const branch of level) agenda.relieve({ levels: 2, handOver: () => branch } as never);
      const run = [];
      for (let next = agenda.next(10); next; next = agenda.next(10)) run.push(next);
      return run;
    });
    expect(runs.map((run) => run.length)).toEqual([3, 3, 4]);
    expect(runs.flat()).toEqual(level);
  });
});
