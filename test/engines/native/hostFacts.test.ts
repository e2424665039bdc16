import { describe, expect, it } from 'vitest';
import { callInterruptsIn } from '../../../src/engines/native/callInterrupts.js';
import { pageBytesIn, quotaIn } from '../../../src/engines/native/hostFacts.js';

describe('the quota of a control group', () => {
  it.each([
    ['150000 100000\n', 1.5],
    ['max 100000\n', undefined],
    ['-1 100000', undefined],
    ['undefined undefined', undefined],
    ['', undefined],
  ])('%j is %s', (text, cpus) => {
    expect(quotaIn(text)).toBe(cpus);
  });
});

describe('the page size', () => {
  const vector = (...words: readonly bigint[]): Buffer => Buffer.from(BigUint64Array.from(words).buffer);

  it('is found by its key, wherever it stands', () => {
    expect(pageBytesIn(vector(33n, 0x7fffn, 6n, 16384n, 0n, 0n))).toBe(16384);
  });

  it('may be missing, or cut off', () => {
    expect(pageBytesIn(vector(33n, 6n, 0n, 0n))).toBeUndefined();
    expect(pageBytesIn(vector(6n))).toBeUndefined();
  });
});

describe('function call interrupts', () => {
  it.each([
    [
      'x86-64',
      '           CPU0       CPU1       \n RES:    4550785    4303811   Rescheduling interrupts\n CAL:        120         30   Function call interrupts\n',
      150,
    ],
    [
      'arm64',
      '           CPU0       CPU1\nIPI0:       600        700       Rescheduling interrupts\nIPI1:         5          6       Function call interrupts\n',
      11,
    ],
    ['none', '           CPU0\n 16:    1  IR-IO-APIC    1-edge      i8042\n', undefined],
  ])('%s', (_, text, count) => {
    expect(callInterruptsIn(text)).toBe(count);
  });
});
