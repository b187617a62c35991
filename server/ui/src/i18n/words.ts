// What makes a dictionary: the same keys in both languages, with the same {names} in them, or it does not compile.

// Braces with a space in them are braces: { method, url }.
type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? (Name extends `${string} ${string}` ? Names<Rest> : Name | Names<Rest>) : never;

/** The {names} in a text. */
export type Arguments<Text> = Names<Text>;

/** Translated, checked key by key: what is wrong with one shows as its type. */
type Checked<English, Chinese> = {
  [K in keyof Chinese]: K extends keyof English
    ? [Names<Chinese[K]>, Names<English[K]>] extends [Names<English[K]>, Names<Chinese[K]>]
      ? string
      : ["fills in other names than the English words", Names<English[K]>]
    : "is not among the English words";
};

/** The words of one area of the pages. Every area has a file of its own, and its keys begin with its name. */
export function words<const English extends Record<string, string>, const Chinese extends Record<keyof English, string>>(
  en: English,
  zh: Chinese & Checked<English, Chinese>,
): { en: English; zh: Record<keyof English, string> } {
  return { en, zh };
}
