import { InvalidOperationError } from "../../errors/invalid_operation_error.ts";
import { Deferral } from "./deferral.ts";

/** What the handlers of one event decide about the certificate of a server. */
export class CustomValidation {
  readonly #decision = Promise.withResolvers<boolean>();
  #pending = 0;
  #isRejected = false;
  /** Whether the handlers have returned, so that deferrals alone are waited for. */
  #isWaiting = false;
  #isDecided = false;

  /** Puts off the decision until the deferral is complete. */
  getDeferral(): Deferral {
    this.#assertOpen("get a deferral");
    this.#pending++;
    return new Deferral(() => {
      this.#pending--;
      this.#decideIfReady();
    });
  }

  /** Refuses the certificate. */
  reject(): void {
    this.#assertOpen("reject the certificate");
    this.#isRejected = true;
  }

  /** Resolves when all deferrals are complete: with false if one handler rejects. */
  decide(): Promise<boolean> {
    this.#isWaiting = true;
    this.#decideIfReady();
    return this.#decision.promise;
  }

  #decideIfReady(): void {
    if (!this.#isWaiting || this.#pending > 0) return;
    this.#isDecided = true;
    this.#decision.resolve(!this.#isRejected);
  }

  #assertOpen(action: string): void {
    if (!this.#isDecided) return;
    throw new InvalidOperationError(
      `Cannot ${action}: the decision was taken already, get a deferral before the handler returns`,
    );
  }
}

const validations = new WeakMap<Event, CustomValidation>();

/** Makes the validation that an event asks for, which {@linkcode decide} then finds. */
export function createCustomValidation(args: Event): CustomValidation {
  const validation = new CustomValidation();
  validations.set(args, validation);
  return validation;
}

/**
 * Waits for what the handlers of an event decide, which have been called before.
 *
 * @returns Whether they accept the certificate.
 */
export function decide(args: Event): Promise<boolean> {
  const validation = validations.get(args);
  if (validation === undefined) {
    throw new TypeError("Not an event that asks for a validation");
  }
  return validation.decide();
}
