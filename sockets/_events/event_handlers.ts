type Handler = EventListenerOrEventListenerObject;
type HandlerOptions = boolean | AddEventListenerOptions | undefined;
type Attach = (listener: EventListener, capture: boolean) => void;

interface Entry {
  readonly handler: Handler;
  readonly capture: boolean;
  /** What the event target knows in the place of the handler. */
  readonly listener: EventListener;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/**
 * Keeps account of the handlers of one event, which an `EventTarget` does not
 * tell, by the rules of the DOM standard, section 2.7. Each handler is wrapped,
 * so that the account is right at the moment when a handler is called.
 */
export class EventHandlers {
  readonly #attach: Attach;
  readonly #detach: Attach;
  readonly #onEmpty: () => void;
  readonly #entries = new Set<Entry>();

  /**
   * @param attach Adds a listener to the event target.
   * @param detach Removes it.
   * @param onEmpty Called when the last handler is gone.
   */
  constructor(attach: Attach, detach: Attach, onEmpty: () => void = () => {}) {
    this.#attach = attach;
    this.#detach = detach;
    this.#onEmpty = onEmpty;
  }

  /** Whether nobody would hear the event. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Does what `addEventListener` does. */
  add(handler: Handler | null | undefined, options: HandlerOptions): void {
    const { capture, once, signal } = flatten(options);
    if (handler === null || handler === undefined || signal?.aborted) return;
    if (this.#find(handler, capture) !== undefined) return;
    const entry: Entry = {
      handler,
      capture,
      signal,
      onAbort: () => this.#drop(entry),
      listener: (event) => {
        if (once) this.#drop(entry);
        call(handler, event);
      },
    };
    this.#entries.add(entry);
    signal?.addEventListener("abort", entry.onAbort, { once: true });
    this.#attach(entry.listener, capture);
  }

  /** Does what `removeEventListener` does. */
  remove(handler: Handler | null | undefined, options: HandlerOptions): void {
    if (handler === null || handler === undefined) return;
    const entry = this.#find(handler, flatten(options).capture);
    if (entry !== undefined) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry);
    entry.signal?.removeEventListener("abort", entry.onAbort);
    this.#detach(entry.listener, entry.capture);
    if (this.isEmpty) this.#onEmpty();
  }

  #find(handler: Handler, capture: boolean): Entry | undefined {
    return this.#entries.values().find((entry) =>
      entry.handler === handler && entry.capture === capture
    );
  }
}

function call(handler: Handler, event: Event): void {
  if (typeof handler === "function") handler.call(event.currentTarget, event);
  else handler.handleEvent(event);
}

function flatten(
  options: HandlerOptions,
): { capture: boolean; once: boolean; signal: AbortSignal | undefined } {
  if (typeof options !== "object" || options === null) {
    return { capture: options === true, once: false, signal: undefined };
  }
  const { capture = false, once = false, signal } = options;
  return { capture, once, signal };
}
