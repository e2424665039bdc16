import { expect, it } from 'vitest';
import { doctorSchema } from '../../src/report/doctorSchema.js';
import { COLUMNS, coresync, linesOf, outcomeOf, start } from './commandLine.js';

it('doctor: a line a check, and a verdict for each engine', async () => {
  const { status, stdout, stderr } = await coresync('doctor');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const lines = linesOf(stdout);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS);
  for (const name of ['cpu', 'workers', 'cores', 'load', 'round-trip', 'noise', 'clock', 'koffi']) {
    expect(stdout).toMatch(new RegExp(`^(ok|warning|missing) +${name} +\\S`, 'm'));
  }
  expect(stdout).toMatch(/\n {2}virtual +exact, here as everywhere: its time is virtual\n/);
});

it('doctor --json: one document', async () => {
  const { status, stdout, stderr } = await coresync('doctor', '--json');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { checks } = doctorSchema.parse(JSON.parse(stdout));
  expect(checks.find(({ name }) => name === 'round-trip')?.summary?.n).toBeGreaterThan(0);
});

it('doctor on a host where no thread is to be had: says so, exit 3', async () => {
  const { status, stdout, stderr } = await outcomeOf(start(['doctor'], { refusesWorkers: true }));
  expect(stderr).toBe('');
  expect(status).toBe(3);
  expect(stdout).toMatch(/^missing +workers +no thread to be had$/m);
  expect(stdout).toMatch(/^ +threads +cannot run: workers$/m);
});
