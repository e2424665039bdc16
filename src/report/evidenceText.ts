/** Evidence as text: what the cpu executes beside what memory holds, and which step between them is missing. */

import { encodePaddedI32 } from '../jit/leb128.js';
import { DOUBLEWORD_BYTES } from '../jit/patchSite.js';
import { immediateOf } from '../jit/version.js';
import { hexOf } from './evidence.js';
import type { EvidenceDocument, RunDocument } from './runSchema.js';
import { sideBySide, wrap } from './textLayout.js';

type StationName = 'memory' | 'pou' | 'icache' | 'decoded';

const STATIONS: readonly (readonly [StationName, string])[] = [
  ['memory', 'memory'],
  ['pou', 'PoU'],
  ['icache', 'icache'],
  ['decoded', 'decoded'],
];

export function evidenceText(document: RunDocument): string[] {
  const { evidence } = document;
  if (!evidence) return [];
  return [
    ...wrap(whatWasExecuted(document, evidence), '  '),
    '',
    ...sideBySide(
      [`cpu ${evidence.cpu} executes`, ...functionOf(evidence.decoded.disassembly)],
      ['memory holds', ...functionOf(evidence.memory.disassembly)],
    ),
    '',
    ...(document.finding?.judgement === 'torn'
      ? tearOf(evidence, document.finding.promised)
      : stationsOf(evidence)),
  ];
}

export function whatWasExecuted({ finding, faults }: RunDocument, { cpu, site }: EvidenceDocument): string {
  const fault = faults[0];
  if (fault) return `cpu ${cpu} could not execute what it fetched of '${site.name}': ${fault.message}`;
  if (!finding) return `cpu ${cpu}, site '${site.name}':`;
  if (finding.executed === null) {
    return `cpu ${cpu} called '${site.name}' and got ${finding.value}, which no version returns; version ${finding.promised} was promised.`;
  }
  return `cpu ${cpu} executed version ${finding.executed} of '${site.name}' after version ${finding.promised} had been promised.`;
}

/** The site at each station, and the step that is missing before the first one that differs. */
function stationsOf(evidence: EvidenceDocument): string[] {
  return [
    ...STATIONS.map(([name, title]) => {
      const { site, version } = evidence[name];
      const differs = evidence.firstDifference === name ? '  <- differs first' : '';
      return `  ${title.padEnd(8)}  ${spaced(site)}  ${versionTitle(version).padEnd(12)}${differs}`.trimEnd();
    }),
    ...wrap(`${missingStep(evidence)}`, '  '),
  ];
}

export function missingStep({ cpu, firstDifference }: EvidenceDocument): string {
  switch (firstDifference) {
    case 'pou':
      return 'Memory is ahead of the PoU: the line was not cleaned.';
    case 'icache':
      return `The PoU is ahead of the icache of cpu ${cpu}: its line was not invalidated.`;
    case 'decoded':
      return `The icache of cpu ${cpu} is ahead of what it decoded: the cpu did not serialize.`;
    case null:
      return 'All stations agree by now.';
  }
}

/** The bytes that were executed between the two versions they are from, cut where one store ends. */
function tearOf({ site, decoded }: EvidenceDocument, promised: number): string[] {
  const cut = Math.min(site.bytes, DOUBLEWORD_BYTES - (site.offset % DOUBLEWORD_BYTES));
  const row = (title: string, hex: string): string =>
    `  ${title.padEnd(11)}  ${spaced(hex.slice(0, cut * 2))} | ${spaced(hex.slice(cut * 2))}`;
  const bytesOf = (version: number): string => hexOf(encodePaddedI32(immediateOf(version)));
  return [
    row(versionTitle(promised), bytesOf(promised)),
    row('executed', decoded.site),
    row(versionTitle(promised + 1), bytesOf(promised + 1)),
    '  The bar is the end of an aligned 8-byte word: one store reaches no further.',
  ];
}

function versionTitle(version: number | null): string {
  return version === null ? 'no version' : `version ${version}`;
}

function spaced(hex: string): string {
  return hex.match(/../g)?.join(' ') ?? '';
}

/** The function of a unit, without the module around it; remarks of the disassembler stay. */
function functionOf(disassembly: string): string[] {
  return disassembly
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\(module|^ {2}\((type|export) /.test(line))
    .map((line) => line.replace(/^ {2}/, ''));
}
