import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedOrder, SingleOrder } from '../../src/oracle/eventOrder.js';
import { addTallies, type Finding, Judge, type Tally } from '../../src/oracle/judge.js';
import { NO_VERSION } from '../../src/trace/events.js';

const CPU = 1;
const SPACE = 1;
const UNIT = 0;
const VALUE = 42;

function judgeOf(executed: number, promised: number, count = 1): { judgement: string; tally: Tally } {
  const judge = new Judge(new SingleOrder());
  const judgement = judge.execute(CPU, SPACE, UNIT, executed, promised, count, VALUE);
  return { judgement, tally: judge.tally };
}

describe('an execution', () => {
  it('of the promised version is good', () => {
    expect(judgeOf(3, 3)).toMatchObject({ judgement: 'good', tally: { calls: 1, stale: 0, torn: 0 } });
  });

  it('of an older version is stale', () => {
    expect(judgeOf(2, 3)).toMatchObject({ judgement: 'stale', tally: { calls: 1, stale: 1, torn: 0 } });
  });

  it('of a newer version is good: a store may be seen before it is promised', () => {
    expect(judgeOf(4, 3)).toMatchObject({ judgement: 'good', tally: { calls: 1, stale: 0 } });
  });

  it('of the code as first mapped is good while nothing is promised', () => {
    expect(judgeOf(0, 0).judgement).toBe('good');
  });

  it('of no version is torn, and not stale as well', () => {
    expect(judgeOf(NO_VERSION, 3)).toMatchObject({ judgement: 'torn', tally: { stale: 0, torn: 1 } });
  });

  it('of no version is torn also where nothing is promised', () => {
    expect(judgeOf(NO_VERSION, 0).judgement).toBe('torn');
  });

  it('counts as often as it was made', () => {
    expect(judgeOf(2, 3, 1000).tally).toMatchObject({ calls: 1000, stale: 1000 });
  });
});

describe('the finding', () => {
  it('is the first execution that went wrong, with all there is to know about it', () => {
    const judge = new Judge(new SingleOrder());
    judge.execute(CPU, SPACE, UNIT, 1, 1, 5, 10);
    judge.execute(CPU, SPACE, UNIT, 1, 2, 5, 11);
    judge.execute(CPU, SPACE, 7, NO_VERSION, 2, 5, 12);
    const finding: Finding = {
      judgement: 'stale',
      cpu: CPU,
      unit: UNIT,
      executed: 1,
      promised: 2,
      value: 11,
    };
    expect(judge.tally.finding).toEqual(finding);
  });

  it('is absent where all is well', () => {
    expect(judgeOf(1, 1).tally.finding).toBeUndefined();
  });
});

describe('the other events', () => {
  it('are counted: publications, serializations by point, faults', () => {
    const judge = new Judge(new SingleOrder());
    const fault = { cpu: CPU, unit: UNIT, message: 'invalid opcode' };
    judge.promise();
    judge.promise();
    for (const point of ['iret', 'cpuid', 'iret']) judge.serialize(CPU, point);
    judge.fault(fault);
    expect(judge.tally).toMatchObject({
      calls: 0,
      publications: 2,
      serializations: { iret: 2, cpuid: 1 },
      faults: [fault],
    });
  });

  it('a tally is a copy: what happens later does not change it', () => {
    const judge = new Judge(new SingleOrder());
    const before = judge.tally;
    judge.promise();
    judge.fault({ cpu: CPU, unit: UNIT, message: '' });
    judge.serialize(CPU, 'iret');
    expect(before).toMatchObject({ publications: 0, faults: [], serializations: {} });
  });
});

describe('P-SYNC', () => {
  const CALLER = 8;
  const call = (judge: Judge): void => void judge.execute(CPU, SPACE, UNIT, 0, 0, 1, VALUE);

  it('a fetch after the call, on a cpu that has not serialized since its first barrier, breaks it', () => {
    const judge = new Judge(new SingleOrder());
    judge.serialize(CPU, 'iret');
    judge.barrierEntered(CALLER);
    judge.barrierReturned(CALLER, SPACE);
    call(judge);
    expect(judge.tally.unserialized).toBe(1);
  });

  it('a serialization during the call, or after it, keeps it', () => {
    for (const during of [true, false]) {
      const judge = new Judge(new SingleOrder());
      judge.barrierEntered(CALLER);
      if (during) judge.serialize(CPU, 'iret');
      judge.barrierReturned(CALLER, SPACE);
      if (!during) judge.serialize(CPU, 'iret');
      call(judge);
      expect(judge.tally.unserialized).toBe(0);
    }
  });

  it('holds until the call has returned', () => {
    const judge = new Judge(new SingleOrder());
    judge.barrierEntered(CALLER);
    call(judge);
    expect(judge.tally.unserialized).toBe(0);
  });

  it('is per cpu and per address space', () => {
    const judge = new Judge(new SingleOrder());
    judge.barrierEntered(CALLER);
    judge.barrierReturned(CALLER, SPACE);
    judge.serialize(CPU + 1, 'iret');
    judge.execute(CPU + 1, SPACE, UNIT, 0, 0, 1, VALUE);
    judge.execute(CPU, SPACE + 1, UNIT, 0, 0, 1, VALUE);
    expect(judge.tally.unserialized).toBe(0);
    judge.execute(CPU, SPACE, UNIT, 0, 0, 3, VALUE);
    expect(judge.tally.unserialized).toBe(3);
  });

  it('two calls at once: what counts is the later of their first barriers, whoever returns last', () => {
    const judge = new Judge(new SingleOrder());
    judge.barrierEntered(CALLER);
    judge.serialize(CPU, 'iret');
    judge.barrierEntered(CALLER + 1);
    judge.barrierReturned(CALLER + 1, SPACE);
    judge.barrierReturned(CALLER, SPACE);
    call(judge);
    expect(judge.tally.unserialized).toBe(1);
  });

  it('is judged by judges of one cpu each, who share an order', () => {
    const words = SharedOrder.allocate(2, 2);
    const orders = [new SharedOrder(words, 2), new SharedOrder(words, 2)] as const;
    const judges = orders.map((order) => new Judge(order));
    const callOn = (cpu: number): number => {
      orders[cpu]!.aboutToExecute(SPACE);
      judges[cpu]!.execute(cpu, SPACE, UNIT, 0, 0, 1, VALUE);
      return judges[cpu]!.tally.unserialized;
    };
    judges[1]!.serialize(1, 'iret');
    judges[0]!.barrierEntered(0);
    expect(callOn(1)).toBe(0);
    judges[0]!.barrierReturned(0, SPACE);
    expect(callOn(1)).toBe(1);
    judges[1]!.serialize(1, 'iret');
    expect(callOn(1)).toBe(1);
    expect(addTallies(judges.map((judge) => judge.tally)).unserialized).toBe(1);
  });
});

describe('addTallies', () => {
  it('adds up, and keeps the first finding', () => {
    const good = judgeOf(1, 1, 3).tally;
    const stale = judgeOf(1, 2, 5).tally;
    const torn = judgeOf(NO_VERSION, 2, 7).tally;
    const sum = addTallies([good, stale, torn]);
    expect(sum).toMatchObject({ calls: 15, stale: 5, torn: 7 });
    expect(sum.finding).toBe(stale.finding);
  });

  it('of nothing is nothing', () => {
    expect(addTallies([])).toMatchObject({
      calls: 0,
      stale: 0,
      torn: 0,
      publications: 0,
      serializations: {},
      finding: undefined,
      faults: [],
    });
  });
});

/** What may happen on a cpu. */
type Event =
  | { readonly kind: 'promise' }
  | { readonly kind: 'serialize'; readonly point: string }
  | { readonly kind: 'fault' }
  | {
      readonly kind: 'execute';
      readonly executed: number;
      readonly promised: number;
      readonly count: number;
    };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('promise') }),
  fc.record({ kind: fc.constant('serialize'), point: fc.constantFrom('iret', 'cpuid', 'cr3') }),
  fc.record({ kind: fc.constant('fault') }),
  fc.record({
    kind: fc.constant('execute'),
    executed: fc.integer({ min: NO_VERSION, max: 4 }),
    promised: fc.integer({ min: 0, max: 4 }),
    count: fc.integer({ min: 1, max: 50 }),
  }),
);

/** The same by counting one call after the other, from the words of the rule. */
function naively(cpus: readonly (readonly Event[])[]): Omit<Tally, 'finding' | 'faults' | 'unserialized'> & {
  readonly faults: number;
  readonly firstBadCpu: number | undefined;
} {
  const calls = cpus.flatMap((events, cpu) =>
    events.flatMap((one) =>
      one.kind === 'execute'
        ? Array.from({ length: one.count }, () => ({
            cpu,
            torn: one.executed === -1,
            stale: one.executed !== -1 && one.executed < one.promised,
          }))
        : [],
    ),
  );
  const all = cpus.flat();
  const points = all.flatMap((one) => (one.kind === 'serialize' ? [one.point] : []));
  return {
    calls: calls.length,
    stale: calls.filter((call) => call.stale).length,
    torn: calls.filter((call) => call.torn).length,
    publications: all.filter((one) => one.kind === 'promise').length,
    serializations: Object.fromEntries(
      [...new Set(points)].map((point) => [point, points.filter((other) => other === point).length]),
    ),
    faults: all.filter((one) => one.kind === 'fault').length,
    firstBadCpu: calls.find((call) => call.stale || call.torn)?.cpu,
  };
}

function judged(events: readonly Event[], cpu: number): Tally {
  const judge = new Judge(new SingleOrder());
  for (const one of events) {
    if (one.kind === 'promise') judge.promise();
    if (one.kind === 'serialize') judge.serialize(cpu, one.point);
    if (one.kind === 'fault') judge.fault({ cpu, unit: UNIT, message: '' });
    if (one.kind === 'execute') {
      judge.execute(cpu, SPACE, UNIT, one.executed, one.promised, one.count, VALUE);
    }
  }
  return judge.tally;
}

describe('against counting one call after the other', () => {
  it('the same sums, for any events on any number of cpus', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 20 }), { maxLength: 4 }), (cpus) => {
        const { finding, faults, unserialized, ...sums } = addTallies(cpus.map(judged));
        expect({ ...sums, faults: faults.length, firstBadCpu: finding?.cpu }).toEqual(naively(cpus));
        expect(unserialized).toBe(0);
      }),
    );
  });
});
