import { describe, expect, it } from 'vitest';
import { type Dropped, spontaneousRefresh } from '../../src/hw/refresh.js';

const EXECUTIONS = 4000;

function sequence(seed: number, cpu: number): Dropped[] {
  const next = spontaneousRefresh('typical', seed, cpu)!;
  return Array.from({ length: EXECUTIONS }, next);
}

describe('typical hardware', () => {
  it('drops one in eight, and the icache along with half of those', () => {
    const dropped = sequence(1, 0).filter((one) => one !== 'nothing');
    expect(dropped.length / EXECUTIONS).toBeCloseTo(1 / 8, 1);
    expect(dropped.filter((one) => one === 'decoded-and-icache').length / dropped.length).toBeCloseTo(0.5, 1);
  });

  it('drops the same for the same seed, and else what another cpu or seed does not', () => {
    expect(sequence(7, 1)).toEqual(sequence(7, 1));
    expect(sequence(7, 1)).not.toEqual(sequence(7, 2));
    expect(sequence(7, 1)).not.toEqual(sequence(8, 1));
  });
});

it('adversarial hardware drops nothing', () => {
  expect(spontaneousRefresh('adversarial', 1, 0)).toBeUndefined();
});
