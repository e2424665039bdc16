import { describe, expect, it } from 'vitest';
import { coresyncReportingWorkers, WORKER_LINE } from './commandLine.js';

const RUN = ['run', 'kthread-return'];

describe('bad input: exit 2, says what and what to do, and nothing was started', () => {
  it.each([
    ['an unknown command', ['rum'], "unknown command 'rum'; did you mean 'run'?"],
    ['a missing argument', ['run'], "missing required argument 'scenario'"],
    ['an argument too many', [...RUN, 'again'], "too many arguments for 'run'"],
    ['an unknown option', [...RUN, '--polcy', 'none'], "unknown option '--polcy'; did you mean '--policy'?"],
    ['an option without its value', [...RUN, '--cpus'], "option '--cpus <n>' argument missing"],
    [
      'an unknown scenario',
      ['run', 'kthread-retrun'],
      "unknown scenario 'kthread-retrun'; did you mean 'kthread-return'?",
    ],
    [
      'an unknown policy',
      [...RUN, '--policy', 'regstered'],
      "unknown policy 'regstered'; did you mean 'registered'?",
    ],
    [
      'an unknown profile',
      [...RUN, '--arch', 'riscv46'],
      "unknown profile 'riscv46'; did you mean 'riscv64'?",
    ],
    [
      'an unknown protocol',
      [...RUN, '--protocol', 'sync-cor'],
      "unknown protocol 'sync-cor'; did you mean 'sync-core'?",
    ],
    ['an unknown engine', [...RUN, '--engine', 'thread'], "unknown engine 'thread'; did you mean 'threads'?"],
    [
      'a trace of an engine that has no time',
      [...RUN, '--trace', 'trace.json'],
      "engine 'threads' writes no trace: its events have an order, but no time",
    ],
    ['an unknown kernel', [...RUN, '--kernel', '4.61'], "unknown kernel '4.61'; did you mean '4.16'?"],
    [
      'an unknown placement',
      [...RUN, '--placement', 'within-wrd'],
      "unknown placement 'within-wrd'; did you mean 'within-word'?",
    ],
    [
      'an unknown memory model',
      [...RUN, '--memory', 'tos'],
      "unknown memory model 'tos'; did you mean 'tso'?",
    ],
    [
      'an unknown barrier id',
      [...RUN, '--without', 'publish', 'ipi-sync-cor'],
      "unknown barrier id 'ipi-sync-cor'; did you mean 'ipi-sync-core'?",
    ],
    ['no number', [...RUN, '--cpus', 'two'], "--cpus is 'two'; expected a whole number from 2 to 256"],
    [
      'a fraction',
      [...RUN, '--seed', '1.5'],
      "--seed is '1.5'; expected a whole number from 0 to 4294967295",
    ],
    ['too small a number', [...RUN, '--cpus', '1'], "--cpus is '1'; expected a whole number from 2 to 256"],
    [
      'a negative number',
      [...RUN, '--rounds', '-5'],
      "--rounds is '-5'; expected a whole number from 0 to 100000000",
    ],
    [
      'too few cpus for the scenario',
      ['run', 'unregistered-neighbour', '--cpus', '2'],
      'cpus is 2; expected a whole number from 3 to 256',
    ],
    [
      'a memory model that real threads do not have',
      [...RUN, '--memory', 'tso'],
      "memory model 'tso' is not available on engine 'threads': real threads show sequential consistency",
    ],
    [
      'a parameter where there is none',
      [...RUN, '-p', 'kick=1'],
      "unknown parameter of kthread-return 'kick'\n  There is none to choose.",
    ],
    [
      'a workload that nobody knows',
      ['bench', 'sched-pipe-thread'],
      "unknown workload 'sched-pipe-thread'; did you mean 'sched-pipe-threads'?\n  Known: code-reclaim, idle-wake,",
    ],
    [
      'a break-even between policies that are not measured',
      ['bench', 'tier-up', '--policy', 'none', '--break-even', 'none:every-exit', '-p', 'cpus=2,4'],
      '--break-even names every-exit, which --policy leaves out',
    ],
    [
      'several threads for samples',
      ['explore', 'kthread-return', '--mode', 'random', '--workers', '2'],
      '--workers 2 means nothing with --mode random',
    ],
    [
      'a seed where nothing is left to chance',
      ['explore', 'kthread-return', '--seed', '3'],
      '--seed means nothing where every schedule is looked at',
    ],
    [
      'a depth without priorities',
      ['explore', 'kthread-return', '--mode', 'random', '--bug-depth', '2'],
      '--bug-depth means nothing with --mode random',
    ],
    [
      'a bound on states for samples',
      ['explore', 'kthread-return', '--mode', 'pct', '--max-states', '9'],
      '--max-states means nothing with --mode pct',
    ],
    [
      'several threads for what one of them counts',
      ['explore', 'kthread-return', '--workers', '2', '--executions', '9'],
      '--workers means nothing with --executions',
    ],
    [
      'a bound on the start of threads, without any',
      [...RUN, '--engine', 'virtual', '--start-timeout', '9'],
      '--start-timeout means nothing on engine virtual',
    ],
    [
      'a bound for one schedule',
      ['replay', 'kthread-return', '0', '--max-states', '9'],
      "unknown option '--max-states'",
    ],
    [
      'a scenario file of another kind',
      ['run', './my.yaml'],
      "'./my.yaml' is no name; expected a file that ends in .json, .wat or .wasm",
    ],
    [
      'a protocol file of another kind',
      [...RUN, '--protocol', 'mine.txt'],
      "'mine.txt' is no name; expected a file that ends in .json",
    ],
    [
      'several values on real threads',
      ['compare', 'none', 'registered', '--workload', 'sched-pipe-threads', '-p', 'cpus=1,2'],
      '-p cpus=1,2: on real threads a parameter has one value',
    ],
    [
      'samples where figures are exact',
      ['bench', 'idle-wake', '--samples', '30'],
      '--samples means nothing on engine virtual, which is exact',
    ],
    [
      'costs where the clock is sampled',
      ['bench', 'idle-wake', '--engine', 'threads', '--costs', 'kvm-x86-64'],
      '--costs means nothing on engine threads',
    ],
    [
      'a breakdown where the clock is sampled',
      ['bench', 'idle-wake', '--engine', 'threads', '--breakdown'],
      '--breakdown means nothing on engine threads',
    ],
    [
      'a break-even where the clock is sampled',
      ['bench', 'idle-wake', '--engine', 'threads', '--break-even', 'none:mainline'],
      '--break-even means nothing on engine threads',
    ],
    [
      'a break-even where the document is printed',
      ['bench', 'idle-wake', '--break-even', 'none:mainline', '-p', 'cpus=2,4', '--json'],
      '--break-even means nothing with --json',
    ],
    [
      'a breakdown beside a break-even',
      ['bench', 'idle-wake', '--break-even', 'none:mainline', '-p', 'cpus=2,4', '--breakdown'],
      '--breakdown means nothing with --break-even',
    ],
    [
      'a break-even of a policy with itself',
      ['bench', 'idle-wake', '--break-even', 'none:none', '-p', 'cpus=2,4'],
      "--break-even is 'none:none': a policy never beats itself",
    ],
    [
      'an engine that measures nothing',
      ['bench', 'idle-wake', '--engine', 'nativ'],
      "unknown engine to measure with 'nativ'",
    ],
    [
      'pairs of files',
      ['compare', 'a.json', 'b.json', '--pairs', '30'],
      '--pairs means nothing without --workload',
    ],
    [
      'a parameter of files',
      ['compare', 'a.json', 'b.json', '-p', 'cpus=2'],
      '-p means nothing without --workload',
    ],
    [
      'a seed of files',
      ['compare', 'a.json', 'b.json', '--seed', '1'],
      '--seed means nothing without --workload',
    ],
    [
      'a policy against itself',
      ['compare', 'none', 'none', '--workload', 'idle-wake'],
      'none would be compared with itself; expected two policies',
    ],
    ['help for an unknown command', ['help', 'rn'], "unknown command 'rn'; did you mean 'run'?"],
    ['help for nothing like a command', ['help', 'nosuch'], "unknown command 'nosuch'\n  Known: demo,"],
    ['help of a command of another', ['history', 'help', 'ad'], "unknown command 'ad'; did you mean 'add'?"],
    [
      'an option where an id was meant',
      [...RUN, '--without', '--engine', 'virtual'],
      "--without is followed by '--engine'; expected the id of a barrier",
    ],
    [
      'ids with commas',
      [...RUN, '--without', 'publish,ipi-sync-core'],
      "--without is followed by 'publish,ipi-sync-core'; expected ids that are separated by spaces\n" +
        '  Write: --without publish ipi-sync-core\n',
    ],
    [
      'an argument that an option has taken',
      ['explore', '--without', 'exit-mm', 'kthread-return'],
      "missing required argument 'scenario': --without takes every word that follows it\n" +
        '  Put the scenario before --without.',
    ],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await coresyncReportingWorkers(...args);
    const [, ...next] = stderr.trimEnd().split('\n');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`error: ${message}`);
    expect(next.length).toBeGreaterThan(0);
    for (const line of next) expect(line).toMatch(/^ {2}\S/);
    expect(stderr).not.toContain(WORKER_LINE);
  });

  it.each([
    [
      'a break-even without a parameter of several values',
      ['--break-even', 'none:mainline'],
      'a break-even needs one parameter with several values',
    ],
    ['the last policy is unknown', ['--policy', 'none', 'nosuch'], "unknown policy 'nosuch'"],
  ])(
    '%s: said before the place of the document is looked at, and so before anything is measured',
    async (_, args, message) => {
      const place = 'no-such-directory/bench.json';
      const { status, stderr } = await coresyncReportingWorkers('bench', ...args, '--save', place);
      expect(stderr).toContain(`error: ${message}\n`);
      expect(status).toBe(2);
    },
  );

  it('help for a command of another', async () => {
    const { status, stdout } = await coresyncReportingWorkers('help', 'history', 'add');
    expect(stdout).toMatch(/^Usage: coresync history add /);
    expect(status).toBe(0);
  });

  it('with --json as well: text on stderr, nothing on stdout', async () => {
    const { status, stdout, stderr } = await coresyncReportingWorkers(...RUN, '--arch', 'vax', '--json');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: unknown profile 'vax'/);
  });

  it('the control: good input does start workers, and the test would see them', async () => {
    const { status, stderr } = await coresyncReportingWorkers(...RUN, '--rounds', '1');
    expect(status).toBe(0);
    expect(stderr).toBe(WORKER_LINE.repeat(2));
  });

  it('no command at all: the help on stderr', async () => {
    const { status, stdout, stderr } = await coresyncReportingWorkers();
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: coresync/);
  });
});
