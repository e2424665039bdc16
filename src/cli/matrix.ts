/** `coresync matrix`: scenarios x policies x profiles, each held against its expectation. */
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import { availableEngine } from '../engines/engines.js';
import type { MatrixRow, RowJudge } from '../engines/matrix.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import type { MatrixDocument } from '../report/matrixSchema.js';
import { numberOption } from './numberOption.js';
import type { Session } from './session.js';
import { ThreadPools } from './threadPools.js';
import { withoutEffect } from './withoutEffect.js';

const MS_PER_S = 1000;
/** Of a row, where nothing is said. */
const DEFAULT_TIME_LIMIT = 20;

interface MatrixOptions {
  readonly scenario?: readonly string[];
  readonly policy?: readonly string[];
  readonly arch?: readonly string[];
  readonly kernel?: string;
  readonly engine: string;
  readonly explore?: true;
  readonly timeLimit?: number;
  readonly against?: string;
  readonly protocols?: true;
  readonly overlays?: true;
  readonly overlay?: readonly string[];
  readonly reaction?: readonly string[];
  readonly protocol?: readonly string[];
  readonly seeds: number;
  readonly rounds?: number;
  readonly json?: true;
}

export function addMatrix(program: Command, session: Session): void {
  program
    .command('matrix')
    .summary('scenarios x policies x profiles against their expectations')
    .description(
      'Runs every scenario under every policy on every profile, and compares each verdict with what the rules expect.',
    )
    .option('--scenario <name...>', 'only these scenarios')
    .option('--policy <name...>', 'only these policies')
    .option('--arch <profile...>', 'only these profiles')
    .option('--kernel <preset>', "kernel preset for every row; default is each policy's own")
    .option('--engine <name>', 'virtual; or threads, which is slower, for a part', 'virtual')
    .option('--seeds <n>', 'runs per row', numberOption('seeds', { least: 1, most: 1000 }), 3)
    .option(
      '--rounds <n>',
      'publications; 4 where left out, 2 with --explore',
      numberOption('rounds', { least: 1, most: 1000 }),
    )
    .option('--explore', 'verdicts from every schedule; from runs where that takes too long')
    .option(
      '--time-limit <s>',
      `bound on exploring a row; ${DEFAULT_TIME_LIMIT} where left out`,
      numberOption('time-limit', { least: 1, most: 86_400, unit: 's' }),
    )
    .option('--against <policy>', 'print a table in Markdown: which policies are right wherever this one is')
    .option('--json', 'print one document, coresync.matrix/1')
    .option('--protocols', 'publication protocols x profiles instead, against what is recorded with each')
    .option('--protocol <name...>', 'only these protocols; with --protocols')
    .option('--overlays', 'kernels that say no x reactions of the JIT x profiles instead')
    .option('--overlay <name...>', 'only these overlays; with --overlays')
    .option('--reaction <name...>', 'only these reactions; with --overlays')
    .action(async (options: MatrixOptions) => {
      refuseMixedOptions(options);
      const { name: engine } = await availableEngine(options.engine);
      const judgeOn = JUDGES[engine];
      if (!judgeOn) throw noMatrix(engine);
      await checkAgainst(options);
      const { environment } = await import('./environment.js');
      const seeds = Array.from({ length: options.seeds }, (_, index) => index + 1);
      const begun = performance.now();
      const rows: MatrixRow[] = [];
      const signal = session.stopSignal();
      const pools = new ThreadPools();
      const runs = await judgeOn(seeds, pools);
      const isPublication = options.protocols || options.overlays;
      const rounds = isPublication ? 1 : (options.rounds ?? (options.explore ? 2 : 4));
      const asked = isPublication
        ? await publicationMatrix(options, runs, signal)
        : await policyMatrix(options, rounds, runs, signal);
      try {
        for await (const row of asked) {
          rows.push(row);
          // Rows come without a pause: an interrupt is heard in one.
          await setImmediate();
          if (signal.aborted) break;
        }
      } finally {
        await pools.close();
      }
      const unexpected = rows.filter((row) => !row.asExpected).length;
      const document = {
        schema: 'coresync.matrix/1' as const,
        engine,
        seeds,
        rounds,
        rows,
        unexpected,
        stoppedBy: signal.aborted ? ('interrupted' as const) : ('finished' as const),
        seconds: (performance.now() - begun) / 1000,
        env: environment(),
      };
      session.print(await printed(document, options));
      if (signal.aborted) return session.endWith(EXIT.interrupted);
      const { matrixOutcome } = await import('../report/matrixText.js');
      session.endWith(STATUS_OF[matrixOutcome(document)]);
    });
}

const STATUS_OF = {
  'as expected': EXIT.good,
  'not as expected': EXIT.bad,
  inconclusive: EXIT.couldNotJudge,
} as const;

/** Each of the three matrices has options of its own: one of another would have no effect.
 *  @throws {LabError} E_USAGE */
function refuseMixedOptions(options: MatrixOptions): void {
  const { protocols, overlays } = options;
  if (protocols && overlays) {
    throw new LabError(
      'E_USAGE',
      '--protocols cannot be combined with --overlays',
      'Leave out one of the two.',
    );
  }
  for (const name of ['overlay', 'reaction'] as const) {
    if (options[name] && !overlays) throw withoutEffect(`--${name}`, 'without --overlays', 'Add --overlays.');
  }
  if (options.protocol && !protocols) {
    throw withoutEffect('--protocol', 'without --protocols', 'Add --protocols.');
  }
  if (options.against !== undefined && options.json) {
    throw withoutEffect('--against', 'with --json', 'Leave out one of the two: the table is Markdown.');
  }
  if (!protocols && !overlays) {
    if (options.timeLimit === undefined || options.explore) return;
    throw withoutEffect('--time-limit', 'where nothing is explored', 'Add --explore.');
  }
  const chosen = protocols ? '--protocols' : '--overlays';
  for (const name of ['scenario', 'rounds', 'against'] as const) {
    if (options[name]) throw withoutEffect(`--${name}`, `with ${chosen}`);
  }
  if (options.explore) {
    const next = 'Leave out --explore: rows of every memory model but sc are explored as it is.';
    throw withoutEffect('--explore', `with ${chosen}`, next);
  }
  if (options.policy && overlays) throw withoutEffect('--policy', 'with --overlays');
}

/** @throws {LabError} E_UNKNOWN_NAME */
async function checkAgainst({ against, policy }: MatrixOptions): Promise<void> {
  if (against === undefined) return;
  const { policyNames } = await import('../engines/catalogue.js');
  const policies = policy ?? policyNames();
  if (!policies.includes(against)) throw unknownName('policy among those chosen', against, policies);
}

async function policyMatrix(
  options: MatrixOptions,
  rounds: number,
  runs: RowJudge,
  signal: AbortSignal,
): Promise<AsyncIterable<MatrixRow>> {
  const { matrixRows } = await import('../engines/matrix.js');
  return matrixRows({
    ...(options.scenario && { scenarios: options.scenario }),
    ...(options.policy && { policies: options.policy }),
    ...(options.arch && { profiles: options.arch }),
    kernel: options.kernel,
    rounds,
    callsPerRound: options.explore ? 1 : 2,
    judge: options.explore ? await exploring(options, 'sc', runs, signal) : runs,
  });
}

/** What is judged by the scenario that is nothing but a publication. */
async function publicationMatrix(
  options: MatrixOptions,
  runs: RowJudge,
  signal: AbortSignal,
): Promise<AsyncIterable<MatrixRow>> {
  const judges = {
    sc: runs,
    tso: await exploring(options, 'tso', runs, signal),
    pso: await exploring(options, 'pso', runs, signal),
    rmo: await exploring(options, 'rmo', runs, signal),
  } as const satisfies Record<MemoryModel, RowJudge>;
  const judgeWith = (memory: MemoryModel): RowJudge => judges[memory];
  const { arch: profiles, kernel } = options;
  if (options.overlays) {
    const { overlayRows } = await import('../engines/overlayMatrix.js');
    return overlayRows({
      overlays: options.overlay,
      reactions: options.reaction,
      profiles,
      kernel,
      judgeWith,
    });
  }
  const { protocolRows } = await import('../engines/protocolMatrix.js');
  return protocolRows({ protocols: options.protocol, policies: options.policy, profiles, kernel, judgeWith });
}

async function printed(document: MatrixDocument, { json, against }: MatrixOptions): Promise<string> {
  if (json) return `${JSON.stringify(document, null, 2)}\n`;
  if (against === undefined) return (await import('../report/matrixText.js')).matrixText(document);
  const { policyTable } = await import('../report/policyTable.js');
  return `${policyTable(document, against).join('\n')}\n`;
}

async function exploring(
  { timeLimit = DEFAULT_TIME_LIMIT }: MatrixOptions,
  memory: MemoryModel,
  otherwise: RowJudge,
  signal: AbortSignal,
): Promise<RowJudge> {
  const { exhaustiveJudge } = await import('../engines/exhaustiveJudge.js');
  const clock = (): number => performance.now();
  return exhaustiveJudge({ memory, timeLimitMs: timeLimit * MS_PER_S, signal, clock }, otherwise);
}

function noMatrix(engine: string): LabError {
  return new LabError(
    'E_ENGINE',
    `engine '${engine}' runs no matrix: it has neither policies nor profiles to choose from`,
    `Use --engine ${Object.keys(JUDGES).join(' or ')}; coresync run <scenario> --engine ${engine} runs one.`,
  );
}

/** By engine. */
const JUDGES: Readonly<Record<string, (seeds: readonly number[], pools: ThreadPools) => Promise<RowJudge>>> =
  {
    virtual: async (seeds) => (await import('../engines/matrix.js')).virtualJudge(seeds),
    threads: async (seeds, pools) =>
      (await import('../engines/matrix.js')).worstOf(seeds, (situation) => pools.run(situation, {})),
  };
