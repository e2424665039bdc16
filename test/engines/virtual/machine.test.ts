import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.js';
import { Machine } from '../../../src/engines/virtual/machine.js';

const SEEDS = 40;
const OPERATIONS = 60;

describe('a thread does its operation whatever the others have just done', () => {
  it('also where it was on its way to sleep for the first time', async () => {
    const machine = await Machine.boot({ cpus: 2 });
    const process = machine.createProcess('jit');
    const [first, second] = [process.createThread({ cpu: 0 }), process.createThread({ cpu: 1 })];
    expect(second.call('hot')).toBe(0);
    expect(first.call('hot')).toBe(0);
  });

  it('in any order, on one cpu or on several, new threads among them', async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(seed);
      const cpus = 1 + random.below(3);
      const machine = await Machine.boot({ cpus, threads: 6 });
      const process = machine.createProcess('jit');
      const threads = [process.createThread({ cpu: 0 })];
      for (let i = 0; i < OPERATIONS; i++) {
        if (threads.length < 6 && random.below(5) === 0)
          threads.push(process.createThread({ cpu: random.below(cpus) }));
        const thread = threads[random.below(threads.length)]!;
        expect(random.below(4) === 0 ? thread.migrate(random.below(cpus)) : thread.call('hot')).toBe(0);
      }
    }
  });
});
