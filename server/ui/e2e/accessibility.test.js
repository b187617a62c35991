// axe looks at every state of the pages, in both themes; and dates that call for action are seen as such.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./axe.js";
import { assertFits, openPage, putParam, shot, signIn, startServerWithAdmin, webhook } from "./support.js";

for (const theme of ["light", "dark"]) {
  for (const width of [1280, 800, 375]) {
    test(`no barriers in the ${theme} theme at ${width} px`, async (t) => {
      const server = await startServerWithAdmin(t);
      const { page } = await openPage(t, server, { theme, width });
      const look = async (where) => {
        await assertFits(page);
        await assertAccessible(page, where);
        await shot(page, `${theme}-${width}-${where}`);
      };

      await page.goto("/setup?token=unknown");
      await page.getByLabel("New password").fill("short");
      await look("setup");
      await page.goto("/");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await look("sign-in");
      await signIn(page, undefined, "/org-params");
      await page.getByText("No parameters yet").waitFor();
      await look("empty");

      await putParam(page, webhook.key, { value: webhook.value, remark: "WeCom group bot for alarms", hosts: ["qyapi.weixin.qq.com"], scripts: ["wecom_notify"], rotate_days: 90 });
      await putParam(page, "wecom_corp_secret", { value: "a corpsecret that is quite long", remark: "Self-built app", rotate_days: 5 });
      await putParam(page, "wecom_agent_id", { value: "1000002", secret: false });
      await putParam(page, "feishu_bot", { value: "another value that is long", hosts: ["open.feishu.cn", "open.larksuite.com"], rotate_days: 30 });
      const later = new Date(Date.now() + 31 * 86_400_000);
      await page.clock.setFixedTime(later);
      await page.goto("/org-params");
      await page.locator(".due.past").first().waitFor();
      assert.equal(await page.locator(".due.past").count(), 2);
      await look("list");

      await page.getByRole("button", { name: /Rotation due/ }).click();
      assert.equal(await page.locator(".table-rows [role=row]").count(), 2);
      assert.equal(new URL(page.url()).searchParams.get("show"), "due");
      await page.goto("/org-params/" + webhook.key);
      await page.getByRole("dialog").waitFor();
      await look("edit");
      await page.goto("/org-params");
      await page.getByRole("button", { name: "Delete wecom_agent_id" }).click();
      await look("delete");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Reveal wecom_agent_id" }).click();
      await page.getByRole("button", { name: "Reveal for 30 seconds" }).click();
      await page.getByText("1000002", { exact: true }).waitFor();
      await look("reveal");
    });
  }
}
