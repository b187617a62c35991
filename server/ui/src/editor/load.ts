// The editor's code is fetched when somebody opens an editor, once.

export const loadEditor = () => import("./codemirror");
export const loadDiff = () => import("./diff");
