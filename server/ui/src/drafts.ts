// Work that is not saved yet, kept in the tab's storage under the name of whoever did it. Never anything secret.

const prefix = "tripline.draft/";

/** Who somebody is to the storage. */
export const ownerOf = ({ org, name }: { org: string; name: string }) => `${org}/${name}/`;

export function recallDraft<T>(owner: string, name: string): T | undefined {
  try {
    const text = sessionStorage.getItem(prefix + owner + name);
    return text ? (JSON.parse(text) as T) : undefined;
  } catch {
    return undefined; // storage is closed to the page
  }
}

/** Keeps a draft; undefined forgets it. */
export function keepDraft(owner: string, name: string, draft: unknown) {
  try {
    if (draft === undefined) sessionStorage.removeItem(prefix + owner + name);
    else sessionStorage.setItem(prefix + owner + name, JSON.stringify(draft));
  } catch {
    // Kept by the page alone, then.
  }
}

/** Forgets all drafts but those of one owner: whoever signs in after somebody else finds nothing of theirs. */
export function forgetDrafts(owner?: string) {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix) && !(owner && key.startsWith(prefix + owner))) sessionStorage.removeItem(key);
    }
  } catch {
    // There is nothing, then.
  }
}
