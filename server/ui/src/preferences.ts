// What a person chose for this browser: language and theme. public/preferences.js applies both before the
// first paint, under the same names.
import { effect, signal } from "@preact/signals";

export type Language = "en" | "zh";
export type Theme = "auto" | "light" | "dark";

export const language = signal<Language>(/^zh\b/i.test(recall("language") ?? navigator.language) ? "zh" : "en");
export const theme = signal<Theme>(themeFrom(recall("theme")));

export function chooseLanguage(next: Language) {
  language.value = next;
  remember("language", next);
}

export function chooseTheme(next: Theme) {
  theme.value = next;
  remember("theme", next);
}

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
});

effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

function themeFrom(name: string | null): Theme {
  return name === "light" || name === "dark" ? name : "auto";
}

/** Reads what this browser remembers under the name. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem("tripline." + name);
  } catch {
    return null; // storage is closed to the page
  }
}

/** Remembers a choice in this browser. Never for anything secret. */
export function remember(name: string, value: string) {
  try {
    localStorage.setItem("tripline." + name, value);
  } catch {
    // Forgotten with the page, then.
  }
}
