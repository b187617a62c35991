// The words of Scripts.
import { words } from "./words";

export const scripts = words(
  {
    "scripts.title": "Scripts",
  },
  {
    "scripts.title": "脚本",
  },
);
