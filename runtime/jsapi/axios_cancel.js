(function (CanceledError) {
  "use strict";

  class CancelToken {
    constructor(executor) {
      if (typeof executor !== "function") throw new TypeError("executor must be a function.");
      this._listeners = [];
      let settle;
      this.promise = new Promise((resolve) => { settle = resolve });
      executor((message, config, request) => {
        if (this.reason) return;
        this.reason = new CanceledError(message, config, request);
        settle(this.reason);
        for (const listener of this._listeners.splice(0)) listener(this.reason);
      });
    }

    throwIfRequested() {
      if (this.reason) throw this.reason;
    }

    subscribe(listener) {
      if (this.reason) listener(this.reason);
      else this._listeners.push(listener);
    }

    unsubscribe(listener) {
      this._listeners = this._listeners.filter((one) => one !== listener);
    }

    toAbortSignal() {
      const controller = new AbortController();
      this.subscribe((reason) => controller.abort(reason));
      return controller.signal;
    }

    static source() {
      let cancel;
      const token = new CancelToken((c) => { cancel = c });
      return { token, cancel };
    }
  }

  return CancelToken;
})
