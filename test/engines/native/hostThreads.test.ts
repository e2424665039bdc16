import { afterEach, describe, expect, it } from 'vitest';
import { HostThreads } from '../../../src/engines/native/hostThreads.js';
import { pingPongWords } from '../../../src/engines/native/wordPingPong.js';

let threads: HostThreads | undefined;
afterEach(() => threads?.close());

/** Bounds, not expectations. */
const LONG_MS = 60_000;
const SHORT_MS = 300;
describe('two threads of the host', () => {
  it('ring and answer: a sample a block, at least one', async () => {
    threads = new HostThreads(LONG_MS);
    const samples = await threads.roundTrips(pingPongWords(), { blocks: 3, trips: 2, budgetMs: 100 });
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.length).toBeLessThanOrEqual(3);
    for (const ns of samples) expect(ns).toBeGreaterThan(0);
  });

  it('a thread that nobody answers is ended, and the next job runs all the same', async () => {
    threads = new HostThreads(SHORT_MS);
    let released = 0;
    const word = new Int32Array(new SharedArrayBuffer(4));
    const spinning = threads.bounded(threads.run('spin', { word }), () => released++);
    await expect(spinning).rejects.toThrow('it was not done after 300 ms');
    expect(released).toBe(1);
    Atomics.store(word, 0, 1);
    await expect(threads.run('spin', { word })).resolves.toBeUndefined();
  });
});
