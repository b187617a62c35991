import { signal } from "@preact/signals";

/** The time zone that times are shown in, an IANA name: the organisation's. Undefined: the browser's. */
export const timeZone = signal<string | undefined>(undefined);
