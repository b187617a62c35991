// The same way on a phone, by somebody whose browser speaks Chinese.
import assert from "node:assert/strict";
import { test } from "node:test";
import { admin, assertFits, openPage, shot, startServer, webhook } from "./support.js";

test("组织参数 at 375 px", async (t) => {
  const server = await startServer(t);
  const { page } = await openPage(t, server, { width: 375, height: 740, locale: "zh-CN", theme: "dark" });
  const dialog = page.getByRole("dialog");
  const row = page.getByRole("row", { name: webhook.key });

  await page.goto(server.link);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await shot(page, "zh-setup");
  await assertFits(page);
  await page.getByLabel("新密码").fill(admin.password);
  await page.getByLabel("再输入一次").fill(admin.password);
  await page.getByRole("button", { name: "设置密码并登录" }).click();

  await page.getByRole("heading", { name: "概览" }).waitFor();
  await assertFits(page);
  await shot(page, "zh-overview");
  await page.getByRole("button", { name: "更多" }).click();
  await dialog.getByRole("link", { name: "组织参数" }).click();
  await page.getByRole("heading", { name: "组织参数" }).waitFor();
  await assertFits(page);
  await shot(page, "zh-empty");
  await page.getByRole("button", { name: "添加 " + webhook.key }).click();
  await dialog.getByLabel("值", { exact: true }).fill(webhook.value);
  await assertFits(page);
  await shot(page, "zh-add");
  await dialog.getByRole("button", { name: "保存" }).click();
  await row.waitFor();
  await assertFits(page);
  await shot(page, "zh-list");

  await row.getByRole("link", { name: webhook.key }).click();
  await dialog.getByLabel("备注").fill("夜班群");
  await dialog.getByRole("button", { name: "保存" }).click();
  await row.getByText("夜班群").waitFor();

  await row.getByRole("button", { name: "查看" }).click();
  await dialog.getByRole("button", { name: "查看 30 秒" }).click();
  await dialog.getByText(webhook.value, { exact: true }).waitFor();
  await assertFits(page);
  await shot(page, "zh-reveal");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "更多" }).click();
  await shot(page, "zh-more");
  await dialog.getByRole("button", { name: "浅色" }).click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
  await dialog.getByRole("button", { name: "English" }).click();
  await page.reload();
  await page.getByRole("heading", { name: "Org Params" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light", "the theme is remembered");
  await shot(page, "phone-list");
  await page.getByRole("button", { name: "More" }).click();
  await dialog.getByRole("button", { name: "中文" }).click();
  await page.keyboard.press("Escape");

  await row.getByRole("button", { name: "删除" }).click();
  await shot(page, "zh-delete");
  await dialog.getByRole("button", { name: "删除 " + webhook.key }).click();
  await page.getByText("还没有参数").waitFor();
});
