/** Options that name one of a few: anything else is refused, and told the nearest. */
import { LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import { HARDWARE, type Hardware } from '../hw/refresh.js';
import { PLACEMENTS, type Placement } from '../jit/placement.js';
import { ORDERING_POINTS } from '../kernel/orderingPoints.js';

/** @throws {LabError} E_UNKNOWN_NAME; so do the others. */
export function knownPlacement(name: string | undefined): Placement | undefined {
  const placement = PLACEMENTS.find((candidate) => candidate === name);
  if (name !== undefined && placement === undefined) throw unknownName('placement', name, PLACEMENTS);
  return placement;
}

/** What `coresync init` writes. */
export const FILE_KINDS = ['scenario', 'protocol'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export function knownFileKind(name: string): FileKind {
  const kind = FILE_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) throw unknownName('kind of file', name, FILE_KINDS);
  return kind;
}

/** What `coresync schema` describes: cost profiles too, which are measured and not written. */
const SCHEMA_KINDS = [...FILE_KINDS, 'costs'] as const;

export function knownSchemaKind(name: string): (typeof SCHEMA_KINDS)[number] {
  const kind = SCHEMA_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) throw unknownName('kind of file', name, SCHEMA_KINDS);
  return kind;
}

export function knownHardware(name: string): Hardware {
  const hardware = HARDWARE.find((candidate) => candidate === name);
  if (hardware === undefined) throw unknownName('hardware', name, HARDWARE);
  return hardware;
}

/** What follows `--without`. @throws {LabError} E_USAGE where that are no single ids. */
export function knownBarriers(ids: readonly string[] | undefined): readonly string[] {
  const known = ORDERING_POINTS.map((point) => point.id);
  const unknown = ids?.find((id) => !known.includes(id));
  if (unknown?.startsWith('-')) {
    throw new LabError(
      'E_USAGE',
      `--without is followed by '${unknown}'; expected the id of a barrier`,
      `Put an id before ${unknown}, as in --without ${known[0]}, or leave out --without.`,
    );
  }
  if (unknown?.includes(',')) {
    const parts = unknown.split(',').filter((part) => part !== '');
    throw new LabError(
      'E_USAGE',
      `--without is followed by '${unknown}'; expected ids that are separated by spaces`,
      `Write: --without ${parts.join(' ')}`,
    );
  }
  if (unknown !== undefined) throw unknownName('barrier id', unknown, known);
  return [...new Set(ids)];
}
