import { expect, it } from 'vitest';
import { COST_NAMES } from '../../src/hw/costProfile.js';
import { calibrationText } from '../../src/report/calibrationText.js';
import { plain } from '../../src/report/paint.js';
import { calibrated, NOTHING_MEASURED, pairs } from '../engines/native/madeUpHost.js';

it('a line a cost in 80 columns, why one was not used, and what to run next', () => {
  const calibration = calibrated({ systemCall: pairs(340, 80) });
  const lines = calibrationText(calibration, 'host.json', plain).trimEnd().split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  for (const name of COST_NAMES) {
    expect(lines.filter((line) => line.startsWith(`  ${name} `))).not.toEqual([]);
  }
  expect(lines.find((line) => line.startsWith('  load '))).toMatch(
    /2\.00 +2\.00\.\.2\.00 +20 +1\.33 +measured$/,
  );
  expect(lines.find((line) => line.startsWith('  decode '))).toMatch(/33\.33 +assumed$/);
  expect(lines.find((line) => line.startsWith('  ipiSend '))).toMatch(/ split$/);
  expect(lines.join('\n')).toContain('  syscallEntry, syscallReturn: it came out as -260 ns\n');
  expect(lines.join('\n')).toContain('on a quieter host');
  expect(lines.at(-1)).toBe('Next: coresync bench kthread-bounce-load --costs host.json');
});

it('where nothing was measured: so it says', () => {
  const calibration = calibrated(NOTHING_MEASURED);
  const text = calibrationText(calibration, undefined, plain);
  expect(text).toContain('0 of 19 are measured');
  expect(text).toContain('3 cycles per ns, of generic-x86-64');
  expect(text).toMatch(/\nNext: coresync calibrate --save \S+\n$/);
});
