/** The format of scenario files: a zod schema, from which the published JSON Schema is generated.
 *
 *  What a scenario means stands in ../scenario.ts; here is what may be written. Names that refer to something else in the
 *  file are checked in mistakes.ts.
 *  Limit: a file is judged and explored, not measured: it has no kind, no expectation and no unit of work. */
import { z } from 'zod';
import { PLACEMENTS } from '../../jit/placement.js';
import type { OwnScenario, Step, Value } from '../scenario.js';
import { withComments } from './comments.js';

const MAX_TEXT = 2000;
const MAX_NUMBER = 1_000_000_000;
const MAX_ROUNDS = 1_000_000;
const MAX_STEPS = 200;
const MAX_NAMES = 64;

const name = z
  .string()
  .regex(/^[A-Za-z][\w -]{0,59}$/, 'expected a letter, then letters, digits, spaces, - and _');
const text = z.string().max(MAX_TEXT);
const count = z.int().min(0).max(MAX_NUMBER);
const cpu = z.enum(['first', 'second', 'third', 'last']);
const amount = z.union([count, z.strictObject({ parameter: name })]);
const value: z.ZodType<Value> = z.union([
  count,
  z.strictObject({ perRound: amount, timesPeers: z.exactOptional(z.literal(true)) }),
]);

/** One operation: its name and what it needs besides. */
const operation = <const Op extends string, Shape extends z.ZodRawShape>(op: Op, shape: Shape) =>
  z.strictObject({ op: z.literal(op), ...shape });

const codePath = text
  .regex(/\.(wat|wasm)$/, 'expected a path that ends in .wat or .wasm')
  .describe('a function of your own, relative to this file; a call of the site calls it');

const site = { site: name };
const body = { body: z.lazy(() => z.array(step).max(MAX_STEPS)) };

const step: z.ZodType<Step> = z.discriminatedUnion('op', [
  operation('call', { ...site, times: z.union([amount, z.literal('callsPerRound')]) }),
  operation('call-into', { ...site, into: name }),
  operation('publish', { ...site, branch: z.exactOptional(name) }),
  operation('follow', { ...site, branch: z.exactOptional(name) }),
  operation('store-part', { ...site, part: z.union([z.literal(0), z.literal(1)]) }),
  operation('store', site),
  operation('set-breakpoint', site),
  operation('clear-breakpoint', site),
  operation('text-poke-begin', site),
  operation('text-poke-sync', { after: z.enum(['breakpoint', 'tail', 'first-byte']) }),
  operation('text-poke-end', {}),
  operation('kick-all-cpus', {}),
  operation('clean', site),
  operation('invalidate', site),
  operation('promise', site),
  operation('serialize', {}),
  operation('set', { variable: name, to: value }),
  operation('load', { variable: name, into: name }),
  operation('add', { variable: name, amount: count }),
  operation('spin', { until: name, atLeast: value }),
  operation('wait', { event: name, signals: value }),
  operation('wake', { event: name, shared: z.exactOptional(z.literal(true)) }),
  operation('yield', {}),
  operation('getpid', {}),
  operation('fork', { child: name }),
  operation('exec', { process: name }),
  operation('migrate', { to: cpu }),
  operation('migrate-inside-membarrier', { to: cpu }),
  operation('busy-poll', { until: name, atLeast: value }),
  operation('flush-tlb', {}),
  operation('use-mm', { process: name }),
  operation('unuse-mm', {}),
  operation('cpu-up', { cpu }),
  operation('membarrier', {
    command: z.enum([
      'register-sync-core',
      'sync-core',
      'register-private',
      'private',
      'register-rseq',
      'rseq',
      'register-global-expedited',
      'global-expedited',
      'global',
    ]),
  }),
  operation('rounds', body),
  operation('repeat', { times: amount, ...body }),
]);

const task = z.strictObject({
  name,
  process: name.describe("one of `processes`, or 'kernel' for a kernel thread"),
  on: z.enum(['first', 'second', 'third', 'last', 'peers']),
  priority: z.exactOptional(z.int().min(0).max(99)),
  start: z.exactOptional(z.enum(['boot', 'forked'])),
  program: z.array(step).max(MAX_STEPS),
});

const parameter = z
  .strictObject({ about: text, default: count, least: count, most: count })
  .refine((p) => p.least <= p.default && p.default <= p.most, 'expected least <= default <= most');

const defaults = z.strictObject({
  arch: name.default('x86-64'),
  policy: name.default('mainline'),
  protocol: name.default('sync-core'),
  cpus: z.int().min(2).max(64).default(2),
  rounds: z.int().min(0).max(MAX_ROUNDS).default(100),
  callsPerRound: z.int().min(1).max(MAX_ROUNDS).default(16),
  placement: z.enum(PLACEMENTS).default('within-word'),
});

export const scenarioFileSchema = z.strictObject({
  $schema: z.exactOptional(text),
  title: text,
  story: text.default(''),
  source: text.default(''),
  parameters: z.exactOptional(z.record(name, parameter)),
  processes: z.array(name).min(1).max(MAX_NAMES),
  sites: z
    .array(
      z
        .strictObject({
          name,
          placement: z
            .union([z.enum(PLACEMENTS), z.strictObject({ parameter: z.literal('placement') })])
            .default({ parameter: 'placement' }),
          breakpoint: z.exactOptional(z.literal(true)),
          branchesTo: z.exactOptional(name),
          code: z.exactOptional(codePath),
          export: z.exactOptional(text.describe('function to call; the only one without parameters')),
          patch: z.exactOptional(text.describe('name of the patch point; that of the site')),
        })
        .refine(
          (site) => site.code !== undefined || (site.export === undefined && site.patch === undefined),
          "expected 'code' beside 'export' and 'patch'",
        ),
    )
    .min(1)
    .max(MAX_NAMES),
  tasks: z.array(task).min(1).max(MAX_NAMES),
  offline: z.exactOptional(z.array(cpu).max(4)),
  forbidden: z.exactOptional(z.record(name, count)),
  defaults: defaults.prefault({}),
});

export type ScenarioFile = z.output<typeof scenarioFileSchema>;

/** @param file its name, by which the scenario goes from here on: commands that a report suggests then work. */
export function scenarioOf({ $schema: _, ...file }: ScenarioFile, path: string): OwnScenario {
  return { ...file, name: path, kind: 'own' };
}

/** The JSON Schema of scenario files (draft 2020-12), for editors. */
export function scenarioJsonSchema(): object {
  return withComments(scenarioFileSchema);
}
