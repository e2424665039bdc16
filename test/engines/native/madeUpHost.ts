/** What was measured on a host that does not exist: every number is one that a test gets back. */
import type { BlockPair } from '../../../src/engines/native/blocks.js';
import { type Calibration, calibrate } from '../../../src/engines/native/calibration.js';
import type { HostMeasurements } from '../../../src/engines/native/hostMeasurements.js';
import type { MembarrierBlock } from '../../../src/engines/native/membarrierBlocks.js';
import type { CostProfile } from '../../../src/hw/costProfile.js';
import { costProfile as GENERIC } from '../../../src/hw/costs/generic-x86-64.js';

const N = 20;
export const times = <Value>(value: Value): Value[] => Array.from({ length: N }, () => value);
export const pairs = (without: number, withIt: number): BlockPair[] => times({ without, with: withIt });
export const blocks = (nsPerCall: number, interruptsPerCall: number | undefined): MembarrierBlock[] =>
  times({ nsPerCall, interruptsPerCall });

const MEASURED: HostMeasurements = {
  systemCall: pairs(80, 340),
  instructions: {
    pairs: { load: pairs(1, 3), store: pairs(1, 1.5), atomic: pairs(1, 8), call: pairs(1, 5) },
    nsPerCycle: times(0.4),
  },
  pipe: pairs(1500, 9000),
  wordRoundTrip: times(200),
  membarrierAlone: blocks(800, 0),
  membarrierBesidePeer: [...blocks(800, 0.01), ...blocks(5300, 1), ...blocks(2000, 0.4)],
};
export const HOST = { name: 'host-made-up', title: 'made up' };
export const nothing = { notMeasured: 'nobody looked' };
export const NOTHING_MEASURED: HostMeasurements = {
  systemCall: nothing,
  instructions: nothing,
  pipe: nothing,
  wordRoundTrip: nothing,
  membarrierAlone: nothing,
  membarrierBesidePeer: nothing,
};

export function calibrated(
  changed: Partial<HostMeasurements> = {},
  base: CostProfile = GENERIC,
): Calibration {
  return calibrate({ ...MEASURED, ...changed }, base, HOST);
}
