import { describe, expect, it } from 'vitest';
import type { Calibration } from '../../../src/engines/native/calibration.js';
import type { HostMeasurements } from '../../../src/engines/native/hostMeasurements.js';
import { type CostName, inCycles } from '../../../src/hw/costProfile.js';
import { costProfile as GENERIC } from '../../../src/hw/costs/generic-x86-64.js';
import { costProfileSchema } from '../../../src/report/costProfileSchema.js';
import { blocks, calibrated, HOST, NOTHING_MEASURED, nothing, pairs, times } from './madeUpHost.js';

function nsOf({ costs }: Calibration, name: CostName): number | undefined {
  return costs.find((cost) => cost.name === name)?.summary?.median;
}

function reason({ costs }: Calibration, name: CostName): string | undefined {
  return costs.find((cost) => cost.name === name)?.notUsed;
}

describe('calibrate', () => {
  it('takes what is left when the rest of a block is taken away', () => {
    const calibration = calibrated();
    expect(nsOf(calibration, 'load')).toBe(2);
    expect(nsOf(calibration, 'store')).toBe(0.5);
    expect(nsOf(calibration, 'atomic')).toBe(7);
    expect(nsOf(calibration, 'call')).toBe(4);
    expect(nsOf(calibration, 'wordTransfer')).toBe(100);
    // There and back, with two writes and two reads.
    expect(nsOf(calibration, 'contextSwitch')).toBe((9000 - 2 * 1500) / 2);
    expect(calibration.profile.cyclesPerNs).toBe(2.5);
  });

  it('splits what can only be measured together as the other profile has it', () => {
    const calibration = calibrated();
    expect(nsOf(calibration, 'syscallEntry')).toBeCloseTo((260 * 70) / 130);
    expect(nsOf(calibration, 'syscallReturn')).toBeCloseTo((260 * 60) / 130);
    const [send, latency, jitter, entry] = (
      ['ipiSend', 'ipiLatency', 'ipiJitter', 'interruptEntry'] as const
    ).map((name) => nsOf(calibration, name)!);
    // By chance up to the whole jitter: half of it in the median. Less the way back of the answer.
    expect(send! + latency! + jitter! / 2 + entry!).toBeCloseTo(5300 - 800 - 100);
    expect(send! / latency!).toBeCloseTo(50 / 500);
  });

  it('is a profile that bench reads: with the spread and the source of what was measured', () => {
    const { profile } = calibrated();
    const read = costProfileSchema.parse({ schema: 'coresync.costs/1', ...profile });
    expect(read.costs.load).toEqual({
      value: 2,
      unit: 'ns',
      spread: 'q10..q90 2..2, n 20',
      source: expect.stringMatching(/^measured by coresync calibrate, median of 20 blocks: loads/),
    });
    expect(inCycles(profile).load).toBe(5);
    expect(read.costs.syscallEntry.source).toContain('as in generic-x86-64');
  });

  it('leaves what user space cannot see an assumption of the other profile', () => {
    const { profile, costs } = calibrated();
    const left: CostName[] = [
      'fence',
      'syncCore',
      'addressSpaceLoad',
      'interruptReturn',
      'decode',
      'lineClean',
      'lineInvalidate',
    ];
    expect(costs.filter(({ summary }) => !summary).map(({ name }) => name)).toEqual(left);
    for (const name of left) {
      const { value, unit, source, assumption } = profile.costs[name];
      expect({ value, unit }).toEqual({ value: GENERIC.costs[name].value, unit: GENERIC.costs[name].unit });
      expect(source).toBeUndefined();
      expect(assumption).toMatch(
        /^taken over from generic-x86-64 \(not measured here: (?!undefined)\w.*\): \w/,
      );
    }
  });
});

describe('what is not used, and why', () => {
  it('a difference that is negative', () => {
    const calibration = calibrated({ systemCall: pairs(340, 80) });
    expect(reason(calibration, 'syscallEntry')).toMatch(/^it came out as -\d+/);
    expect(calibration.profile.costs.syscallEntry).toMatchObject({
      value: 70,
      unit: 'cycles',
      assumption: expect.stringContaining('not used as measured: it came out as -'),
    });
  });

  it('a figure whose spread is larger than itself', () => {
    const calibration = calibrated({ wordRoundTrip: [...times(200), ...times(9000)] });
    expect(reason(calibration, 'wordTransfer')).toContain('is larger than itself');
  });

  it('a figure of a few blocks, which have no spread', () => {
    expect(reason(calibrated({ wordRoundTrip: [200, 200] }), 'wordTransfer')).toContain(
      '2 blocks are too few',
    );
  });

  it.each<[string, Partial<HostMeasurements>, string]>([
    ['no membarrier', { membarrierAlone: nothing }, 'nobody looked'],
    ['no second cpu', { membarrierBesidePeer: nothing }, 'nobody looked'],
    [
      'no count of interrupts',
      { membarrierAlone: blocks(800, undefined), membarrierBesidePeer: blocks(5300, undefined) },
      'this host does not show its function call interrupts',
    ],
    ['a peer that never ran', { membarrierBesidePeer: blocks(800, 0) }, '0 interrupted the peer'],
  ])('an interrupt: %s', (_, changed, why) => {
    for (const name of ['ipiSend', 'ipiLatency', 'ipiJitter', 'interruptEntry'] as const) {
      expect(reason(calibrated(changed), name)).toContain(why);
    }
  });

  it('a way back that is not known: that of the other profile is taken away', () => {
    const known = nsOf(calibrated(), 'ipiLatency')!;
    const unknown = nsOf(calibrated({ wordRoundTrip: nothing }), 'ipiLatency')!;
    const share = known / (5300 - 800 - 100);
    expect(unknown).toBeCloseTo(share * (5300 - 800 - 40));
  });

  it('a proportion that the other profile does not have', () => {
    const free = { value: 0, unit: 'cycles', assumption: 'free' } as const;
    const base = { ...GENERIC, costs: { ...GENERIC.costs, syscallEntry: free, syscallReturn: free } };
    expect(reason(calibrated({}, base), 'syscallReturn')).toContain('has no proportion of syscallEntry');
  });

  it('nothing at all: the other profile, in its own words', () => {
    const calibration = calibrated(NOTHING_MEASURED);
    expect(inCycles(calibration.profile)).toEqual({ ...inCycles(GENERIC), name: HOST.name });
    expect(calibration).toMatchObject({ observations: [], clockNotUsed: 'nobody looked' });
  });
});
