/** Code memory of an explored machine: what happens to it happens to the state. */
import type { CodeOffset, CpuId } from '../base/ids.js';
import { type Bytes, LINE_BYTES } from '../base/layout.js';
import { CodeMemory } from '../hw/codeMemory.js';
import type { HwLayout } from '../hw/layout.js';
import { type Operation, operationNumber, type StationStates } from './stationStates.js';

export class ExploredCode extends CodeMemory {
  readonly #stations: StationStates;
  /* By cpu. */
  readonly #invalidateAll: readonly Operation[];
  /* By cpu and line. */
  readonly #invalidate: readonly (readonly Operation[])[];

  constructor(layout: HwLayout, buffer: SharedArrayBuffer, stations: StationStates) {
    super(layout, buffer);
    this.#stations = stations;
    const { cpus, codeBytes } = layout.dimensions;
    const lines = Array.from({ length: codeBytes / LINE_BYTES }, (_, line) => line);
    const every = Array.from({ length: cpus }, (_, cpu) => cpu);
    this.#invalidate = every.map((cpu) =>
      lines.map((line) => ({
        number: operationNumber('invalidate', line),
        run: () => super.invalidate(cpu, line),
      })),
    );
    this.#invalidateAll = every.map((cpu) => ({
      number: operationNumber('invalidateAll'),
      run: () => {
        for (const line of lines) super.invalidate(cpu, line);
      },
    }));
  }

  override store(offset: CodeOffset, mask: bigint, bits: bigint): void {
    this.#stations.changeShared(() => super.store(offset, mask, bits));
  }

  override clean(line: number): void {
    this.#stations.changeShared(() => super.clean(line));
  }

  override invalidate(cpu: CpuId, line: number): void {
    this.#stations.changeOwn(cpu, this.#invalidate[cpu]![line]!);
  }

  override invalidateAll(cpu: CpuId): void {
    this.#stations.changeOwn(cpu, this.#invalidateAll[cpu]!);
  }

  override peek(station: Bytes, offset: CodeOffset, length: number): Uint8Array {
    this.#stations.show();
    return super.peek(station, offset, length);
  }
}
