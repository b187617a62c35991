// What tests of scripts need: a stand-in for a chat group, and hands for the editor.
import { once } from "node:events";
import { createServer } from "node:http";

/** A WeCom group's bot that remembers what it was sent. */
export async function startGroup(t) {
  const messages = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    messages.push({ path: request.url, body: JSON.parse(text) });
    response.setHeader("Content-Type", "application/json");
    response.end('{"errcode":0,"errmsg":"ok"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, messages };
}

/** Replaces all that an editor holds by pasting. */
export async function paste(page, text, editor = ".bench-code .cm-content") {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.locator(editor).first().click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+v");
}
