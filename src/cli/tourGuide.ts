/** Leads through the tour: runs its stops on real threads and prints each line as soon as it is known. */
import { EXIT, type ExitStatus } from '../base/errors.js';
import { loadScenario } from '../engines/catalogue.js';
import { prepareSituation } from '../engines/situation.js';
import { evidenceText } from '../report/evidenceText.js';
import { FOUR_STATIONS } from '../report/fourStations.js';
import { runDocument } from '../report/runDocument.js';
import type { RunDocument } from '../report/runSchema.js';
import { tableHead, tableRow } from '../report/table.js';
import { wrap } from '../report/textLayout.js';
import { environment } from './environment.js';
import type { Session, StopReason } from './session.js';
import { ThreadPools } from './threadPools.js';
import { TOUR, type TourRow, type TourStop } from './tour.js';

const INTRODUCTION =
  'A JIT rewrites code that other cores are running. Simulated here: the cores, with the four stations below, and ' +
  'the part of Linux that switches tasks, sends interrupts and implements membarrier(2). Real: the code. It is ' +
  'WebAssembly whose bytes one worker thread rewrites in shared memory while others compile and call it, so a stale ' +
  'call really runs the old machine code.';

const NO_PROOF =
  'Safe means: not observed in these publications. Real threads show hazards, they never prove that there is none.';

const TRY_NEXT = [
  'coresync list',
  'coresync run kthread-return --policy none',
  'coresync run kthread-return --without finish-task-switch-sync',
];
const CHECKOUT_HINT = 'In a checkout: npx coresync ...';

/** Most stops run on so many cpus; their threads start while the first situation is prepared. */
const USUAL_CPUS = 2;

/** What came of the rows so far. */
interface Tour {
  readonly runs: number;
  /** One sentence each. */
  readonly unexpected: readonly string[];
}

/** @returns good where every row was as expected; a control that does not fail is not. */
export async function leadTour(session: Session): Promise<ExitStatus> {
  session.print(`${paragraph(INTRODUCTION, '')}\n${FOUR_STATIONS}`);
  const pools = new ThreadPools();
  try {
    await pools.start(USUAL_CPUS);
    const unexpected: string[] = [];
    let runs = 0;
    for (const [index, stop] of TOUR.entries()) {
      const visited = await visit(index + 1, stop, pools, session);
      runs += visited.runs;
      unexpected.push(...visited.unexpected);
      if (session.signal.aborted) return stoppedEarly(session);
    }
    session.print(closing({ runs, unexpected }, session));
    return unexpected.length === 0 ? EXIT.good : EXIT.bad;
  } finally {
    await pools.close();
  }
}

async function visit(number: number, stop: TourStop, pools: ThreadPools, session: Session): Promise<Tour> {
  const { print, paint, signal } = session;
  const scenario = await loadScenario(stop.scenario);
  print(`\n${paint('bold', `${number}. ${stop.title}`)}\n${paragraph(scenario.story, '   ')}\n`);
  print(`${tableHead(stop.columns)}\n`);
  const documents: RunDocument[] = [];
  const unexpected: string[] = [];
  for (const row of stop.rows) {
    const document = await runRow(stop.scenario, row, pools, signal);
    if (signal.aborted) return { runs: documents.length, unexpected };
    documents.push(document);
    print(`${tableRow(stop.columns, document)}\n`);
    if (row.expected.includes(document.verdict)) continue;
    const sentence = `${stop.scenario}: ${document.verdict} (${document.reason}); expected ${row.expected.join(' or ')}.`;
    unexpected.push(sentence);
    print(paragraph(`UNEXPECTED ${sentence}`, '  '));
  }
  const evidence = stop.showsEvidence ? evidenceText(documents[0]!) : [];
  if (evidence.length > 0) print(`\n${evidence.join('\n')}\n`);
  const claim = stop.claim(documents);
  print(`\n${paragraph(claim.sentence, '  ')}`);
  if (!claim.holds) unexpected.push(`${stop.scenario}: the numbers do not show it. ${claim.sentence}`);
  if (documents.some((document) => document.oversubscribed)) {
    print(paragraph('More cpus than host cores: they took turns, so only the counts mean something.', '  '));
  }
  return { runs: documents.length, unexpected };
}

async function runRow(
  scenario: string,
  { request }: TourRow,
  pools: ThreadPools,
  signal: AbortSignal,
): Promise<RunDocument> {
  const situation = await prepareSituation({ ...request, scenario });
  const result = await pools.run(situation, { signal });
  const { callsPerRound } = situation.scenario.defaults;
  const settings = { engine: 'threads', seed: 0, memory: 'sc', callsPerRound } as const;
  return runDocument(situation, settings, result, environment());
}

function stoppedEarly({ print, signal }: Session): ExitStatus {
  if (signal.reason === ('reader gone' satisfies StopReason)) return EXIT.good;
  print('\ninterrupted\n');
  return EXIT.interrupted;
}

function closing({ runs, unexpected }: Tour, { paint }: Session): string {
  const commands = TRY_NEXT.map((command) => `  ${command}\n`).join('');
  const surprises = unexpected.map((sentence) => paragraph(`UNEXPECTED ${sentence}`, '  ')).join('');
  const verdict =
    unexpected.length === 0
      ? paint('green', `${runs} runs, every one as expected.`)
      : paint('red', `${runs} runs, ${unexpected.length} unexpected results:`);
  return `\n${paint('bold', 'Try next')}\n${commands}  ${CHECKOUT_HINT}\n\n${verdict}\n${surprises}${paragraph(NO_PROOF, '')}`;
}

function paragraph(text: string, lead: string): string {
  return `${wrap(text, lead).join('\n')}\n`;
}
