import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { fieldWords } from "../i18n/server_words";

interface Props {
  label: ComponentChildren;
  hint?: ComponentChildren;
  error?: string | undefined;
  /** Gets what ties the input to its label, hint and error. */
  children: (input: InputTies) => ComponentChildren;
}

export interface InputTies {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

/** An input with its label above, its hint below, and what is wrong with it in place of the hint. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        "aria-describedby": error || hint ? id + "-note" : undefined,
        "aria-invalid": error ? "true" : undefined,
      })}
      {error ? (
        <p class="field-error" id={id + "-note"} role="alert">
          {fieldWords(error)}
        </p>
      ) : (
        hint && (
          <p class="field-hint" id={id + "-note"}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}
