import { beforeAll, describe, expect, it } from 'vitest';
import { prepareSituation, type Situation } from '../../src/engines/situation.js';
import { COUNTERS } from '../../src/hw/counters.js';
import { commandText } from '../../src/report/commandText.js';
import { nextSteps, nextStepsText } from '../../src/report/nextSteps.js';
import { plain } from '../../src/report/paint.js';
import { type RunDocument, runSchema } from '../../src/report/runSchema.js';
import { runText } from '../../src/report/runText.js';
import { COLUMNS } from '../../src/report/textLayout.js';

let situation: Situation;

beforeAll(async () => {
  situation = await prepareSituation({ scenario: 'kthread-return' });
}, 30_000);

/** A run of the defaults of kthread-return that went well. */
function run(changes: Partial<RunDocument>): RunDocument {
  const { defaults } = situation.scenario;
  return runSchema.parse({
    schema: 'coresync.run/1',
    scenario: 'kthread-return',
    engine: 'threads',
    arch: defaults.arch,
    policy: defaults.policy,
    protocol: defaults.protocol,
    kernel: '4.16',
    cpus: defaults.cpus,
    rounds: defaults.rounds,
    callsPerRound: defaults.callsPerRound,
    placement: defaults.placement,
    seed: 0,
    memory: 'sc',
    hardware: 'adversarial',
    without: [],
    verdict: 'safe',
    basis: 'observed',
    reason: 'not observed in 1000 publications and 16016 calls',
    calls: 16016,
    stale: 0,
    torn: 0,
    publications: 1000,
    unserialized: 0,
    counters: Object.fromEntries(COUNTERS.map((name) => [name, 0])),
    syncCoreByProcess: { jit: 1000 },
    serializations: { 'finish-task-switch-sync': 1000 },
    stoppedBy: 'finished',
    whereabouts: [],
    faults: [],
    oversubscribed: false,
    elapsedMs: 100,
    env: {
      coresync: '0.0.0',
      node: '20.0.0',
      platform: 'linux',
      arch: 'x64',
      kernel: '6.0',
      cpuModel: 'some',
      logicalCpus: 2,
    },
    ...changes,
  });
}

/** The command of a run on its policy's own kernel. */
const commands = (document: RunDocument): string[] =>
  nextSteps(document, situation).map(({ choice }) => commandText(choice, situation.scenario).join('\n'));

function commandOf(document: RunDocument): string[] {
  return commandText({ ...document, kernel: undefined }, situation.scenario);
}

function lastLineOf(document: RunDocument): string | undefined {
  return runText(document, situation, plain).trimEnd().split('\n').at(-1);
}

describe('the verdict is the last line', () => {
  it('safe says how often it was not observed', () => {
    expect(lastLineOf(run({}))).toBe(
      'verdict: safe (observed) — not observed in 1000 publications and 16016 calls',
    );
  });

  it('a reason that is too long for the line is shortened', () => {
    const reason = '16000 of 16016 calls executed a version older than promised';
    expect(lastLineOf(run({ verdict: 'stale', stale: 16_000, reason }))).toBe(
      'verdict: stale (observed) — 16000 of 16016 calls ran a replaced version',
    );
  });

  it('or stands above it', () => {
    const reason = 'a reason with more words than there is room for on the last line of a report';
    const text = runText(run({ verdict: 'inconclusive', reason }), situation, plain);
    expect(text.endsWith(`\n${reason}\nverdict: inconclusive (observed)\n`)).toBe(true);
  });
});

describe('the trace', () => {
  const trace = { file: 'trace.json', slices: 99_000, marks: 900, arrows: 100, leftOut: 0 };
  const textOf = (changes: Partial<RunDocument>): string => runText(run(changes), situation, plain);

  it('where it is, and what is in it', () => {
    expect(textOf({ trace })).toContain(
      '\nTrace\n  trace.json\n' +
        '  slices 99000, marks 900, arrows 100; open it at https://ui.perfetto.dev\n\n',
    );
    expect(textOf({})).not.toContain('\nTrace\n');
  });

  it('how many were left out, and which are there', () => {
    const long = { trace: { ...trace, leftOut: 5309 } };
    expect(textOf(long)).toContain(
      '  5309 were left out; the last ones are there. Choose fewer --rounds to see all.\n',
    );
    const text = textOf({ ...long, verdict: 'stale', unserialized: 3 });
    expect(text).toContain('  5309 were left out; those around the first that went wrong are there.');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(COLUMNS);
  });
});

describe('notes', () => {
  it('shared host cores, and a removed barrier that cannot show', () => {
    const text = runText(
      run({ oversubscribed: true, cpus: 3, without: ['membarrier-entry', 'ipi-sync-core'] }),
      situation,
      plain,
    );
    expect(text).toContain('3 cpus shared 2 host cores and took turns');
    expect(text).toContain('membarrier-entry: a memory barrier.');
  });

  it('a run to its end on its own cores needs none', () => {
    expect(runText(run({}), situation, plain)).not.toContain('\nMind\n');
  });
});

describe('what happened', () => {
  it('P-SYNC, the kernel, the seed where it chooses, and hardware that is not adversarial', () => {
    const text = runText(run({ engine: 'virtual', unserialized: 7, cycles: 12 }), situation, plain);
    expect(text).toContain('P-SYNC: 7 of 16016 calls');
    expect(text).toContain('kernel 4.16');
    expect(text).toContain('engine virtual, seed 0');
    expect(runText(run({}), situation, plain)).not.toMatch(/seed|hardware/);
    expect(runText(run({ hardware: 'typical', seed: 3 }), situation, plain)).toMatch(
      /engine threads, seed 3,[^!]*typical hardware/,
    );
  });
});

describe('what to try next', () => {
  it('safe: remove what saved it, the control, a longer look', () => {
    expect(commands(run({}))).toEqual([
      'coresync run kthread-return --without finish-task-switch-sync',
      'coresync run kthread-return --policy none',
      'coresync run kthread-return --rounds 10000',
    ]);
  });

  it('stale under another policy: the policy of the scenario', () => {
    expect(commands(run({ verdict: 'stale', policy: 'none' }))[0]).toBe('coresync run kthread-return');
  });

  it('stale on a kernel that was chosen: the own kernel of the policy', async () => {
    const old = await prepareSituation({
      scenario: 'interrupt-reschedules',
      policy: 'mainline',
      kernel: '5.4',
    });
    const stale = run({ verdict: 'stale', policy: 'mainline', cpus: 2 });
    const [first] = nextSteps({ ...stale, callsPerRound: old.callsPerRound }, old);
    expect(commandText(first!.choice, old.scenario)).toEqual(['coresync run interrupt-reschedules']);
  });

  it('nothing published where no run ever does: the command that judges, or measures', async () => {
    const nothing = run({ verdict: 'inconclusive', publications: 0 });
    const offered = async (scenario: string): Promise<string[]> =>
      nextStepsText(nothing, await prepareSituation({ scenario }));
    expect((await offered('flip-flop'))[0]).toBe('  coresync explore flip-flop');
    expect((await offered('sched-pipe-threads'))[0]).toBe('  coresync bench sched-pipe-threads');
    expect((await offered('kthread-return'))[0]).toMatch(/^ {2}coresync run kthread-return/);
  });

  it('a deadlock: explore the same machine, and no shorter run', async () => {
    const document = run({
      verdict: 'inconclusive',
      stoppedBy: 'deadlock',
      policy: 'none',
      without: ['exit-mm'],
    });
    const situation = await prepareSituation({ scenario: 'kthread-return', policy: 'none', kernel: '5.4' });
    const text = nextStepsText(document, situation).join('\n');
    expect(text).toMatch(
      /^ {2}coresync explore kthread-return --policy none .*--kernel 5\.4 --without exit-mm$/m,
    );
    expect(text).not.toContain('coresync run');
  });

  it('stale with something removed: put it back', () => {
    expect(commands(run({ verdict: 'stale', without: ['ipi-sync-core'] }))[0]).toBe(
      'coresync run kthread-return',
    );
  });

  it('stale with a protocol that has no barrier: the one that has', async () => {
    const flushOnly = await prepareSituation({ scenario: 'running-peer' });
    const document = run({ verdict: 'stale', protocol: flushOnly.protocol.name });
    expect(commandText(nextSteps(document, flushOnly)[0]!.choice, flushOnly.scenario)).toEqual([
      'coresync run running-peer --protocol sync-core',
    ]);
  });

  it('stale in virtual time: on a timeline, unless it is on one already', () => {
    const virtual = { engine: 'virtual', cycles: 12, verdict: 'stale', policy: 'none' } as const;
    const trace = { file: 'mine.json', slices: 1, marks: 1, arrows: 0, leftOut: 0 };
    const onTimeline = (document: RunDocument): string[] =>
      commands(document).filter((command) => command.includes('--trace'));
    expect(onTimeline(run(virtual))).toEqual([
      'coresync run kthread-return --engine virtual --policy none \\\n    --trace trace.json',
    ]);
    expect(onTimeline(run({ ...virtual, trace }))).toEqual([]);
    expect(onTimeline(run({ ...virtual, engine: 'threads', cycles: undefined }))).toEqual([]);
  });

  it('torn: the site inside a word', () => {
    expect(commands(run({ verdict: 'torn', placement: 'across-word' }))[0]).toBe(
      'coresync run kthread-return',
    );
  });

  it('nothing published: some rounds; ended early: fewer', () => {
    expect(commands(run({ verdict: 'inconclusive', rounds: 0 }))).toEqual(['coresync run kthread-return']);
    expect(commands(run({ verdict: 'inconclusive', rounds: 50 }))).toEqual([
      'coresync run kthread-return --rounds 5',
    ]);
  });
});

describe('after a run on the host', () => {
  const onHost = (changes: Partial<RunDocument>): RunDocument =>
    run({
      engine: 'native',
      policy: 'host',
      kernel: 'host',
      hardware: 'host',
      counters: { calls: 1 },
      ...changes,
    });
  const SIMULATED = 'coresync run kthread-return';

  it.each<[string, Partial<RunDocument>, string[]]>([
    ['safe', {}, [SIMULATED, 'coresync run kthread-return --engine native --rounds 10000']],
    ['safe after long', { rounds: 1_000_000 }, ['coresync run kthread-return --rounds 1000000']],
    ['stale', { verdict: 'stale' }, [SIMULATED]],
    [
      'torn',
      { verdict: 'torn', placement: 'across-line' },
      ['coresync run kthread-return --engine native', 'coresync run kthread-return --placement across-line'],
    ],
    [
      'nothing published',
      { verdict: 'inconclusive', rounds: 0 },
      ['coresync run kthread-return --engine native'],
    ],
    ['unsupported', { verdict: 'unsupported' }, []],
  ])('%s: nothing that the host decides is said again', (_, changes, expected) => {
    expect(commands(onHost(changes))).toEqual(expected);
  });

  it('what nobody saw is not there, and whose the kernel is has a note', () => {
    const { unserialized: _, ...document } = onHost({});
    const text = runText(document, situation, plain);
    expect(text).toContain('P-SYNC: not judged; nobody sees from here when a cpu serializes.');
    expect(text).toContain('The kernel is Linux 6.0, with its own policy');
    expect(text).not.toMatch(/syncCore|serialized at|nobody$/m);
  });
});

describe('commandText', () => {
  it('engine, seed and kernel, where they were chosen', () => {
    const virtual = { ...run({ engine: 'virtual', seed: 3 }), kernel: '5.4' };
    expect(
      commandText(virtual, situation.scenario)
        .join('\n')
        .replace(/ \\\n +/g, ' '),
    ).toBe('coresync run kthread-return --engine virtual --kernel 5.4 --seed 3');
  });

  it('only what differs from the defaults, folded at 80 columns', () => {
    const lines = commandOf(
      run({
        arch: 'arm64-a00',
        policy: 'deferred-task-registered',
        cpus: 8,
        callsPerRound: 3,
        without: ['membarrier-entry', 'membarrier-exit', 'finish-task-switch-sync'],
      }),
    );
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(COLUMNS - 2);
    expect(lines.join('\n').replace(/ \\\n +/g, ' ')).toBe(
      'coresync run kthread-return --arch arm64-a00 --policy deferred-task-registered --cpus 8 --calls 3 ' +
        '--without membarrier-entry membarrier-exit finish-task-switch-sync',
    );
  });
});
