import {
  type ApplicationRequest,
  type BrokerReply,
  type BrokerRequest,
  type ClaimedRecord,
  formatContext,
  formatRecord,
  isTooLarge,
  MAX_CONTEXT_SIZE,
  MAX_ID_LENGTH,
  type RefusalCode,
} from "../protocol.ts";
import { MAX_DESCRIPTORS } from "../../winsock/_descriptor_passing.ts";
import { KEPT } from "./activation.ts";
import { Activator, type ActivatorParts } from "./activator.ts";
import { type Entry, HeldSockets } from "./held_sockets.ts";

/** What is done for a request: nothing before it is committed. */
export interface Outcome {
  readonly reply: BrokerReply;
  /** Those that go with the reply. */
  readonly descriptors: readonly number[];
  commit(): void;
  rollBack(): void;
}

/** What a broker works with. */
export interface BrokerParts extends Omit<ActivatorParts, "sockets"> {
  readonly maxSockets: number;
  closeDescriptor(descriptor: number): void;
}

type RequestOf<N extends BrokerRequest["name"]> = Extract<
  BrokerRequest,
  { readonly name: N }
>;

/** Holds sockets, and answers the programs that hand them over or take them. */
export class Broker {
  readonly #parts: BrokerParts;
  readonly #sockets: HeldSockets;
  readonly #activator: Activator;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    this.#sockets = new HeldSockets(parts.maxSockets);
    this.#activator = new Activator({ ...parts, sockets: this.#sockets });
  }

  /** Whether nothing would be lost if the broker ended. */
  get isIdle(): boolean {
    return this.#sockets.count === 0 && this.#activator.isIdle;
  }

  /** Does what a program asks, with the descriptors that it has sent. */
  handle(
    { application, request }: ApplicationRequest,
    descriptors: readonly number[],
  ): Outcome {
    if (request.name === "transfer") {
      return this.#transfer(application, request.record, descriptors);
    }
    this.#close(descriptors);
    return this.#answer(application, request);
  }

  /** Says no to what is no request. */
  refuse(code: RefusalCode, descriptors: readonly number[]): Outcome {
    this.#close(descriptors);
    return refusal(code);
  }

  #answer(
    application: string,
    request: Exclude<BrokerRequest, { readonly name: "transfer" }>,
  ): Outcome {
    const { tasks } = this.#parts;
    switch (request.name) {
      case "claim":
        return this.#claim(application, request);
      case "context": {
        const entry = this.#sockets.get(application, request.id);
        return entry === null
          ? refusal("not-found")
          : answer(formatContext(entry.record.context));
      }
      case "sockets":
        return answer(
          this.#sockets.list(application)
            .map(({ record: { id, kind, taskId } }) => ({ id, kind, taskId })),
        );
      case "register":
        return this.#register(application, request);
      case "unregister":
        return this.#unregister(application, request);
      case "tasks":
        return answer(tasks.list(application));
    }
  }

  #transfer(
    application: string,
    record: ClaimedRecord,
    descriptors: readonly number[],
  ): Outcome {
    const time = record.keepAliveTime;
    const entry: Entry = {
      application,
      record,
      descriptors,
      watch: KEPT,
      isMoving: true,
      deadline: time === 0 ? Infinity : performance.now() + time,
    };
    const code = this.#refusalOf(entry) ?? this.#sockets.add(entry);
    if (code !== null) return this.refuse(code, descriptors);
    return {
      ...answer(null),
      commit: () => {
        entry.isMoving = false;
        this.#activator.start(entry);
      },
      rollBack: () => this.#drop(entry),
    };
  }

  #refusalOf({ application, record, descriptors }: Entry): RefusalCode | null {
    const { id, context, taskId } = record;
    const isTooLong = id.length > MAX_ID_LENGTH ||
      (context?.length ?? 0) > MAX_CONTEXT_SIZE;
    const { length } = descriptors;
    if (length === 0 || length > MAX_DESCRIPTORS || isTooLong) {
      return "bad-request";
    }
    const isKnown = taskId === null ||
      this.#parts.tasks.get(application, taskId) !== null;
    return isKnown ? null : "unknown-task";
  }

  #claim(
    application: string,
    { id, kind }: RequestOf<"claim">,
  ): Outcome {
    const entry = this.#sockets.get(application, id);
    if (entry === null) return refusal("not-found");
    if (entry.isMoving) return refusal("in-transfer");
    if (entry.record.kind !== kind) return refusal("wrong-kind");
    entry.isMoving = true;
    this.#activator.pause(entry);
    return {
      ...answer(formatRecord(entry.record)),
      descriptors: entry.descriptors,
      commit: () => this.#drop(entry),
      rollBack: () => {
        entry.isMoving = false;
        this.#activator.resume(entry);
      },
    };
  }

  #unregister(
    application: string,
    { taskId, cancel }: RequestOf<"unregister">,
  ): Outcome {
    const { tasks, runner } = this.#parts;
    const task = tasks.get(application, taskId);
    const code = tasks.delete(application, taskId);
    if (code !== null) return refusal(code);
    return {
      ...answer(null),
      commit: () => {
        for (const entry of this.#sockets.ofTask(application, taskId)) {
          this.#activator.stop(entry);
        }
        if (cancel) runner.cancel(application, taskId);
      },
      rollBack: () => {
        if (task !== null) tasks.add(application, task);
      },
    };
  }

  #register(
    application: string,
    { task }: RequestOf<"register">,
  ): Outcome {
    const { tasks } = this.#parts;
    const isNew = tasks.get(application, task.taskId) === null;
    const code = isTooLarge(task)
      ? "bad-request"
      : tasks.add(application, task);
    if (code !== null) return refusal(code);
    return {
      ...answer(null),
      rollBack: () => {
        if (isNew) tasks.delete(application, task.taskId);
      },
    };
  }

  #drop(entry: Entry): void {
    this.#sockets.delete(entry);
    this.#close(entry.descriptors);
  }

  #close(descriptors: readonly number[]): void {
    for (const descriptor of descriptors) {
      this.#parts.closeDescriptor(descriptor);
    }
  }
}

function answer(result: unknown): Outcome {
  return outcome({ ok: true, result });
}

function refusal(code: RefusalCode): Outcome {
  return outcome({ ok: false, code });
}

function outcome(reply: BrokerReply): Outcome {
  return { reply, descriptors: [], commit() {}, rollBack() {} };
}
