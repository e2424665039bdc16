import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ExplorationDocument, explorationSchema } from '../../src/report/explorationSchema.js';
import { COLUMNS, coresync, linesOf, outcomeOf, pasted, start } from './commandLine.js';

const WRONG = ['kthread-return', '--policy', 'none'];

function replayCommandIn(text: string): string {
  return /^Replay\n(.*?)\n\n/ms.exec(text)?.[1] ?? '';
}

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

  it('a parameter of the scenario: chosen with -p, and part of the line that replays', async () => {
    const noKick = await coresync('explore', 'jump-label-no-kick', '-p', 'kick=0');
    expect(noKick.status).toBe(1);
    expect(noKick.stdout).toMatch(/--placement[\s\\]+within-word[\s\\]+-p[\s\\]+kick=0/);
    const { status, document } = await exploreJson('jump-label-no-kick', '-p', 'kick=1', '-p', 'promise=1');
    expect([status, document.parameters]).toEqual([0, { kick: 1, promise: 1 }]);
  });

  it.each([
    [['-p', 'kick'], /^error: -p is 'kick'; expected a parameter and a whole number/],
    [['-p', 'kik=1'], /^error: unknown parameter of jump-label-no-kick 'kik'; did you mean 'kick'/],
    [['-p', 'kick=2'], /^error: kick is 2; expected a whole number from 0 to 1/],
  ] as const)('%j: exit 2, and nothing is started', async (options, message) => {
    const { status, stdout, stderr } = await coresync('explore', 'jump-label-no-kick', ...options);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('the line that replays: what it says, with points left out and a placement', async () => {
    const { stdout } = await coresync('explore', 'text-poke-int3', '--without', 'text-poke-sync-tail');
    const replayed = await pasted(replayCommandIn(stdout));
    expect(replayed.stderr).toBe('');
    expect(replayed.status).toBe(1);
    expect(replayed.stdout).toMatch(/^replayed \d+ accesses: torn at the last step$/m);
  });

  it('a schedule of more than a line can be pasted as well', async () => {
    const removed = ['--kernel', '5.4', '--without', 'membarrier-entry', '--memory', 'tso'];
    const { stdout } = await coresync('explore', 'ordering-c-switch-in', ...removed);
    const command = replayCommandIn(stdout);
    expect(command.split("'")[1]).toMatch(/\n/);
    const replayed = await pasted(command);
    expect(replayed.stderr).toBe('');
    expect(replayed.stdout).toMatch(/^replayed \d+ accesses: forbidden-outcome/m);
  });

  it('a barrier that was left out where nothing is reordered: says so', async () => {
    const removed = ['ordering-c-switch-in', '--kernel', '5.4', '--without', 'membarrier-entry'];
    const { stdout, status } = await coresync('explore', ...removed);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nMind\n {2}membarrier-entry: a memory barrier\. /);
    expect((await coresync('explore', ...removed, '--memory', 'tso')).stdout).not.toMatch(/^Mind$/m);
  });

  it('a point that no schedule passes was left out: says so, and not where it is passed', async () => {
    const { document } = await exploreJson('kthread-return', '--without', 'do-sync-core', 'ipi-sync-core');
    expect(document.neverPassed).toEqual(['do-sync-core', 'ipi-sync-core']);
    const { stdout } = await coresync('explore', 'kthread-return', '--without', 'do-sync-core');
    expect(stdout).toMatch(/\nMind\n {2}do-sync-core: no schedule passes an access of it/);
    const both = ['--without', 'do-sync-core', 'membarrier-entry'];
    expect((await coresync('explore', 'kthread-return', ...both)).stdout).toMatch(
      /\nMind\n {2}do-sync-core: .* {2}membarrier-entry: a memory barrier/s,
    );
    const passed = await exploreJson('kthread-return', '--without', 'membarrier-entry');
    expect(passed.document.neverPassed).toBeUndefined();
  });

  it('where nothing is ever published, nothing is forbidden: exit 3', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'coresync-nothing-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const protocol = join(directory, 'nothing.json');
    writeFileSync(protocol, '{ "summary": "never publishes", "writer": ["store"] }');
    for (const scenario of ['publication', 'kthread-return']) {
      const { status, document } = await exploreJson(scenario, '--protocol', protocol);
      expect(status).toBe(3);
      expect(document).toMatchObject({ complete: false, stoppedBy: 'nothing-published' });
    }
  });

  it('a point that was left out is not told as if it had been there', async () => {
    const left = ['--without', 'finish-task-switch-sync'];
    const { document } = await exploreJson('kthread-return', ...left);
    const steps = document.witness!.lanes.map(({ what }) => what);
    expect(steps).toContain('does not serialize (finish-task-switch-sync)');
    expect(steps).not.toContain('serializes (finish-task-switch-sync)');
  });

  it('the line that replays is quoted so that an interactive shell leaves `!1` alone', async () => {
    const { stdout } = await coresync('explore', 'ordering-global-lazy', '--memory', 'tso');
    expect(replayCommandIn(stdout)).toMatch(/ '[^'"]*!1[^'"]*'$/);
  });

  it.each([
    ['--executions', '5', 'execution-limit'],
    ['--max-preemptions', '0', 'preemption-limit'],
  ])('%s: not found within it, exit 3', async (option, bound, stoppedBy) => {
    const { status, document } = await exploreJson('kthread-return', '--policy', 'mainline', option, bound);
    expect(status).toBe(3);
    expect(document).toMatchObject({ outcome: 'not-found-within-the-bound', complete: false, stoppedBy });
  });

  it('SIGINT is seen in the middle of a search: exit 130, with what was seen so far', async () => {
    // A search of a minute or more, interrupted after a few seconds.
    const child = start(['explore', 'crossroads', '--rounds', '2', '--json']);
    const ended = outcomeOf(child);
    setTimeout(() => child.kill('SIGINT'), 5000);
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    const document = explorationSchema.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ complete: false, stoppedBy: 'interrupted' });
  });

  it('as text: lanes in 80 columns, the verdict last', async () => {
    const { status, stdout } = await coresync('explore', ...WRONG);
    expect(status).toBe(1);
    const lines = linesOf(stdout);
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.at(-1)).toMatch(/^verdict: allowed \(exhaustive\) — /);
    const command = replayCommandIn(stdout);
    expect(command).toMatch(/^ {2}coresync replay kthread-return .* \\$/m);
    const again = await pasted(command);
    expect(again.stderr).toBe('');
    expect(again.stdout).toMatch(/: stale at the last step\n$/);
    expect(again.status).toBe(1);
  });

  it('says what it was of: also what is laid over the kernel, and what the JIT does about it', async () => {
    const asked = [
      'kthread-return',
      '--overlay',
      'enosys',
      '--reaction',
      'abort',
      '--placement',
      'across-line',
    ];
    const { stdout } = await coresync('explore', ...asked);
    expect(stdout.replace(/\s+/g, ' ')).toContain('across-line, overlay enosys, reaction abort');
  });

  it('a workload that publishes nothing: exit 3, no proof', async () => {
    const { status, stdout } = await coresync('explore', 'sched-pipe-threads');
    expect(stdout).toContain('verdict: none — nothing is ever published');
    expect(status).toBe(3);
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

describe('explore --mode', () => {
  it('pct: a schedule goes wrong, observed; what it assumed', async () => {
    const { status, document } = await exploreJson(...WRONG, '--mode', 'pct', '--seed', '3');
    expect(status).toBe(1);
    expect(document).toMatchObject({ mode: 'pct', seed: 3, bugDepth: 3, outcome: 'allowed' });
    expect(document.chance).toBeLessThan(1);
    expect(document.states).toBeUndefined();
    const { stdout } = await coresync('explore', ...WRONG, '--mode', 'pct');
    expect(linesOf(stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(stdout).toContain('verdict: allowed (observed)');
  });

  it('random: nothing found is no proof, exit 3', async () => {
    const chosen = ['kthread-return', '--policy', 'mainline', '--mode', 'random', '--executions', '50'];
    const { status, document } = await exploreJson(...chosen);
    expect(status).toBe(3);
    expect(document).toMatchObject({
      outcome: 'not-found-within-the-bound',
      complete: false,
      executions: 50,
      stoppedBy: 'execution-limit',
    });
  });
});

describe('shrink', () => {
  it('a schedule that was sampled: no longer, and it replays', async () => {
    const { document } = await exploreJson(...WRONG, '--mode', 'random');
    const { schedule, violation } = document.witness!;
    const { status, stdout } = await coresync('shrink', ...WRONG, schedule, '--json');
    expect(status).toBe(1);
    const shrunk = JSON.parse(stdout);
    expect(shrunk).toMatchObject({ schema: 'coresync.shrink/1', violation, isMinimal: true });
    expect(shrunk.length).toBeLessThan(shrunk.lengthBefore);
    const replayed = await coresync('replay', ...WRONG, shrunk.schedule, '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({ violation, lanes: shrunk.lanes });
    const text = await coresync('shrink', ...WRONG, schedule);
    expect(linesOf(text.stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
  });

  it('a schedule on which nothing goes wrong: exit 3', async () => {
    const { status, stdout, stderr } = await coresync('shrink', ...WRONG, '2x0');
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('nothing goes wrong on this schedule');
  });

  it('a schedule of another situation: which step cannot happen, exit 2', async () => {
    const { document } = await exploreJson(...WRONG);
    const { status, stderr } = await coresync('shrink', 'kthread-return', document.witness!.schedule);
    expect(status).toBe(2);
    expect(stderr).toMatch(/step \d+ of \d+ \(.*\) cannot happen there/);
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
    ['an unknown mode', ['explore', ...WRONG, '--mode', 'randon'], "did you mean 'random'?"],
    ['no schedule to shrink', ['shrink', ...WRONG, ' '], 'the schedule has no steps'],
    ['an unknown kernel', ['explore', ...WRONG, '--kernel', '6.xx'], "did you mean '6.x'?"],
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
