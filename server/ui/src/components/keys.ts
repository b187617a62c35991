/** How a key with Ctrl, or with ⌘ on a Mac, is written. */
export const commandKey = (key: string) => (/mac|iphone|ipad/i.test(navigator.userAgent) ? `⌘${key}` : `Ctrl ${key}`);
