import { describe, expect, it, vi } from 'vitest';
import { type Mutation, mutations } from '../../src/engines/mutation.js';
import { ORDERING_POINTS } from '../../src/kernel/orderingPoints.js';
import { mutationDocument } from '../../src/report/mutationDocument.js';
import { mutationSchema } from '../../src/report/mutationSchema.js';
import { mutationText } from '../../src/report/mutationText.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

async function all(scenarios: readonly string[]): Promise<Mutation[]> {
  const found: Mutation[] = [];
  for await (const mutation of mutations({ scenarios, clock: () => 0 })) found.push(mutation);
  return found;
}

const ENVIRONMENT = { coresync: '0', node: '0', platform: 'test', arch: 'test', cpus: 1 };
const RUN = { stoppedBy: 'finished', seconds: 1, env: ENVIRONMENT as never } as const;

describe('mutations', () => {
  it('interrupted before anything could be held: nothing, and no complaint about the situation', async () => {
    const request = { scenarios: ['kthread-return'], signal: AbortSignal.abort(), clock: () => 0 };
    await expect(mutations(request).next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('interrupted in the middle: those until then, without the one that was being made; and the verdict says so', async () => {
    const controller = new AbortController();
    const found: Mutation[] = [];
    let looks = 0;
    // The clock is read while a mutation is explored: here, while the fourth is.
    const clock = (): number => {
      if (found.length === 3 && ++looks === 1) controller.abort();
      return 0;
    };
    const request = { scenarios: ['kthread-return'], signal: controller.signal, clock };
    for await (const mutation of mutations(request)) found.push(mutation);
    expect(looks).toBeGreaterThan(0);
    expect(found.map(({ id }) => id)).toEqual(ORDERING_POINTS.slice(0, 3).map(({ id }) => id));
    const text = mutationText(mutationDocument(found, { ...RUN, stoppedBy: 'interrupted' }));
    expect(text).toMatch(/^verdict: interrupted, points are missing — 3 points/m);
  });

  it('go through every ordering point, and say who notices, with a schedule', async () => {
    const found = await all(['kthread-return', 'other-mm']);
    expect(found.map(({ id }) => id)).toEqual(ORDERING_POINTS.map(({ id }) => id));
    const verdicts = Object.fromEntries(found.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toMatchObject({
      'finish-task-switch-sync': 'noticed',
      'switch-mm-load': 'noticed',
      'switch-mm-deferred-flush': 'noticed',
      'exit-to-user-sync': 'noticed',
      'syscall-return': 'noticed',
      'breakpoint-handler': 'not-judged',
      // Only the interrupt and the caller's own cpu need it, and neither is in these scenarios.
      'ipi-sync-core': 'not-judged',
    });
    const sync = found.find(({ id }) => id === 'finish-task-switch-sync')!;
    expect(sync.noticed[0]).toMatchObject({
      situation: { scenario: { name: 'kthread-return' } },
      violation: 'stale',
      isShortest: true,
    });
    expect(sync.noticed[0]!.length).toBeLessThanOrEqual(25);
    expect(sync.reason).toBeUndefined();
    const document = mutationDocument(found, RUN);
    expect(mutationSchema.omit({ env: true }).safeParse(document).success).toBe(true);
    expect(document.survivors).toBe(0);
    const { replay } = document.mutations.find(({ id }) => id === 'finish-task-switch-sync')!.noticed[0]!;
    expect(replay).toMatch(
      /^coresync replay kthread-return .*--without finish-task-switch-sync .*'[\dx ]+'$/,
    );
    const text = mutationText(document);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(text).toMatch(/not missed by .*kthread-return.*other scenarios were not asked/s);
    expect(text).toMatch(/^Not passed here: .*flush-icache-data/ms);
    expect(text.trimEnd().split('\nverdict: ')[1]).toMatch(
      new RegExp(`^a part of the points — ${ORDERING_POINTS.length} points`),
    );
  });

  it('that nobody notices in the whole set are survivors, and the text says so', async () => {
    const [first] = await all(['kthread-return']);
    const survivor: Mutation = { ...first!, noticed: [], reason: undefined, verdict: 'survivor' };
    const document = mutationDocument([survivor], RUN);
    expect(document.survivors).toBe(1);
    const text = mutationText(document);
    expect(text).toMatch(/NOBODY NOTICES/);
    expect(text).toMatch(/\nverdict: survivors — 1 points/);
  });

  it('take away what covers a survivor as well, and then somebody notices', async () => {
    const found = await all(['ordering-rseq']);
    const of = (id: string): Mutation => found.find((mutation) => mutation.id === id)!;
    for (const id of ['ipi-rseq-mb', 'call-queue-pop']) {
      expect(of(id)).toMatchObject({
        noticed: [],
        verdict: 'survivor-with-a-reason',
        covered: { situation: { scenario: { name: 'ordering-rseq' } }, violation: 'forbidden-outcome' },
      });
    }
    // What covers it is noticed in another scenario, which is not looked at here.
    expect(of('ipi-mb')).toMatchObject({ verdict: 'not-judged', covered: undefined, reason: undefined });
    const document = mutationDocument(found, RUN);
    expect(mutationSchema.omit({ env: true }).safeParse(document).success).toBe(true);
    expect(document.mutations.find(({ id }) => id === 'ipi-rseq-mb')!.covered!.replay).toMatch(
      /--without ipi-rseq-mb .*--without interrupt-entry .*--without call-queue-pop/,
    );
  });

  it('refuse a scenario that is not in the set', async () => {
    await expect(all(['kthread-retrun'])).rejects.toMatchObject({ code: 'E_UNKNOWN_NAME' });
  });
});
