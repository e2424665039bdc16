import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventOrder, SharedOrder, SingleOrder } from '../../src/oracle/eventOrder.js';

const TASKS = 3;
const MMS = 2;

type Happening =
  | { readonly kind: 'enter'; readonly task: number }
  | { readonly kind: 'return'; readonly task: number; readonly space: number };

const task = fc.nat({ max: TASKS - 1 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('enter'), task }),
  fc.record({ kind: fc.constant('return'), task, space: fc.nat({ max: MMS - 1 }) }),
);

/** @returns what each address space is owed since, after each event. */
function owed(
  events: readonly Happening[],
  order: (event: number) => EventOrder,
  look: (space: number) => number,
): number[][] {
  return events.map((event, index) => {
    if (event.kind === 'enter') order(index).entered(event.task);
    else order(index).returned(event.task, event.space);
    return Array.from({ length: MMS }, (_, space) => look(space));
  });
}

describe('the shared order', () => {
  it('is the single one, whoever of three cpus an event happens on', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (events) => {
        const single = new SingleOrder();
        const words = SharedOrder.allocate(TASKS, MMS);
        const shared = Array.from({ length: 3 }, () => new SharedOrder(words, TASKS));
        const seenByAnyone = (space: number): number => {
          shared[space]!.aboutToExecute(space);
          return shared[space]!.owedSince();
        };
        expect(owed(events, (index) => shared[index % 3]!, seenByAnyone)).toEqual(
          owed(
            events,
            () => single,
            (space) => single.owedSince(space),
          ),
        );
      }),
    );
  });

  it('a call that returns while code runs does not count for that code', () => {
    const order = new SharedOrder(SharedOrder.allocate(TASKS, MMS), TASKS);
    order.entered(0);
    order.aboutToExecute(1);
    order.returned(0, 1);
    expect(order.owedSince()).toBe(0);
    order.aboutToExecute(1);
    expect(order.owedSince()).toBeGreaterThan(0);
  });
});
