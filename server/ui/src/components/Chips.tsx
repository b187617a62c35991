import { X } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import type { InputTies } from "./Field";

interface Props extends InputTies {
  items: string[];
  onChange: (items: string[]) => void;
  placeholder: string;
  /** Turns what was typed into the name that is meant. */
  tidy?: (typed: string) => string;
  /** The id of a datalist with names to choose from. */
  list?: string;
  /** Where a name leads. */
  href?: (name: string) => string;
}

/** Edits a list of names. Enter, a comma, a space or leaving the input adds; Backspace takes the last away. */
export function Chips({ items, onChange, placeholder, tidy = (typed) => typed, href, ...ties }: Props) {
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);

  const add = (text: string) => {
    const names = text.split(/[\s,，]+/).filter(Boolean).map(tidy);
    setText("");
    if (names.length) onChange([...new Set([...items, ...names])]);
  };
  const remove = (item: string) => {
    onChange(items.filter((other) => other !== item));
    input.current?.focus();
  };

  return (
    <div class="chips-input">
      {items.map((item) => (
        <span class="chip" key={item}>
          {href ? (
            <a href={href(item)}>
              <code>{item}</code>
            </a>
          ) : (
            <code>{item}</code>
          )}
          <button type="button" aria-label={t("remove", { name: item })} onClick={() => remove(item)}>
            <X aria-hidden />
          </button>
        </span>
      ))}
      <input
        {...ties}
        ref={input}
        value={text}
        placeholder={items.length ? "" : placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          if (/[\s,，]/.test(typed)) add(typed);
          else setText(typed);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && text) {
            event.preventDefault(); // with nothing typed, Enter sends the form
            add(text);
          } else if (event.key === "Backspace" && !text && items.length) {
            remove(items.at(-1)!);
          }
        }}
        onBlur={() => add(text)}
      />
    </div>
  );
}
