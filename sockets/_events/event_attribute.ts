type Handler<E> = (event: E) => unknown;

/**
 * A handler that is set as a property, such as `onerror`: what is not callable
 * stands for none, and it is apart from handlers added by `addEventListener`
 * (HTML standard, "event handlers").
 */
export class EventAttribute<E> {
  readonly #add: (listener: Handler<E>) => void;
  readonly #remove: (listener: Handler<E>) => void;
  #handler: Handler<E> | null = null;
  #listener: Handler<E> | null = null;

  /**
   * @param add Adds a listener of the event.
   * @param remove Removes it.
   */
  constructor(
    add: (listener: Handler<E>) => void,
    remove: (listener: Handler<E>) => void,
  ) {
    this.#add = add;
    this.#remove = remove;
  }

  /** The handler; null if there is none. */
  get value(): Handler<E> | null {
    return this.#handler;
  }

  set value(handler: Handler<E> | null) {
    const current = typeof handler === "function" ? handler : null;
    const listener = current && ((event: E) => current(event));
    // Either may throw; then the handler stays what it was.
    if (this.#listener !== null) this.#remove(this.#listener);
    if (listener !== null) this.#add(listener);
    this.#handler = current;
    this.#listener = listener;
  }
}
