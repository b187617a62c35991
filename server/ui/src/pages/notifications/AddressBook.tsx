import { useState } from "preact/hooks";
import { importPeople } from "../../api/notifications";
import { Field } from "../../components/Field";
import { explain } from "../../components/problem";
import { t } from "../../i18n";
import { count } from "../../i18n/format";

/** Fills a list of ids from a file that a platform's admin console exported. */
export function AddressBook({ onFound }: { onFound: (ids: string[]) => void }) {
  const [found, setFound] = useState<number>();
  const [error, setError] = useState<string>();
  const read = async (file: File | undefined) => {
    setError(undefined);
    setFound(undefined);
    if (!file) return;
    try {
      const people = await importPeople(file);
      setFound(people.length);
      onFound(people.map((person) => person.id));
    } catch (problem) {
      setError(explain(problem));
    }
  };
  return (
    <Field label={t("field.import")} hint={found === undefined ? t("field.import_hint") : t("field.imported", { count: count(found) })} error={error}>
      {(ties) => <input {...ties} type="file" accept=".xlsx,.csv" onChange={(event) => void read(event.currentTarget.files?.[0])} />}
    </Field>
  );
}
