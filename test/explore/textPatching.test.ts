/** The kernel's own ways of patching text: breakpoint first, one store and no interrupt, two instructions with the
 *  world stopped, and several stores with nothing between. */
import { describe, expect, it, vi } from 'vitest';
import { type Exploration, explore } from '../../src/engines/exploration.js';
import { prepareSituation, type SituationRequest } from '../../src/engines/situation.js';
import type { MemoryModel } from '../../src/hw/memoryModel.js';
import type { Placement } from '../../src/jit/placement.js';
import { hazardOf, OPTIONS, explored as ofMadeUp } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

async function explored(
  request: SituationRequest & { readonly memory?: MemoryModel; readonly fetching?: 'on-execution' },
): Promise<Exploration> {
  const { memory = 'sc', fetching = 'any-time', ...rest } = request;
  const situation = await prepareSituation({ rounds: 1, callsPerRound: 1, ...rest });
  return explore(situation, { ...OPTIONS, memory, fetching });
}

const said = ({ outcome, witness }: Exploration): string => witness?.found.violation.kind ?? outcome;

describe('text-poke-int3', () => {
  const ROUNDS = ['text-poke-sync-breakpoint', 'text-poke-sync-tail', 'text-poke-sync-first-byte'] as const;

  it.each([
    ['x86-64', 'across-line'],
    ['x86-64', 'across-word'],
    ['x86-64', 'within-word'],
    ['arm64-a00', 'within-word'],
    ['arm64-a01', 'within-word'],
    ['arm64-a11', 'across-line'],
    ['arm64-exs', 'across-line'],
    ['riscv64', 'within-word'],
    ['riscv64-ziccid', 'across-line'],
    ['s390x', 'across-line'],
  ] as const)('is neither torn nor stale, and loses nobody: %s, %s', async (arch, placement) => {
    const exploration = await explored({ scenario: 'text-poke-int3', arch, placement });
    expect(said(exploration)).toBe('forbidden');
    expect(exploration.result.states).toBeGreaterThan(1000);
  });

  /** Behind the breakpoint one fetch brings in a whole line; only two lines can be of different times. */
  const NOTICED: readonly (readonly [without: string, Placement, string])[] = [
    [ROUNDS[0], 'across-line', 'torn'],
    [ROUNDS[0], 'across-word', 'forbidden'],
    [ROUNDS[0], 'within-word', 'forbidden'],
    [ROUNDS[1], 'across-line', 'torn'],
    [ROUNDS[1], 'across-word', 'forbidden'],
    [ROUNDS[1], 'within-word', 'forbidden'],
    [ROUNDS[2], 'across-line', 'fault'],
    [ROUNDS[2], 'across-word', 'fault'],
    [ROUNDS[2], 'within-word', 'fault'],
    // The interrupt return of x86-64 serializes as well.
    ['do-sync-core', 'across-line', 'forbidden'],
  ];
  it.each(NOTICED)('without %s, %s: %s', async (without, placement, expected) => {
    expect(said(await explored({ scenario: 'text-poke-int3', placement, without: [without] }))).toBe(
      expected,
    );
  });

  it('needs sync_core() in the handler where the interrupt return does not serialize', async () => {
    const request = { scenario: 'text-poke-int3', arch: 'arm64-exs', without: ['do-sync-core'] } as const;
    expect(said(await explored(request))).toBe('stale');
  });

  it.each([
    [[], 'forbidden'],
    [['text-poke-publish'], 'fault'],
  ] as const)('announces the breakpoint before it can be met, without %j: %s', async (without, expected) => {
    const request = { scenario: 'text-poke-int3', arch: 'arm64-a11', placement: 'within-word' } as const;
    expect(said(await explored({ ...request, memory: 'pso', without }))).toBe(expected);
  });
});

describe('jump-label-no-kick', () => {
  const scenario = 'jump-label-no-kick';

  it.each(['arm64-a00', 'arm64-a01', 'arm64-a11', 'x86-64'])('on %s', async (arch) => {
    const [noKick, oldOrNew, kicked] = await Promise.all([
      explored({ scenario, arch }),
      explored({ scenario, arch, chosen: { promise: 0 } }),
      explored({ scenario, arch, chosen: { kick: 1 } }),
    ]);
    expect({ noKick: said(noKick), oldOrNew: said(oldOrNew), kicked: said(kicked) }).toEqual({
      noKick: 'stale',
      oldOrNew: 'forbidden',
      kicked: 'forbidden',
    });
  });

  it.each(['arm64-exs', 'riscv64'])(
    'a kick is not enough where its return does not serialize: %s',
    async (arch) => {
      expect(said(await explored({ scenario, arch, chosen: { kick: 1 } }))).toBe('stale');
    },
  );
});

describe('two-instruction-site', () => {
  const scenario = 'two-instruction-site';
  const PROFILES = [
    'x86-64',
    'x86-64-pti',
    'arm64-a00',
    'arm64-a01',
    'arm64-a11',
    'arm64-exs',
    'riscv64',
    'riscv64-ziccid',
    'powerpc64',
    's390x',
  ];

  it.each(PROFILES)('a thread parked between the two executes half of each: %s', async (arch) => {
    const exploration = await explored({ scenario, arch, fetching: 'on-execution' });
    expect(said(exploration)).toBe('forbidden-outcome');
  });

  it.each(PROFILES)('not where nobody can be parked there: %s', async (arch) => {
    // Fetching ahead is explored where that is quick; elsewhere what a cpu fetches is what it executes next.
    const ahead = arch === 'x86-64' ? {} : ({ fetching: 'on-execution' } as const);
    const exploration = await explored({ scenario, arch, chosen: { preempts: 0 }, ...ahead });
    expect(said(exploration)).toBe('forbidden');
    expect(exploration.result.states).toBeGreaterThan(1000);
  });

  it('not where one word holds the pair, wherever a thread is parked', async () => {
    const oneWord = hazardOf([
      {
        name: 'patcher',
        process: 'jit',
        on: 'first',
        program: [
          {
            op: 'rounds',
            body: [
              { op: 'wake', event: 'stop' },
              { op: 'kick-all-cpus' },
              { op: 'spin', until: 'stopped', atLeast: 1 },
              { op: 'store', site: 'hot' },
              { op: 'set', variable: 'patched', to: 1 },
            ],
          },
        ],
      },
      {
        name: 'executor',
        process: 'jit',
        on: 'peers',
        program: [{ op: 'yield' }, { op: 'rounds', body: [{ op: 'call', site: 'hot', times: 2 }] }],
      },
      {
        name: 'stopper',
        process: 'kernel',
        on: 'peers',
        priority: 1,
        program: [
          {
            op: 'rounds',
            body: [
              { op: 'wait', event: 'stop', signals: 1 },
              { op: 'add', variable: 'stopped', amount: 1 },
              { op: 'spin', until: 'patched', atLeast: 1 },
              { op: 'serialize' },
            ],
          },
        ],
      },
    ]);
    const exploration = await ofMadeUp({ scenario: oneWord });
    expect(said(exploration)).toBe('forbidden');
    expect(exploration.result.states).toBeGreaterThan(1000);
  });
});

describe('several stores into live code', () => {
  it.each(
    ['x86-64', 'arm64-a00', 'arm64-a01', 'arm64-a11', 'riscv64'].flatMap((arch) =>
      (['across-word', 'across-line'] as const).map((placement) => [arch, placement] as const),
    ),
  )('are torn on every class: %s, %s', async (arch, placement) => {
    expect(said(await explored({ scenario: 'torn-patch', arch, placement }))).toBe('torn');
  });
});
