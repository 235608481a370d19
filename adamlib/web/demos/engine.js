// The page's side of the worker: asks for results, drops what was overtaken, ends what hangs.
import workerSource from "built:worker";
import wasmText from "built:wasm";
import files from "built:python";
import { BOOT_LIMIT, LEARNER_LIMIT, PART_LIMIT } from "./limits.js";

export class NotLive extends Error {}

let wasm; // MicroPython's machine code, unpacked once
function machine() {
  wasm ??= (async () => {
    const packed = Uint8Array.from(atob(wasmText), (character) => character.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(unpacked).blob();
  })();
  return wasm;
}

/** A worker with adamlib in it. */
class Interpreter {
  /** @param {(message: any) => void} listen */
  constructor(listen) {
    if (typeof WebAssembly === "undefined") throw new NotLive("this browser has no WebAssembly");
    if (typeof Worker === "undefined") throw new NotLive("this browser has no workers");
    const url = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
    try {
      this.worker = new Worker(url);
    } catch {
      throw new NotLive("this browser does not let the page start a worker");
    }
    /** Resolves when Python has started. */
    this.ready = new Promise((resolve, reject) => {
      const slow = setTimeout(() => reject(new NotLive("Python did not start in time")), BOOT_LIMIT);
      this.worker.onerror = (event) => {
        event.preventDefault?.();
        reject(new NotLive("this browser does not let the page start a worker"));
      };
      this.worker.onmessage = ({ data }) => {
        if (data.ready) {
          clearTimeout(slow);
          URL.revokeObjectURL(url);
          resolve();
        } else if (data.broken) {
          clearTimeout(slow);
          reject(new NotLive(`Python did not start: ${data.broken}`));
        } else listen(data);
      };
    });
    this.ready.catch(() => this.end());
    machine().then((boot) => this.worker.postMessage({ boot, files }));
  }

  post(message) {
    this.worker.postMessage(message);
  }

  end() {
    this.worker.terminate();
  }
}

/**
 * Computes demos. Each client (a demo on the page) has at most one request under way; a newer one
 * waits for its turn, and whatever it overtakes is dropped without having been computed.
 */
export class Engine {
  constructor() {
    this.ticket = 0;
    this.clients = new Map(); // client -> { current, next }
    this.questions = new Map(); // ticket -> { message, resolve, reject }, not answered yet
    this.answers = new Map(); // question and name -> promise of the answer
    this.start();
  }

  start() {
    this.interpreter = new Interpreter((message) => this.receive(message));
    this.ready = this.interpreter.ready;
    this.running = false;
    const { ready } = this;
    ready.then(() => (this.running = this.ready === ready), () => {});
  }

  /**
   * @param {object} client who asks
   * @param {string} name of the demo
   * @param {object} settings its controls' values
   * @param {{ part: (result: object, done: boolean) => void, error: (words: string) => void }} then
   */
  async run(client, name, settings, then) {
    const state = this.clients.get(client) ?? { current: null, next: null };
    this.clients.set(client, state);
    state.next = { name, settings, then };
    if (state.current) this.interpreter.post({ stop: state.current.ticket });
    else await this.send(client, state);
  }

  /** What a demo says of itself. @returns {Promise<object>} */
  declaration(name) {
    return this.once("declare", name);
  }

  /** The heights of a landscape. @returns {Promise<object>} */
  landscape(name) {
    return this.once("survey", name);
  }

  /** Ask what has one answer, once. */
  once(question, name) {
    const key = `${question} ${name}`;
    if (!this.answers.has(key)) {
      const answer = this.ready.then(
        () =>
          new Promise((resolve, reject) => {
            const message = { [question]: ++this.ticket, name };
            this.questions.set(this.ticket, { message, resolve, reject });
            this.interpreter.post(message);
          }),
      );
      this.answers.set(key, answer);
    }
    return this.answers.get(key);
  }

  /** Forget what a client has asked for. */
  cancel(client) {
    const state = this.clients.get(client);
    if (!state) return;
    state.next = null;
    if (!state.current) return;
    state.current.then = { part() {}, error() {} }; // parts that are under way come too late
    this.interpreter.post({ stop: state.current.ticket });
  }

  async send(client, state) {
    const job = state.next;
    if (!job) return;
    state.next = null;
    state.current = { ...job, ticket: ++this.ticket };
    try {
      if (!this.running) await this.ready; // else at once, before anything is drawn
    } catch (error) {
      state.current = null;
      job.then.error(error.message);
      return;
    }
    this.watch(client, state);
    this.interpreter.post({ run: state.current.ticket, name: job.name, settings: job.settings });
  }

  watch(client, state) {
    clearTimeout(state.watchdog);
    state.watchdog = setTimeout(() => this.restart(client), PART_LIMIT);
  }

  /** One client's computation hangs: end the worker, tell that client, ask again for the others. */
  restart(culprit) {
    this.interpreter.end();
    this.start();
    this.ready.then(() => this.questions.forEach(({ message }) => this.interpreter.post(message)), () => {});
    for (const [client, state] of this.clients) {
      clearTimeout(state.watchdog);
      const job = state.current;
      state.current = null;
      if (client === culprit) job?.then.error("stopped, because it took too long");
      else state.next ??= job;
      this.send(client, state);
    }
  }

  receive({ ticket, part, done, error, stopped }) {
    const question = this.questions.get(ticket);
    this.questions.delete(ticket);
    if (error === undefined) question?.resolve(part);
    else question?.reject(new Error(error));
    for (const [client, state] of this.clients) {
      if (state.current?.ticket !== ticket) continue;
      const { then } = state.current;
      const overtaken = state.next !== null;
      if (done || stopped || error !== undefined) {
        clearTimeout(state.watchdog);
        state.current = null;
      } else this.watch(client, state);
      if (error !== undefined) then.error(error);
      else if (!stopped && !(overtaken && !done)) then.part(part, done);
      if (!state.current) this.send(client, state);
      return;
    }
  }
}

/**
 * Judges a learner's code in an interpreter of its own, made anew each time: code that runs forever
 * is ended with it, and nothing that the code changed outlives it. The next one is kept warm.
 */
export class Judge {
  constructor() {
    this.warm();
  }

  warm() {
    this.listen = null;
    this.spare = new Interpreter((message) => this.listen?.(message));
    this.spare.ready.catch(() => {}); // said when it is asked to judge
  }

  /** @param {string} code @returns {Promise<object>} the verdict; rejects with NotLive */
  async judge(code) {
    const interpreter = this.spare;
    await interpreter.ready;
    const verdict = await new Promise((resolve) => {
      const limit = setTimeout(() => resolve({ endless: true }), LEARNER_LIMIT);
      this.listen = ({ part, error }) => {
        clearTimeout(limit);
        resolve(error === undefined ? part : { broken: error });
      };
      interpreter.post({ judge: 1, code });
    });
    interpreter.end();
    this.warm();
    return verdict;
  }
}
