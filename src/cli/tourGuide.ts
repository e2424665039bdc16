/** Leads through the tour: runs its stops on real threads and prints each line as soon as it is known. */
import { EXIT, type ExitStatus } from '../base/errors.js';
import { loadScenario } from '../engines/catalogue.js';
import { prepareSituation } from '../engines/situation.js';
import { evidenceText } from '../report/evidenceText.js';
import type { ExplorationDocument } from '../report/explorationSchema.js';
import { FOUR_STATIONS } from '../report/fourStations.js';
import { runDocument } from '../report/runDocument.js';
import type { RunDocument } from '../report/runSchema.js';
import { tableHead, tableRow } from '../report/table.js';
import { wrap } from '../report/textLayout.js';
import { environment } from './environment.js';
import type { Session, StopReason } from './session.js';
import { ThreadPools } from './threadPools.js';
import { TOUR_KERNEL, type TourRow, type TourStop } from './tour.js';
import type { ExploredStop } from './tourExploration.js';
import { visitEverySchedule } from './tourExplorer.js';

const INTRODUCTION =
  'A JIT rewrites code that other cores are running. Simulated here: the cores, with the four stations below, and ' +
  'the part of Linux that switches tasks, sends interrupts and implements membarrier(2). Real: the code. It is ' +
  'WebAssembly whose bytes one worker thread rewrites in shared memory while others compile and call it, so a stale ' +
  `call really runs the old machine code. Every row below runs on the kernel '${TOUR_KERNEL}'.`;

const NO_PROOF =
  'Safe means: not observed in these publications. Real threads show hazards, they never prove that there is none.';

const HOST_CORES_SHARED = 'More cpus than host cores: they took turns, so only the counts mean something.';

const TRY_NEXT = [
  'coresync list',
  'coresync run kthread-return --policy none',
  'coresync run kthread-return --without finish-task-switch-sync',
  'coresync explore flag-left-behind --policy deferred-task-registered',
  'coresync matrix --scenario kthread-return flag-left-behind',
];
const CHECKOUT_HINT = '(in a checkout, coresync is: node dist/src/cli/main.js)';

/** Most stops run on so many cpus; their threads start while the first situation is prepared. */
const USUAL_CPUS = 2;

/** What came of the rows. */
interface Seen {
  readonly documents: readonly RunDocument[];
  /** One sentence each. */
  readonly unexpected: readonly string[];
}

/** @param explored visited after the others.
 *  @param keep is given what was seen, as it is seen.
 *  @returns good where every row was as expected; a control that does not fail is not. */
export async function leadTour(
  session: Session,
  stops: readonly TourStop[],
  explored: readonly ExploredStop[] = [],
  keep: (document: RunDocument | ExplorationDocument) => void = () => {},
): Promise<ExitStatus> {
  // Before anything is printed: from then on, an interrupt is answered here.
  const signal = session.stopSignal();
  session.print(`${paragraph(INTRODUCTION, '')}\n${FOUR_STATIONS}`);
  const pools = new ThreadPools();
  try {
    await pools.start(USUAL_CPUS);
    const documents: RunDocument[] = [];
    const unexpected: string[] = [];
    for (const [index, stop] of stops.entries()) {
      const seen = await visit(index + 1, stop, pools, session);
      if (signal.aborted) return stoppedEarly(session);
      documents.push(...seen.documents);
      seen.documents.forEach(keep);
      unexpected.push(...seen.unexpected);
    }
    for (const [index, stop] of explored.entries()) {
      unexpected.push(...(await visitEverySchedule(stops.length + index + 1, stop, session, keep)));
      if (signal.aborted) return stoppedEarly(session);
    }
    session.print(closing({ documents, unexpected }, session));
    return unexpected.length === 0 ? EXIT.good : EXIT.bad;
  } finally {
    await pools.close();
  }
}

async function visit(number: number, stop: TourStop, pools: ThreadPools, session: Session): Promise<Seen> {
  const { print, paint } = session;
  const signal = session.stopSignal();
  const scenario = await loadScenario(stop.scenario);
  print(`\n${paint('bold', `${number}. ${stop.title}`)}\n${paragraph(scenario.story, '   ')}\n`);
  print(`${tableHead(stop.columns)}\n`);
  const documents: RunDocument[] = [];
  const unexpected: string[] = [];
  for (const row of stop.rows) {
    const document = await runRow(stop.scenario, row, pools, signal);
    if (signal.aborted) return { documents, unexpected };
    documents.push(document);
    print(`${tableRow(stop.columns, document)}\n`);
    if (!row.expected.includes(document.verdict)) unexpected.push(surpriseText(document, row));
  }
  print(`\n${afterTable(stop, documents)}`);
  const { holds, sentence } = stop.claim(documents);
  print(paragraph(sentence, '  '));
  if (!holds) unexpected.push(`${stop.scenario}: the numbers do not show it: ${sentence}`);
  return { documents, unexpected };
}

/** The evidence of the first row where the stop shows it, and what to mind. */
function afterTable({ showsEvidence }: TourStop, documents: readonly RunDocument[]): string {
  const [first] = documents;
  const evidence = showsEvidence && first ? evidenceText(first) : [];
  const shared = documents.some((document) => document.oversubscribed) ? wrap(HOST_CORES_SHARED, '  ') : [];
  return [
    ...(evidence.length > 0 ? ['  Evidence, from the first row:', ...evidence, ''] : []),
    ...shared,
    '',
  ].join('\n');
}

function surpriseText({ scenario, verdict, reason }: RunDocument, { request, expected }: TourRow): string {
  const asked = Object.entries(request).map(([option, value]) => `${option} ${value}`);
  return `${scenario} with ${asked.join(', ')}: ${verdict} (${reason}); expected ${expected.join(' or ')}.`;
}

async function runRow(
  scenario: string,
  { request }: TourRow,
  pools: ThreadPools,
  signal: AbortSignal,
): Promise<RunDocument> {
  const situation = await prepareSituation({ kernel: TOUR_KERNEL, ...request, scenario });
  const result = await pools.run(situation, { signal });
  const { callsPerRound } = situation.scenario.defaults;
  const settings = {
    engine: 'threads',
    seed: 0,
    memory: 'sc',
    hardware: 'adversarial',
    callsPerRound,
  } as const;
  return runDocument(situation, settings, result, environment());
}

function stoppedEarly({ print, stopSignal }: Session): ExitStatus {
  if (stopSignal().reason === ('reader gone' satisfies StopReason)) return EXIT.good;
  print('\ninterrupted\n');
  return EXIT.interrupted;
}

function closing({ documents, unexpected }: Seen, { paint }: Session): string {
  const total = (of: (document: RunDocument) => number): number =>
    documents.reduce((sum, document) => sum + of(document), 0);
  const tally =
    `${documents.length} runs: ${total((run) => run.publications)} publications, ` +
    `${total((run) => run.calls)} calls, ${total((run) => run.stale)} stale and ${total((run) => run.torn)} torn`;
  const outcome =
    unexpected.length === 0
      ? paint('green', paragraph(`${tally}, each of them where it was expected.`, ''))
      : paint('red', paragraph(`${tally}. Not as expected:`, ''));
  return [
    `\n${paint('bold', 'Try next')}\n`,
    ...TRY_NEXT.map((command) => `  ${command}\n`),
    `  ${CHECKOUT_HINT}\n\n`,
    outcome,
    ...unexpected.map((sentence) => paragraph(sentence, '  ')),
    paragraph(NO_PROOF, ''),
  ].join('');
}

function paragraph(text: string, lead: string): string {
  return `${wrap(text, lead).join('\n')}\n`;
}
