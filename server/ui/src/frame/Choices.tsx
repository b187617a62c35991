// Language and theme, for the frame and for the pages outside it.
import { type LucideIcon, Monitor, Moon, Sun } from "lucide-preact";
import { type PlainKey, t } from "../i18n";
import { chooseLanguage, chooseTheme, type Language, language, type Theme, theme } from "../preferences";

const languages: [Language, string, string][] = [
  ["en", "en", "English"],
  ["zh", "zh-CN", "中文"],
];

const themes: [Theme, LucideIcon, PlainKey][] = [
  ["light", Sun, "theme.light"],
  ["dark", Moon, "theme.dark"],
  ["auto", Monitor, "theme.auto"],
];

export function LanguageChoice() {
  return (
    <div class="choice" role="group" aria-label={t("language")}>
      {languages.map(([code, lang, name]) => (
        <button key={code} type="button" lang={lang} aria-pressed={language.value === code} onClick={() => chooseLanguage(code)}>
          {name}
        </button>
      ))}
    </div>
  );
}

export function ThemeChoice() {
  return (
    <div class="choice" role="group" aria-label={t("theme")}>
      {themes.map(([code, Icon, name]) => (
        <button key={code} type="button" aria-label={t(name)} title={t(name)}
          aria-pressed={theme.value === code} onClick={() => chooseTheme(code)}>
          <Icon aria-hidden />
        </button>
      ))}
    </div>
  );
}
