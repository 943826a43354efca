type Handler = EventListenerOrEventListenerObject | null;
type HandlerOptions = boolean | AddEventListenerOptions | undefined;

interface Entry {
  readonly handler: EventListenerOrEventListenerObject;
  readonly capture: boolean;
  readonly once: boolean;
}

/**
 * Keeps account of the handlers of one event, which an `EventTarget` does not
 * tell: the rules are those of the DOM standard, section 2.7.
 */
export class EventHandlers {
  #entries: Entry[] = [];

  /** Whether nobody would hear the event. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Follows `addEventListener`. */
  add(handler: Handler, options: HandlerOptions): void {
    const { capture, once, signal } = flatten(options);
    if (handler === null || signal?.aborted) return;
    if (this.#find(handler, capture) !== undefined) return;
    this.#entries.push({ handler, capture, once });
    signal?.addEventListener("abort", () => this.remove(handler, capture), {
      once: true,
    });
  }

  /** Follows `removeEventListener`. */
  remove(handler: Handler, options: HandlerOptions): void {
    const { capture } = flatten(options);
    const found = this.#find(handler, capture);
    this.#entries = this.#entries.filter((entry) => entry !== found);
  }

  /** Follows `dispatchEvent`: handlers for one event are gone then. */
  dispatched(): void {
    this.#entries = this.#entries.filter((entry) => !entry.once);
  }

  #find(handler: Handler, capture: boolean): Entry | undefined {
    return this.#entries.find((entry) =>
      entry.handler === handler && entry.capture === capture
    );
  }
}

function flatten(
  options: HandlerOptions,
): { capture: boolean; once: boolean; signal: AbortSignal | undefined } {
  if (typeof options !== "object") {
    return { capture: options === true, once: false, signal: undefined };
  }
  const { capture = false, once = false, signal } = options;
  return { capture, once, signal };
}
