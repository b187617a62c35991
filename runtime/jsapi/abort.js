(function () {
  "use strict";
  const key = Symbol("AbortSignal");

  function abortError() {
    const error = new Error("This operation was aborted");
    for (const [name, value] of [["name", "AbortError"], ["code", 20]]) {
      Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });
    }
    return error;
  }

  class AbortSignal {
    #aborted = false;
    #reason;
    #listeners = [];

    constructor(made) {
      if (made !== key) throw new TypeError("Illegal constructor");
      this.onabort = null;
    }

    get aborted() { return this.#aborted }
    get reason() { return this.#reason }

    throwIfAborted() {
      if (this.#aborted) throw this.#reason;
    }

    addEventListener(type, listener, options) {
      if (type !== "abort" || !listener || this.#listeners.some((one) => one.listener === listener)) return;
      this.#listeners.push({ listener, once: Boolean(options && options.once) });
    }

    removeEventListener(type, listener) {
      this.#listeners = this.#listeners.filter((one) => one.listener !== listener);
    }

    static #abort(signal, reason) {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason === undefined ? abortError() : reason;
      const event = { type: "abort", target: signal, currentTarget: signal };
      const listeners = signal.#listeners;
      signal.#listeners = listeners.filter((one) => !one.once);
      if (typeof signal.onabort === "function") signal.onabort(event);
      for (const { listener } of listeners) {
        if (typeof listener === "function") listener.call(signal, event);
        else listener.handleEvent(event);
      }
    }

    static abort(reason) {
      const signal = new AbortSignal(key);
      AbortSignal.#abort(signal, reason);
      return signal;
    }

    static any(signals) {
      const list = Array.from(signals);
      const signal = new AbortSignal(key);
      const aborted = list.find((one) => one.aborted);
      if (aborted) {
        AbortSignal.#abort(signal, aborted.reason);
      } else {
        for (const one of list) one.addEventListener("abort", () => AbortSignal.#abort(signal, one.reason), { once: true });
      }
      return signal;
    }

    static timeout() {
      throw new TypeError("AbortSignal.timeout is not available, for there are no timers: give axios a timeout");
    }

    static [key](signal, reason) { AbortSignal.#abort(signal, reason) }
    get [Symbol.toStringTag]() { return "AbortSignal" }
  }

  const abort = AbortSignal[key];
  delete AbortSignal[key];

  class AbortController {
    #signal = new AbortSignal(key);
    get signal() { return this.#signal }
    abort(reason) { abort(this.#signal, reason) }
    get [Symbol.toStringTag]() { return "AbortController" }
  }

  return { AbortController, AbortSignal };
})()
