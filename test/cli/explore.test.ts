import { describe, expect, it } from 'vitest';
import { type ExplorationDocument, explorationSchema } from '../../src/report/explorationSchema.js';
import { COLUMNS, coresync, linesOf } from './commandLine.js';

const WRONG = ['kthread-return', '--policy', 'none'];

async function exploreJson(
  ...args: string[]
): Promise<{ readonly status: number | null; readonly document: ExplorationDocument }> {
  const { status, stdout, stderr } = await coresync('explore', ...args, '--json');
  expect(stderr).toBe('');
  return { status, document: explorationSchema.parse(JSON.parse(stdout)) };
}

describe('explore', () => {
  it('a schedule goes wrong: allowed, exit 1, the schedule and what each step did', async () => {
    const { status, document } = await exploreJson(...WRONG);
    expect(status).toBe(1);
    expect(document).toMatchObject({ outcome: 'allowed', policy: 'none', stoppedBy: 'violation' });
    expect(document.witness).toMatchObject({ isShortest: true, violation: 'stale' });
    expect(document.witness!.lanes).toHaveLength(document.witness!.length);
  });

  it('no schedule does: forbidden, exit 0, and it was complete', async () => {
    const { status, document } = await exploreJson('kthread-return', '--policy', 'mainline');
    expect(status).toBe(0);
    expect(document).toMatchObject({ outcome: 'forbidden', complete: true, stoppedBy: 'exhausted' });
    expect(document.states).toBeGreaterThan(100);
    expect(document.witness).toBeUndefined();
  });

  it('a bound: not found, exit 3, and says which', async () => {
    const { status, document } = await exploreJson(
      ...['kthread-return', '--policy', 'mainline', '--max-states', '10'],
    );
    expect(status).toBe(3);
    expect(document).toMatchObject({ outcome: 'not-found-within-the-bound', complete: false });
    expect(document.stoppedBy).toBe('state-limit');
  });

  it('as text: lanes in 80 columns, the verdict last', async () => {
    const { status, stdout } = await coresync('explore', ...WRONG);
    expect(status).toBe(1);
    const lines = linesOf(stdout);
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.at(-1)).toMatch(/^verdict: allowed \(exhaustive\) — /);
    expect(stdout).toMatch(/^ {2}coresync replay kthread-return /m);
  });

  it('an architecture without SYNC_CORE: exit 3, the reason on stderr', async () => {
    const { status, stdout, stderr } = await coresync('explore', 'kthread-return', '--arch', 'loongarch64');
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: loongarch64 has no membarrier SYNC_CORE/);
  });
});

describe('replay', () => {
  it('the schedule that was printed: the same violation at its last step, exit 1', async () => {
    const { document } = await exploreJson(...WRONG);
    const { status, stdout, stderr } = await coresync(
      ...['replay', ...WRONG, document.witness!.schedule, '--json'],
    );
    expect(stderr).toBe('');
    expect(status).toBe(1);
    const replayed = JSON.parse(stdout);
    expect(replayed).toMatchObject({
      schema: 'coresync.replay/1',
      violation: document.witness!.violation,
      schedule: document.witness!.schedule,
    });
    expect(replayed.lanes.at(-1)).toMatchObject({ what: 'calls the code' });
  });

  it('less than all of it: nothing goes wrong yet, exit 0', async () => {
    const { status, stdout } = await coresync('replay', ...WRONG, '2x0');
    expect(status).toBe(0);
    expect(linesOf(stdout).at(-1)).toBe('replayed 2 accesses: nothing went wrong on this schedule');
  });
});

describe('bad input: exit 2, says what and what to do', () => {
  it.each([
    ['no step of a schedule', ['replay', ...WRONG, '0 zz'], "'zz' is no step of a schedule"],
    ['no schedule', ['replay', ...WRONG, ' '], 'the schedule has no steps'],
    ['a cpu that is not there', ['replay', ...WRONG, '0 7'], "'7' is a step of cpu 7; there are 2"],
    ['a step that cannot happen', ['replay', ...WRONG, '!1'], 'step 1 of 1 (!1: an interrupt arrives)'],
    ['an unknown scenario', ['explore', 'kthread-retrun'], "did you mean 'kthread-return'?"],
    ['an unknown beginning', ['explore', ...WRONG, '--from', 'bot'], "did you mean 'boot'?"],
    ['an unknown kernel', ['explore', ...WRONG, '--kernel', '6.y'], "did you mean '6.x'?"],
    ['an unknown option', ['explore', ...WRONG, '--max-state', '3'], "did you mean '--max-states'?"],
    ['too many cpus', ['explore', ...WRONG, '--cpus', '9'], 'expected a whole number from 2 to 8'],
    ['an unknown policy', ['matrix', '--policy', 'non'], "unknown policy 'non'; did you mean 'none'?"],
    [
      'an unknown scenario in the matrix',
      ['matrix', '--scenario', 'torn-path'],
      "did you mean 'torn-patch'?",
    ],
    ['an unknown option of the matrix', ['matrix', '--seed', '3'], "did you mean '--seeds'?"],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await coresync(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(linesOf(stderr).length).toBeGreaterThan(1);
  });
});
