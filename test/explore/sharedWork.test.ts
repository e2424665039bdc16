import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedStateSet } from '../../src/explore/sharedStateSet.js';
import { END, SharedWork } from '../../src/explore/sharedWork.js';

describe('SharedStateSet', () => {
  it('is one set, whoever of several adds to it', () => {
    const half = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half, fc.nat({ max: 2 })), { maxLength: 200 }), (pairs) => {
        const words = SharedStateSet.allocate(256);
        const sets = Array.from({ length: 3 }, () => new SharedStateSet(words));
        const model = new Set<string>();
        for (const [low, high, who] of pairs) {
          // 0 is stored as 1: a collision like any other of the hash.
          const key = `${low || 1} ${high || 1}`;
          expect(sets[who]!.add(low, high)).toBe(!model.has(key));
          model.add(key);
        }
        expect(sets.reduce((sum, set) => sum + set.added, 0)).toBe(model.size);
      }),
    );
  });
});

describe('SharedWork', () => {
  it('gives each branch to one', () => {
    const words = SharedWork.allocate();
    const [one, other] = [new SharedWork(words, 2), new SharedWork(words, 2)];
    one.give({ way: [1, 2, 3], choices: [7] });
    one.give({ way: [], choices: [8, 9] });
    expect(other.take()).toEqual({ way: [], choices: [8, 9] });
    expect(one.take()).toEqual({ way: [1, 2, 3], choices: [7] });
  });

  it('ends when everybody waits and nothing is left', () => {
    const work = new SharedWork(SharedWork.allocate(), 1);
    expect(work.ended).toBe(END.no);
    expect(work.take()).toBeUndefined();
    expect(work.ended).toBe(END.done);
  });

  it('ends for the first reason', () => {
    const work = new SharedWork(SharedWork.allocate(), 2);
    work.end(END.sharingGrew);
    work.end(END.interrupted);
    expect(work.ended).toBe(END.sharingGrew);
    expect(work.take()).toBeUndefined();
  });

  it('counts the states of all', () => {
    const words = SharedWork.allocate();
    expect(new SharedWork(words, 2).countStates(3)).toBe(3);
    expect(new SharedWork(words, 2).countStates(4)).toBe(7);
  });
});
