import { describe, expect, it } from 'vitest';
import type { WitnessStep } from '../../src/explore/witness.js';
import type { ReplayDocument } from '../../src/report/replayText.js';
import { replayTrace } from '../../src/report/replayTrace.js';
import { lintTrace } from './traceLint.js';

const DOCUMENT: ReplayDocument = {
  schema: 'coresync.replay/1',
  scenario: 'running-peer',
  arch: 'x86-64',
  policy: 'none',
  schedule: '0 1 !1 1',
  violation: 'stale',
  lanes: [],
};

const STALE = { kind: 'stale', cpu: 1, executed: 0, promised: 1 } as const;

function step(cpu: number, task: string, what: string, more: Partial<WitnessStep> = {}): WitnessStep {
  return {
    ...{ cpu, task, what, interrupts: undefined, isArrival: false, violation: undefined },
    ...{ stations: { memory: 1, pou: 1, decoded: [undefined, 0] }, promised: 1 },
    ...more,
  };
}

describe('a replayed schedule as a trace', () => {
  const text = replayTrace(DOCUMENT, 2, [
    step(0, 'jit', 'sends an interrupt to cpu 1', { interrupts: 1 }),
    step(1, 'idle', 'wakes'),
    step(1, 'executor', 'an interrupt arrives', { isArrival: true }),
    step(1, 'executor', 'calls the code', { violation: STALE }),
  ]);
  const { traceEvents, otherData } = JSON.parse(text);

  it('keeps the rules of the format', () => {
    expect(lintTrace(text)).toEqual([]);
    expect(otherData).toMatchObject({
      clock: 'a schedule: 1 us is 1 step',
      schedule: '0 1 !1 1',
      leftOut: 0,
    });
  });

  it('has a slice per step in that of its task, an arrow per interrupt, and what went wrong', () => {
    const shown = traceEvents
      .filter(({ ph }: { ph: string }) => ph !== 'M')
      .map(({ ph, tid, ts, dur, name }: Record<string, unknown>) => [ph, tid, ts, dur, name]);
    expect(shown).toEqual([
      ['X', 1, 0, 4, 'jit'],
      ['X', 1, 0, 1, 'sends an interrupt to cpu 1'],
      ['s', 1, 0, undefined, 'IPI'],
      ['X', 2, 1, 1, 'idle'],
      ['X', 2, 1, 1, 'wakes'],
      ['X', 2, 2, 2, 'executor'],
      ['X', 2, 2, 1, 'an interrupt arrives'],
      ['f', 2, 2, undefined, 'IPI'],
      ['X', 2, 3, 1, 'calls the code'],
      ['i', 2, 3, undefined, 'STALE'],
    ]);
    const last = traceEvents.find(({ name }: { name: string }) => name === 'calls the code');
    expect(last.args).toEqual({ step: 4, promised: 1, memory: 1, pou: 1, 'decoded by cpu 1': 0 });
  });
});
