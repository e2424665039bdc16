import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COUNTER } from '../../src/hw/counters.js';
import { IRQ_CALL_FUNCTION } from '../../src/hw/doorbell.js';
import { InvalidOpcode } from '../../src/hw/fetchPath.js';
import type { FetchUnit } from '../../src/jit/fetchUnit.js';
import { immediateOf } from '../../src/jit/version.js';
import { emptyUnits, machineWith, storeBytes, storeVersion, type TestMachine } from './machine.js';

const UNIT = 0;
/** WebAssembly opcodes. */
const UNREACHABLE = 0x00;
const NOP = 0x01;
const CALL = 0x10;
const NO_OPCODE = 0xff;

let images: readonly FetchUnit[];
let machine: TestMachine;

beforeAll(async () => {
  images = await emptyUnits(1);
});

beforeEach(async () => {
  machine = await machineWith('x86-64', 2, images);
});

/** Calls the unit until `times` calls are made. @returns the value of the last one. */
function call(cpu = 0, times = 1, unit = UNIT): number {
  const fetchPath = machine.fetchPaths[cpu]!;
  for (let left = times; left > 0; ) left -= fetchPath.execute(unit, left);
  return fetchPath.lastValue(unit);
}

function decodes(cpu = 0): number {
  return machine.words[machine.hw.counter(cpu, COUNTER.decodes)]!;
}

/** Replaces the instruction with the immediate, opcode and all. */
function storeInstruction(...bytes: readonly number[]): void {
  const whole = [...bytes, ...Array.from({ length: 6 - bytes.length }, () => NOP)];
  storeBytes(machine, UNIT, images[UNIT]!.siteOffset - 1, whole);
}

function faultOf(run: () => unknown): InvalidOpcode {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidOpcode) return error;
    throw error;
  }
  throw new Error('there was no fault');
}

describe('execute', () => {
  it('runs what the icache bytes say', () => {
    expect(call()).toBe(immediateOf(0));
    expect(machine.fetchPaths[0]!.decodedBytes(UNIT)).toEqual(images[UNIT]!.bytes);
  });

  it('counts calls: as many as were asked for', () => {
    const [fetchPath] = machine.fetchPaths;
    call();
    expect(fetchPath!.execute(UNIT, 1000)).toBe(1000);
    expect(fetchPath!.execute(UNIT, 0)).toBe(0);
  });

  it('the first call of a new value is reported by itself', () => {
    const [fetchPath] = machine.fetchPaths;
    expect(fetchPath!.execute(UNIT, 1000)).toBe(1);
    expect(fetchPath!.lastValue(UNIT)).toBe(immediateOf(0));
  });

  it('makes no call while the doorbell rings', () => {
    call();
    machine.words[machine.hw.cpu.doorbell(0)] = IRQ_CALL_FUNCTION;
    expect(machine.fetchPaths[0]!.execute(UNIT, 1000)).toBe(0);
  });
});

describe('decoded', () => {
  it('a patch does not reach it: the old code runs on, until a serialization', () => {
    call();
    storeVersion(machine, UNIT, 1);
    expect(call(0, 100)).toBe(immediateOf(0));
    machine.fetchPaths[0]!.serialize();
    expect(call(0, 100)).toBe(immediateOf(1));
  });

  it('is private: one cpu serializes, the other runs on with the old code', () => {
    call(0);
    call(1);
    storeVersion(machine, UNIT, 1);
    machine.fetchPaths[0]!.serialize();
    expect([call(0), call(1)]).toEqual([immediateOf(1), immediateOf(0)]);
  });

  it('is fetched at the first call, and no earlier', () => {
    storeVersion(machine, UNIT, 1);
    expect(call()).toBe(immediateOf(1));
  });

  it('a serialization alone does not fetch: what counts is what is there at the next call', () => {
    call();
    machine.fetchPaths[0]!.serialize();
    storeVersion(machine, UNIT, 1);
    expect(call()).toBe(immediateOf(1));
  });

  it('a serialization drops every unit, also beyond the first 32', async () => {
    const units = 40;
    images = await emptyUnits(units);
    machine = await machineWith('x86-64', 1, images);
    const all = Array.from({ length: units }, (_, unit) => unit);
    for (const unit of all) call(0, 1, unit);
    for (const unit of all) storeVersion(machine, unit, unit + 1);
    expect(all.map((unit) => call(0, 1, unit))).toEqual(all.map(() => immediateOf(0)));
    machine.fetchPaths[0]!.serialize();
    expect(all.map((unit) => call(0, 1, unit))).toEqual(all.map((unit) => immediateOf(unit + 1)));
  });

  it('runs the version that was there at the last decode, after any history', () => {
    const step = fc.constantFrom('store', 'serialize', 'call');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        machine.fetchPaths[0]!.serialize();
        let stored = 0;
        let decoded: number | undefined;
        storeVersion(machine, UNIT, stored);
        for (const next of steps) {
          if (next === 'store') storeVersion(machine, UNIT, ++stored);
          if (next === 'serialize') {
            machine.fetchPaths[0]!.serialize();
            decoded = undefined;
          }
          if (next === 'call') {
            decoded ??= stored;
            expect(call()).toBe(immediateOf(decoded));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the memo', () => {
  it('the same bytes again: decoded again, not compiled again', () => {
    call();
    machine.fetchPaths[0]!.serialize();
    call();
    expect([decodes(), machine.fetchPaths[0]!.compiled]).toEqual([2, 1]);
  });

  it('other bytes: compiled', () => {
    for (const version of [0, 1, 2]) {
      storeVersion(machine, UNIT, version);
      machine.fetchPaths[0]!.serialize();
      expect(call()).toBe(immediateOf(version));
    }
    expect([decodes(), machine.fetchPaths[0]!.compiled]).toEqual([3, 3]);
  });

  it('goes by content, not by version: a byte outside the site counts too', () => {
    call();
    storeBytes(machine, UNIT, images[UNIT]!.bytes.length - 1, [0x55]);
    machine.fetchPaths[0]!.serialize();
    expect(call()).toBe(immediateOf(0));
    expect(machine.fetchPaths[0]!.compiled).toBe(2);
  });

  it('calls without a serialization in between decode once', () => {
    call(0, 1000);
    expect(decodes()).toBe(1);
  });
});

describe('bytes that are no code', () => {
  it.each([
    { title: 'do not validate', bytes: [NO_OPCODE], message: /opcode/i },
    { title: 'trap', bytes: [UNREACHABLE], message: /unreachable/ },
    { title: 'recurse without end', bytes: [CALL, 0], message: /stack/i },
  ])('that $title: InvalidOpcode, with the unit', ({ bytes, message }) => {
    storeInstruction(...bytes);
    const fault = faultOf(() => call());
    expect(fault.unit).toBe(UNIT);
    expect(fault.message).toMatch(message);
    expect(fault.cause).toBeInstanceOf(Error);
  });

  it('that validate, but export something else: InvalidOpcode', () => {
    const text = String.fromCharCode(...images[UNIT]!.bytes);
    const exportSection = text.indexOf('\x01f\x00\x00');
    expect(exportSection).toBeGreaterThan(0);
    storeBytes(machine, UNIT, exportSection + 1, ['g'.charCodeAt(0)]);
    expect(faultOf(() => call()).unit).toBe(UNIT);
  });

  it('the process goes on, and so does the cpu once the bytes are code again', () => {
    call(0);
    call(1);
    storeInstruction(NO_OPCODE);
    machine.fetchPaths[0]!.serialize();
    faultOf(() => call(0));
    expect(call(1)).toBe(immediateOf(0));
    storeBytes(machine, UNIT, 0, [...images[UNIT]!.bytes]);
    expect(call()).toBe(immediateOf(0));
  });

  it('what ran before never runs in their place', () => {
    call();
    storeInstruction(NO_OPCODE);
    machine.fetchPaths[0]!.serialize();
    for (let attempt = 0; attempt < 3; attempt++) faultOf(() => call());
  });

  it('they do no harm before they are fetched', () => {
    call();
    storeInstruction(NO_OPCODE);
    expect(call()).toBe(immediateOf(0));
  });
});
