import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { openRoom, Toasts } from "./Toasts";

interface Props {
  title: ComponentChildren;
  /** Escape, the cross and a click beside the dialog ask for this. */
  onClose: () => void;
  /** side: a sheet along the edge, for forms beside their list. full: covers the page, cannot be closed. */
  place?: "middle" | "side" | "full";
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it and gives it back to where it was. */
export function Dialog({ title, onClose, place = "middle", children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    const closeRoom = openRoom(id);
    return () => {
      closeRoom();
      dialog.close();
    };
  }, []);

  return (
    <dialog
      ref={element}
      class={`dialog ${place}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault(); // Escape while the focus is nowhere
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // the browser closes it at a second Escape whatever onCancel says
        event.stopPropagation();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current && place !== "full") onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          {place !== "full" && (
            <button type="button" class="icon-button" aria-label={t("close")} onClick={onClose}>
              <X aria-hidden />
            </button>
          )}
        </div>
        {children}
      </div>
      <Toasts room={id} />
    </dialog>
  );
}
