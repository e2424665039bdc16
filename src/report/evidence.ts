/** The stations of a patch site as a document: bytes, the version they are, their text, and where they part. */

import type { StationBytes } from '../hw/processor.js';
import type { UnitPlacement } from '../hw/unitPlacement.js';
import { decodeI32 } from '../jit/leb128.js';
import { versionOf } from '../jit/version.js';
import { disassemble } from '../jit/wabt.js';
import { NO_VERSION } from '../trace/events.js';
import type { EvidenceDocument, StationDocument } from './runSchema.js';

/** @param newest the highest version that may have been stored. */
export async function evidenceDocument(
  cpu: number,
  unit: UnitPlacement & { readonly name: string },
  stations: StationBytes,
  newest: number,
): Promise<EvidenceDocument> {
  const describe = (bytes: Uint8Array): Promise<StationDocument> => stationDocument(unit, bytes, newest);
  return {
    cpu,
    site: { name: unit.name, offset: unit.siteOffset, bytes: unit.siteBytes },
    memory: await describe(stations.memory),
    pou: await describe(stations.pou),
    icache: await describe(stations.icache),
    decoded: await describe(stations.decoded),
    firstDifference: firstDifference(stations),
  };
}

async function stationDocument(
  { siteOffset, siteBytes }: UnitPlacement,
  bytes: Uint8Array,
  newest: number,
): Promise<StationDocument> {
  return {
    hex: hexOf(bytes),
    site: hexOf(bytes.subarray(siteOffset, siteOffset + siteBytes)),
    version: versionAt(bytes, siteOffset, newest),
    disassembly: await disassemble(bytes),
  };
}

function versionAt(bytes: Uint8Array, siteOffset: number, newest: number): number | null {
  let value: number;
  try {
    value = decodeI32(bytes, siteOffset);
  } catch {
    return null; // torn so badly that it is no immediate: a version least of all
  }
  const version = versionOf(value, newest);
  return version === NO_VERSION ? null : version;
}

function firstDifference({
  memory,
  pou,
  icache,
  decoded,
}: StationBytes): EvidenceDocument['firstDifference'] {
  if (hexOf(pou) !== hexOf(memory)) return 'pou';
  if (hexOf(icache) !== hexOf(pou)) return 'icache';
  if (hexOf(decoded) !== hexOf(icache)) return 'decoded';
  return null;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
