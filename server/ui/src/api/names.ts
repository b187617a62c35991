// Devices and scripts by name, for going there.
import { get, type Page, withParams } from "./client";

const shown = 6; // of each

interface Named {
  devices: { eui: string; name: string }[];
  scripts: { kind: string; name: string }[];
}

/** The first devices and scripts with text in their names. */
export async function findNamed(text: string): Promise<Named> {
  const [devices, scripts] = await Promise.all([
    get<Page<Named["devices"][number]>>(withParams("/devices", { search: text, limit: shown })),
    get<Page<Named["scripts"][number]>>(withParams("/scripts", { search: text, limit: shown })),
  ]);
  return { devices: devices.items, scripts: scripts.items };
}
