/** Leads through a stop at which every schedule is looked at. */
import { DEFAULT_EXPLORATION_OPTIONS, explore } from '../engines/exploration.js';
import { prepareSituation } from '../engines/situation.js';
import { explorationDocument } from '../report/explorationDocument.js';
import type { ExplorationDocument } from '../report/explorationSchema.js';
import { lanesText } from '../report/lanesText.js';
import { tableHead, tableRow } from '../report/table.js';
import { wrap } from '../report/textLayout.js';
import { environment } from './environment.js';
import type { Session } from './session.js';
import { TOUR_KERNEL } from './tour.js';
import type { ExploredRow, ExploredStop } from './tourExploration.js';

/** Bound on one row, in milliseconds. */
const ROW_LIMIT_MS = 10_000;

/** @param keep is given what was seen.
 *  @returns one sentence for each thing that was not as expected. */
export async function visitEverySchedule(
  number: number,
  stop: ExploredStop,
  session: Session,
  keep: (document: ExplorationDocument) => void,
): Promise<readonly string[]> {
  const { print, paint } = session;
  const signal = session.stopSignal();
  print(
    `\n${paint('bold', `${number}. ${stop.title}`)}\n${wrap(stop.story, '   ').join('\n')}\n\n${tableHead(stop.columns)}\n`,
  );
  const documents: ExplorationDocument[] = [];
  const unexpected: string[] = [];
  for (const row of stop.rows) {
    if (signal.aborted) return unexpected;
    const document = await exploreRow(row, signal);
    if (document.stoppedBy === 'interrupted') return unexpected;
    documents.push(document);
    keep(document);
    print(`${tableRow(stop.columns, document)}\n`);
    if (document.outcome !== row.expected) {
      unexpected.push(`${row.scenario} under ${row.policy}: ${document.outcome}; expected ${row.expected}.`);
    }
  }
  print(`\n${witnessText(documents)}`);
  const { holds, sentence } = stop.claim(documents);
  print(`${wrap(sentence, '  ').join('\n')}\n`);
  if (!holds) unexpected.push(`every schedule: the results do not show it: ${sentence}`);
  return unexpected;
}

async function exploreRow(
  { scenario, policy }: ExploredRow,
  signal: AbortSignal,
): Promise<ExplorationDocument> {
  const situation = await prepareSituation({
    scenario,
    policy,
    kernel: TOUR_KERNEL,
    rounds: 1,
    callsPerRound: 1,
  });
  const options = {
    ...DEFAULT_EXPLORATION_OPTIONS,
    timeLimitMs: ROW_LIMIT_MS,
    signal,
    clock: () => performance.now(),
  };
  return explorationDocument(situation, options, await explore(situation, options), environment());
}

/** The schedule of the first row that has one. */
function witnessText(documents: readonly ExplorationDocument[]): string {
  const document = documents.find(({ witness }) => witness);
  if (!document?.witness) return '';
  const { scenario, policy, cpus, witness } = document;
  return [
    `  ${scenario} under ${policy}: ${witness.isShortest ? 'the shortest' : 'a'} schedule that goes wrong.`,
    ...wrap('mem, decoded: version of the code in memory and on each cpu; owed: the one promised.', '  '),
    '',
    ...lanesText(witness.lanes, cpus),
    '\n',
  ].join('\n');
}
