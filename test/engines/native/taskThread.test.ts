import { beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord, PatchedCode } from '../../../src/engines/native/patchedCode.js';
import { type TaskCalls, type TaskOutcome, TaskThread } from '../../../src/engines/native/taskThread.js';
import { declareWords } from '../../../src/engines/native/taskWords.js';
import type { Situation } from '../../../src/engines/situation.js';
import { STOP } from '../../../src/engines/stop.js';
import { immediateOf } from '../../../src/jit/version.js';
import type { Step } from '../../../src/scenarios/scenario.js';
import { situationOf } from '../threads/situations.js';

/** Functions that run what a test says, whatever was stored. */
class MadeUpCode implements PatchedCode {
  readonly stored: string[] = [];
  serialized = 0;
  readonly #gives: (call: number) => readonly [promised: number, value: number];
  #calls = 0;

  /** @param gives by number of the call, from 0 on. */
  constructor(gives: (call: number) => readonly [promised: number, value: number]) {
    this.#gives = gives;
  }

  call(_unit: number, times: number): CallRecord {
    return Int32Array.from(Array.from({ length: times }, () => this.#gives(this.#calls++)).flat());
  }

  storeCount(): number {
    return 2;
  }

  store(_unit: number, version: number, part: number): void {
    this.stored.push(`${version}.${part}`);
  }

  serialize(): void {
    this.serialized++;
  }
}

/** A kernel that answers every call with the same. */
function answering(result: number): TaskCalls {
  const answer = (): number => result;
  return {
    membarrier: answer,
    migrate: answer,
    mprotect: answer,
    flushTlb: answer,
    getpid: answer,
    schedYield: answer,
    contextSwitches: answer,
  };
}

const PUBLISH: readonly Step[] = [
  { op: 'store-part', site: 'hot', part: 0 },
  { op: 'store-part', site: 'hot', part: 1 },
  { op: 'promise', site: 'hot' },
];

let base: Situation;
beforeAll(async () => {
  base = await situationOf([{ name: 'one', process: 'jit', on: 'first', program: [] }]);
}, 30_000);

async function ran(
  program: readonly Step[],
  code: PatchedCode,
  calls: TaskCalls = answering(0),
): Promise<TaskOutcome & { readonly stop: number; readonly variable: (name: string) => number }> {
  const { spec } = await situationOf([{ name: 'one', process: 'jit', on: 'first', program }]);
  const layout = declareWords(spec);
  const words = new Int32Array(new SharedArrayBuffer(layout.byteLength));
  const job = {
    task: 0,
    spec,
    placements: base.images.map(({ placement }) => placement),
    mapped: { executable: 0, writable: 0 },
    words,
    hostCpus: [0, 1],
    startTimeoutMs: 1000,
  };
  return {
    ...new TaskThread(job, code, calls).run(),
    stop: words[layout.run.stop(0)]!,
    variable: (name) => words[layout.variable.value(spec.variables.indexOf(name))]!,
  };
}

describe('what is called is judged against what had been promised before the call', () => {
  it('the promised version: good', async () => {
    const code = new MadeUpCode(() => [1, immediateOf(1)]);
    const { tally } = await ran([...PUBLISH, { op: 'call', site: 'hot', times: 3 }], code);
    expect(tally).toMatchObject({ calls: 3, stale: 0, torn: 0, publications: 1, finding: undefined });
  });

  it('an older one: stale, call by call', async () => {
    const code = new MadeUpCode((call) => (call === 4 ? [1, immediateOf(0)] : [1, immediateOf(1)]));
    const { tally } = await ran([...PUBLISH, { op: 'call', site: 'hot', times: 10 }], code);
    expect(tally).toMatchObject({
      calls: 10,
      stale: 1,
      torn: 0,
      finding: { judgement: 'stale', cpu: 0, unit: 0, executed: 0, promised: 1, value: immediateOf(0) },
    });
  });

  it('an older one that nothing newer had been promised before: good', async () => {
    const code = new MadeUpCode((call) => (call < 5 ? [0, immediateOf(0)] : [1, immediateOf(1)]));
    const { tally } = await ran([...PUBLISH, { op: 'call', site: 'hot', times: 10 }], code);
    expect(tally).toMatchObject({ calls: 10, stale: 0, torn: 0 });
  });

  it('a value of no version: torn', async () => {
    const code = new MadeUpCode(() => [1, immediateOf(1) ^ 0x01000000]);
    const { tally } = await ran([...PUBLISH, { op: 'call', site: 'hot', times: 2 }], code);
    expect(tally).toMatchObject({ calls: 2, torn: 2, finding: { judgement: 'torn', executed: -1 } });
  });

  it('a version that nobody has announced yet: torn', async () => {
    const code = new MadeUpCode(() => [0, immediateOf(9)]);
    const { tally } = await ran([{ op: 'call', site: 'hot', times: 1 }], code);
    expect(tally).toMatchObject({ torn: 1 });
  });

  it('more calls than one record holds are all judged', async () => {
    const code = new MadeUpCode((call) => [1, immediateOf(call === 9999 ? 0 : 1)]);
    const { tally } = await ran([...PUBLISH, { op: 'call', site: 'hot', times: 10_000 }], code);
    expect(tally).toMatchObject({ calls: 10_000, stale: 1 });
  });
});

describe('a program', () => {
  const good = (): MadeUpCode => new MadeUpCode(() => [0, immediateOf(0)]);

  it('stores a part at a time, and announces a version once', async () => {
    const code = good();
    const { counters } = await ran([...PUBLISH, { op: 'store', site: 'hot' }], code);
    expect(code.stored).toEqual(['1.0', '1.1', '2.0', '2.1']);
    expect(counters.patches).toBe(2);
  });

  it('does data, rounds and waits for what has come already', async () => {
    const { variable, counters, stop } = await ran(
      [
        {
          op: 'rounds',
          body: [
            { op: 'add', variable: 'sum', amount: 2 },
            { op: 'set', variable: 'round', to: { perRound: 10 } },
            { op: 'spin', until: 'sum', atLeast: { perRound: 2 } },
            { op: 'wake', event: 'bell' },
            { op: 'wait', event: 'bell', signals: { perRound: 1 } },
            { op: 'call-into', site: 'hot', into: 'executed' },
            { op: 'load', variable: 'round', into: 'kept' },
          ],
        },
      ],
      good(),
    );
    const rounds = base.rounds;
    expect([variable('sum'), variable('round'), variable('kept')]).toEqual([
      2 * rounds,
      10 * rounds,
      10 * rounds,
    ]);
    expect(variable('executed')).toBe(0);
    expect(counters.syscalls).toBe(2 * rounds);
    expect(stop).toBe(STOP.no);
  });

  it('serializes, which is counted; whatever else serializes nobody sees', async () => {
    const code = good();
    const { tally } = await ran([{ op: 'serialize' }, { op: 'getpid' }], code);
    expect(code.serialized).toBe(1);
    expect(tally).toMatchObject({ serializations: { 'user-serialize': 1 }, unserialized: 0 });
  });
});
