/** What is wrong with a trace in Chrome's Trace Event JSON, by the rules of Perfetto's importer: a line each.
 *
 *  Limit: the phases that coresync writes. */

interface Event {
  readonly ph: string;
  readonly pid?: unknown;
  readonly tid?: unknown;
  readonly ts?: unknown;
  readonly dur?: unknown;
  readonly name?: unknown;
  readonly cat?: unknown;
  readonly id?: unknown;
  readonly bp?: unknown;
  readonly s?: unknown;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

const PHASES = ['M', 'X', 'i', 's', 'f'];

export function lintTrace(text: string): string[] {
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly Event[] };
  const lint = new Lint();
  traceEvents.forEach((event, index) => {
    lint.read(event, `event ${index}`);
  });
  return lint.end();
}

class Lint {
  readonly #wrong: string[] = [];
  readonly #named = new Set<unknown>();
  /* By tid, those that are open, as the importer keeps them. */
  readonly #open = new Map<unknown, Span[]>();
  readonly #starts = new Map<string, number>();
  readonly #ids = new Set<unknown>();
  #latest = 0;

  read(event: Event, where: string): void {
    const { ph, pid, tid, name } = event;
    if (!PHASES.includes(ph)) this.#wrong.push(`${where}: phase ${ph}`);
    if (!isId(pid)) this.#wrong.push(`${where}: pid ${pid}`);
    if (typeof name !== 'string' || name === '') this.#wrong.push(`${where}: no name`);
    if (ph === 'M') {
      if (name === 'thread_name') this.#named.add(tid);
      return;
    }
    if (!isId(tid)) this.#wrong.push(`${where}: tid ${tid}`);
    if (!this.#named.has(tid)) this.#wrong.push(`${where}: a thread without a name`);
    const at = inNs(event.ts);
    if (at === undefined) {
      this.#wrong.push(`${where}: ts ${event.ts}`);
      return;
    }
    if (at < this.#latest) this.#wrong.push(`${where}: earlier than what stands before it`);
    this.#latest = at;
    const open = this.#openAt(tid, at);
    if (ph === 'X') this.#readSlice(event, at, open, where);
    if (ph === 'i' && event.s !== 't') this.#wrong.push(`${where}: an instant of no thread`);
    if (ph === 's' || ph === 'f') this.#readArrow(event, at, open, where);
  }

  end(): string[] {
    return [...this.#wrong, ...[...this.#starts.keys()].map((key) => `arrow ${key}: it does not arrive`)];
  }

  #openAt(tid: unknown, at: number): Span[] {
    const open = (this.#open.get(tid) ?? []).filter(({ until }) => until > at);
    this.#open.set(tid, open);
    return open;
  }

  #readSlice({ dur }: Event, from: number, open: Span[], where: string): void {
    const length = inNs(dur);
    if (length === undefined || length === 0) {
      this.#wrong.push(`${where}: dur ${dur}`);
      return;
    }
    const until = from + length;
    const around = open.at(-1);
    if (around && around.until < until)
      this.#wrong.push(`${where}: it ends after the slice that it begins in`);
    open.push({ from, until });
  }

  #readArrow({ ph, cat, name, id, bp }: Event, at: number, open: readonly Span[], where: string): void {
    const key = `${id} ${cat} ${name}`;
    if (!isId(id)) this.#wrong.push(`${where}: id ${id}`);
    // It binds to the innermost slice; if that is not the one it was meant for, it begins elsewhere.
    if (open.at(-1)?.from !== at) this.#wrong.push(`${where}: an arrow that is not where a slice begins`);
    if (ph === 's') {
      if (this.#ids.has(id)) this.#wrong.push(`${where}: id ${id} again`);
      this.#ids.add(id);
      this.#starts.set(key, at);
      return;
    }
    if (bp !== 'e') this.#wrong.push(`${where}: an arrow that binds to the next slice`);
    if (!this.#starts.delete(key)) this.#wrong.push(`${where}: an arrow from nowhere`);
  }
}

function isId(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

/** Rounded as the importer does; undefined where something is lost by it. */
function inNs(us: unknown): number | undefined {
  if (typeof us !== 'number' || us < 0) return undefined;
  const ns = Math.round(us * 1000);
  return Math.abs(us * 1000 - ns) < 1e-3 ? ns : undefined;
}
