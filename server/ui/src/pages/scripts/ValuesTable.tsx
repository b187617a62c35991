/** Names and values, each on a line. */
export function ValuesTable({ values }: { values: Record<string, unknown> }) {
  return (
    <dl class="value-list">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>{typeof value === "string" ? value : <code>{JSON.stringify(value)}</code>}</dd>
        </div>
      ))}
    </dl>
  );
}
