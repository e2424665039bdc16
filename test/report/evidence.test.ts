import { beforeAll, describe, expect, it } from 'vitest';
import { emitFetchUnits, type FetchUnit } from '../../src/jit/fetchUnit.js';
import { encodePaddedI32 } from '../../src/jit/leb128.js';
import { immediateOf } from '../../src/jit/version.js';
import { evidenceDocument } from '../../src/report/evidence.js';

let unit: FetchUnit;

beforeAll(async () => {
  [unit] = (await emitFetchUnits([{ name: 'hot', placement: 'across-word', work: { iterations: 0 } }])) as [
    FetchUnit,
  ];
}, 30_000);

const NEWEST = 5;
const CUT = 3;

function version(number: number): Uint8Array {
  return withSite(encodePaddedI32(immediateOf(number)));
}

function withSite(site: Uint8Array): Uint8Array {
  const bytes = unit.bytes.slice();
  bytes.set(site, unit.siteOffset);
  return bytes;
}

function torn(low: number, high: number): Uint8Array {
  const site = encodePaddedI32(immediateOf(high));
  site.set(encodePaddedI32(immediateOf(low)).subarray(0, CUT));
  return withSite(site);
}

function document(stations: {
  memory: Uint8Array;
  pou: Uint8Array;
  icache: Uint8Array;
  decoded: Uint8Array;
}): ReturnType<typeof evidenceDocument> {
  const { bytes, ...placement } = unit;
  return evidenceDocument(1, { ...placement, offset: 0, length: bytes.length }, stations, NEWEST);
}

describe('evidence', () => {
  it.each([
    ['pou', [2, 1, 1, 1]],
    ['icache', [2, 2, 1, 1]],
    ['decoded', [2, 2, 2, 1]],
    [null, [2, 2, 2, 2]],
  ] as const)('the first station that differs: %s', async (station, versions) => {
    const [memory, pou, icache, decoded] = versions.map(version) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const evidence = await document({ memory, pou, icache, decoded });
    expect(evidence.firstDifference).toBe(station);
    expect(
      [evidence.memory, evidence.pou, evidence.icache, evidence.decoded].map((at) => at.version),
    ).toEqual(versions);
  });

  it('each station: the bytes, those of the site, and the text', async () => {
    const bytes = version(3);
    const { memory, site } = await document({ memory: bytes, pou: bytes, icache: bytes, decoded: bytes });
    expect(memory.hex).toBe(Buffer.from(bytes).toString('hex'));
    expect(memory.site).toBe(Buffer.from(encodePaddedI32(immediateOf(3))).toString('hex'));
    expect(memory.disassembly).toContain(`i32.const ${immediateOf(3)}`);
    expect(site).toEqual({ name: 'hot', offset: unit.siteOffset, bytes: 5 });
  });

  it('torn bytes, and bytes that are no immediate, are no version', async () => {
    const broken = withSite(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff));
    const memory = version(1);
    const evidence = await document({ memory, pou: memory, icache: torn(2, 1), decoded: broken });
    expect(evidence.icache.version).toBeNull();
    expect(evidence.decoded.version).toBeNull();
    expect(evidence.decoded.disassembly).toMatch(/^;; does not parse/);
  });
});
